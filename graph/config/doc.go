// Package config reads what a service is told at its start: flags, the environment, and one small YAML file.
//
// Begin with [Load] in config.go, beside what it makes. flags.go parses the command line and answers -h (help.go); load.go applies the
// defaults, then the file, then the environment, then the flags, each over what was there before; file.go walks the file, whose nodes
// node.go reads. What there is to configure stands in two tables:
//
//	setting   a value of the service, in the file under its key and in the environment, and of some with a flag: settings.go,
//	          operations.go, tls.go, cors.go, compression.go, limits.go
//	member    a key of the file (member.go): each setting is one, and so are those of which there may be any number, which the
//	          environment could not name: upstreams.go, jobs.go, authentication.go
//
// Checks that look at one value are in check.go and parse.go, beside the tables' functions; those that look at several run last, and
// only when nothing else is wrong (load.go). Everything that is wrong is reported at once, each with where it is and what to do:
//
//	weft.yaml:7: upstreams.catalog.timeuot: unknown key; did you mean timeout?
//	WEFT_ADDR: must be host:port, such as localhost:8080 or :8080, is "8080"
//
// weft.schema.json tells editors the same of the file. It is made from the tables, and its first user is
// testdata/weft.example.yaml at the module's root; tests hold the three together.
//
// It never prints a secret: messages quote no URL, no header, no query parameter and nothing of a credential.
// In the file a secret has a place, a variable or a file of its own (secret.go). An upstream's is checked here, and read
// when its client is made; the others are read here, and are a [Secret], which prints as nothing but that it is there. It never
// searches for files, and knows no key that nothing acts on.
package config
