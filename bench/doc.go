// Command bench compares services with what a service in Go cannot cost less than, and with peers, on two public workloads: posts and
// users of one service (bench/posts), and reviews with their users, products and stock, of four (bench/reviews):
//
//	go run ./bench                                   q1, about three minutes
//	go run ./bench -quick                            q1, one short round: does it work at all
//	go run ./bench -operations q1,q1-single,q2,q3    all operations of posts
//	go run ./bench -operations reviews               that of reviews; -delay 4ms -upstream builtin: over slower services
//	go run ./bench -modes shared,answers             only these ways to share and to keep
//	go run ./bench -codings identity,zstd            answers as they are, and in a content coding
//	go run ./bench -hang 10s                         what clients get while Redis hangs, too
//	go run ./bench -overload 60s                     what clients get of twice what a service can do
//	go run ./bench -idle 9000                        the memory of idle connections
//	go run ./bench -tailcall ~/bin/tailcall          a peer beside it (peer.go); -graphql-jit bench/testdata/graphql-jit: another
//	go run ./bench -rates 2000,5000                  how long clients wait at a rate
//	go run ./bench -beside                           how long they wait beside clients that misuse a service
//	go run ./bench -plot bench                       bench.svg and bench.png, too
//
// Every server is a process of its own on loopback. A run takes these steps:
//
//	workload.go    the services that are measured, and how they are started
//	fixture.go     100 posts and 10 users, always the same; reviews.go: 11 reviews of 9 products
//	operation.go   what is asked, the answer that is right, and the calls that it takes
//	serve.go       the servers that are this program itself: the upstream and the limits
//	mode.go        what a service shares between requests, and what it keeps for them
//	process.go     starting and stopping them, their processor time and memory (proc.go)
//	verify.go      a server whose answer is wrong is not measured
//	load.go        100 connections, each sending its next request when it has the answer to the last; every answer is compared
//	measure.go     rounds in which every server has its turn, so that a slow moment of the machine hits all alike
//	report.go      a table of medians, and ratios to limits (plot.go: the same as a picture)
//	overload.go    more requests than a service can do, by an open loop (open.go): each has a time at which it is due, and waits from then on
//	tail.go        how long clients wait at a rate
//	beside.go      clients that misuse a service, beside others that do not
//	idle.go        connections on which nothing is asked any more
//	hang.go        a Redis that stops answering, under a load so small that nothing else makes clients wait
//
// Where wrk is on PATH, it loads the servers (wrk.go). It does not compare answers, so load.go does before and after it; and it
// cuts off the requests that are under way at the end: calls and processor time are divided by all requests that were sent, so
// a slow server in a short round looks a little cheaper than it is. Where nginx is on PATH, it is the upstream (nginx.go), with the same bodies,
// but whole lists for those who ask for a part.
// What is kept in Redis is measured where redis-server is on PATH (redis.go).
//
// A limit does for each request the calls that the operation needs, with Weft's own upstream client, reads the bodies, looks at
// none of them, and writes as many bytes as the right answer has. What a service costs above it is what it does itself: parsing,
// planning, scanning, writing.
//
// The generator and the upstream run on the same machine as what is measured, so requests per second are a figure of the whole
// machine; processor time per request is the server's own, and steadier. It takes Linux, for /proc.
//
// In this folder's tests BenchmarkExecutor measures executors alone, without HTTP, and BenchmarkCache how they read what is kept.
package main
