// Package faults holds no code, only tests: a service that fails in each way that is known, what a client gets then, and how often the
// service is called. README.md is the table, a row for each fault, kind of operation, and what was kept before; the test reads its rows, and
// runs each over real connections, which it cuts, resets and leaves hanging. Beside the answer and the calls it holds that nothing is left
// over: no goroutine, no descriptor, no byte in flight, no slot.
//
//	go test ./graph/acceptance/faults          # compares
//	go test ./graph/acceptance/faults -update  # writes calls and answers of all rows anew
package faults
