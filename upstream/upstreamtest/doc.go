// Package upstreamtest is an upstream for tests: a real HTTP server on loopback that answers what a test tells it, fails how
// a test tells it, and remembers what it was asked.
//
//	s := upstreamtest.New(t)
//	s.JSON("GET /users", `[{"id": 1}]`)
//	s.Fault("GET /users", upstreamtest.Hang)
//	... call s.URL + "/users" ...
//	s.Calls() // what arrived
//
// A request passes through the log, the server's fault, the route's barrier, the route's fault and the route's handler.
// Patterns are those of [http.ServeMux]; a request that matches none is answered 404. Everything may be changed while the
// server runs. Nothing here waits for time to pass: what waits, waits for the test, for the caller to leave or for the end.
//
// The package does not import the client it is used to test.
package upstreamtest
