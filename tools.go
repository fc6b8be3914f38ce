//go:build tools

// The generator of this module's services: `go generate ./...` runs it in each folder that has a gqlgen.yml.
package main

import (
	"os"

	"weft/graph/bindgen"
)

func main() { os.Exit(bindgen.Main(os.Args[1:], os.Stderr)) }
