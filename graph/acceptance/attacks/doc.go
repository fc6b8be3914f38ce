// Package attacks holds no code, only tests: what is sent to do harm, to a weft that runs as a process of its own over upstreams that may
// mean harm, too, and what comes of it. README.md is the table of all attacks, with the status and the code that each is answered with,
// and what it took of a processor and of memory when the table was written:
//
//	go test ./graph/acceptance/attacks          # compares all but what it took
//	go test ./graph/acceptance/attacks -update  # writes the table anew, on a machine that does nothing else
//
// No attack ends the process, or keeps it from answering who comes next; none may make it take more memory than a bound says.
package attacks
