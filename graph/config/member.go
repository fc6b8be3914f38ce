package config

import "github.com/goccy/go-yaml/ast"

// member is a key that a mapping of the file may have: how its value is read, and what -h and weft.schema.json
// say of it.
type member struct {
	name string

	// initial is its value when nothing gives it; "" if there is none, or it is the server's.
	initial string

	// like is a value to show, in which {name} and {NAME} stand for the upstream's. "" shows initial.
	like string

	// about says in one line what it is for; a flag's marks its value's name with backquotes, as package flag
	// has it.
	about string

	// flag means that a flag of its name does the same.
	flag bool

	// instead means that it takes the place of the member before it.
	instead bool

	// members are those of its value, when that is a mapping whose names are fixed.
	members []member

	// read reads its value. key is the whole path: upstreams.catalog.url.
	read func(f *file, key string, value ast.Node)
}

// text returns what reads a single value.
func text(set func(text string) error) func(*file, string, ast.Node) {
	return func(f *file, key string, value ast.Node) { f.value(key, value, set) }
}

// rootMembers are the keys of the file that change c. Those of its upstreams have their own function, because
// there is a set of them for each upstream.
func rootMembers(c *Config) []member {
	var root []member
	for _, s := range settings() {
		root = append(root, member{
			name: s.key, initial: s.initial, like: s.like, about: s.about, flag: s.flag,
			read: text(func(text string) error { return s.set(c, text) }),
		})
	}
	return append(root, member{
		name: "upstreams", about: "the services that the schema names, by that name",
		read: (*file).upstreams,
	})
}
