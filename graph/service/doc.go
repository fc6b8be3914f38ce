// Package service makes a running service of a schema. A program without hand-written Go is one line:
//
//	func main() { service.Main(generated.Service()) }
//
// generated.Service has all that the schema says, and [Main] does the rest: it reads the configuration (package config),
// makes the clients and the cache of it, runs operations (package operation), answers HTTP (package edge) with a playground, answers
// administrators (package edge/admin) where it is told to, and ends in order when a signal says so (package process).
// What is hand-written is an argument of generated.Service:
//
//	service.Main(generated.Service(resolver.Resolver{}, generated.Functions{…}))
//
// A [Program] is Main with what a program adds in Go: a name, flags, [Options], and a function that runs before the service is made.
//
//	service.Program{Name: "shop", Options: service.Options{Middleware: …, Extensions: …}}.Main(generated.Service())
//
// # Commands
//
// The first argument of a program is its command: serve, which is also what happens without one; check and explain, which say of
// operations what they take (inspect.go); schema, which prints what clients see of the schema; and healthcheck. They are the table in
// command.go, and all of them read the same configuration; check, explain and schema need no upstream. Nothing here compiles schemas:
// that is `go generate`.
//
// # Inside another program
//
// [New] makes a [Service], which is an [http.Handler]. Either [Service.Serve] listens and drains, or a server of the program's
// own does:
//
//	conf, err := config.Load(config.Program{Name: "shop", Upstreams: schema.Upstreams}, os.Args[1:], os.Environ())
//	…
//	shop, err := service.New(schema, conf, service.Options{})
//	…
//	defer shop.Close()
//	mux.Handle("/api/", http.StripPrefix("/api", shop))
//
// Any number of services may run in a process. They share nothing.
//
// This package decides nothing: what it hands on is in the configuration, and each package says itself what that means.
package service
