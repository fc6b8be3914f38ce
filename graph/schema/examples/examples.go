// Package examples is the storefront's demo operations, which the playground opens as tabs.
package examples

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed *.graphql *.json
var files embed.FS

// Example is an operation and its variables, a JSON object or "".
type Example struct{ Name, Query, Variables string }

// All returns the examples in the order of their files' names.
func All() []Example {
	names, err := fs.Glob(files, "*.graphql")
	if err != nil {
		panic(err) // a wrong pattern
	}
	var list []Example
	for _, name := range names {
		base := strings.TrimSuffix(name, ".graphql")
		query, _ := files.ReadFile(name)               // it is embedded
		variables, _ := files.ReadFile(base + ".json") // there may be none
		_, title, _ := strings.Cut(base, "-")
		list = append(list, Example{Name: title, Query: string(query), Variables: string(variables)})
	}
	return list
}
