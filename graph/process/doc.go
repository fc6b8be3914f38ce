// Package process is the shell around a service: it listens, drains, and ends in time. It knows nothing of GraphQL.
//
// [ListenAndServe] runs a handler (serve.go), with a second listener for administrators if there is to be one (servers.go), and,
// when its context ends, takes both out of service without dropping a request; a handler learns of that by [Draining]. [Main]
// (exit.go) is the shell around a service's run function. [CheckHealth] (probe.go) asks another process of the same service whether it
// lives. Clients speak HTTP/1.1, over TLS HTTP/2, too (tls.go); deadlines for what they have to send are the connection's, and under HTTP/2
// the request's. Where there is a lane, a connection in the clear is first on it, until it carries what that declines (lane.go). A connection on which
// nothing is asked holds little but its socket (parking.go), and what it leaves goes back to the operating system (tidy.go). Go's collector is told how much memory the
// process may have (memory.go), and that small heaps are not worth collecting (minheap.go). What net/http has to say of connections is logged, within bounds (errorlog.go).
//
// A process ends in its time, whatever runs in it. The first SIGTERM or interrupt begins the lame duck (ServeOptions.LameDuck, none
// by default), then the drain (ServeOptions.Drain, 20 s at most). In it nothing new is accepted, and what the system has accepted is served
// (listener.go); a client that has something to send may pause for a second, and has two for a body (inbound.go; otherwise 5 s and
// 15 s); a connection is closed when it has been idle for a second. So no request is lost of a client that does not look at /readyz, but one
// that it sends at the moment in which its idle connection is closed. When the drain is over, connections are closed, contexts of requests end, and
// Serve returns; handlers that still run are left behind. What run closes after that has 3 s (grace.go). The status is
// 0 when all was answered and closed, 1 when something was cut off, and 143 or 130 after a second SIGTERM or interrupt, which ends
// the process at once.
package process
