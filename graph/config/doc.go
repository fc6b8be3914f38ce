// Package config reads what a service is told at its start: flags, the environment, and one small YAML file.
//
// Load goes through them in the order of the files here: flags.go parses the command line and answers -h
// (help.go); file.go reads the file, settings.go and upstreams.go say which keys it may have; environment
// variables override the file, flags override both. Everything that is wrong is reported at once, each with
// where it is and what to do:
//
//	weft.yaml:7: upstreams.catalog.timeuot: unknown key; did you mean timeout?
//	WEFT_ADDR: must be host:port, such as localhost:8080 or :8080, is "8080"
//
// It never prints a secret: messages quote no URL, no header, no query parameter and nothing of a credential.
// It keeps none either; a credential names a variable or a file, which is checked here and read when the
// upstream's client is made. It never searches for files, and knows no key that nothing acts on.
package config
