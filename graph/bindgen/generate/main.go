// Command generate compiles a service's annotated schema into Go: run it as a go:generate directive in the folder of gqlgen.yml.
//
//	//go:generate go run weft/graph/bindgen/generate
package main

import (
	"os"

	"weft/graph/bindgen"
)

func main() { os.Exit(bindgen.Main(os.Args[1:], os.Stderr)) }
