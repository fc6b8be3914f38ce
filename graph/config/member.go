package config

import (
	"strings"

	"github.com/goccy/go-yaml/ast"

	"weft/graph/auth"
	"weft/graph/imageurl"
	"weft/graph/oauth"
	"weft/upstream"
)

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

	// flag is the name of the flag that does the same; "" if there is none.
	flag string

	// instead means that it takes the place of the member before it: of the two only one may be given. An example has it as a comment.
	instead bool

	// members are those of its value, when that is a mapping whose names are fixed.
	members []member

	// each are the members of each value of its own value, when that is a mapping whose names are somebody's own; one is a name to show, in
	// which {name} and {image} stand for an upstream's and an image service's.
	each []member
	one  string

	// read reads its value. key is the whole path: upstreams.catalog.url.
	read func(f *file, key string, value ast.Node)
}

// text returns what reads a single value.
func text(set func(text string) error) func(*file, string, ast.Node) {
	return func(f *file, key string, value ast.Node) { f.value(key, value, set) }
}

// rootMembers are the keys of the file that change c. Those of jobs, images and upstreams have their own functions, because
// there is a set of them for each.
func rootMembers(c *Config) []member {
	var root []member
	groups := map[string]int{} // where a group's mapping is in root, by its name
	for _, s := range settings() {
		group, name, grouped := strings.Cut(s.key, ".")
		if !grouped {
			root = append(root, settingMember(c, s, s.key))
			continue
		}
		at, known := groups[group]
		if !known {
			at = len(root)
			groups[group] = at
			root = append(root, member{name: group, about: groupAbout(group)})
		}
		root[at].members = append(root[at].members, settingMember(c, s, name))
		members := root[at].members
		root[at].read = func(f *file, key string, value ast.Node) { f.mapping(key, value, members) }
	}
	return append(root, authenticationMember(&c.Authentication), member{
		name: "jobs", about: "operations that run by themselves, to keep their answers warm; by names of yours",
		each: jobMembers(new(Job)), one: "front", read: (*file).jobs,
	}, member{
		name: "images", about: "the image services that the schema names in @imageURL, by that name",
		each: imageMembers(new(imageurl.Settings)), one: "{image}", read: (*file).images,
	}, member{
		name: "upstreams", about: "the services that the schema names, by that name",
		each: upstreamMembers(new(upstream.Options), new(UpstreamCache), new(oauth.Settings), new(auth.SignerOptions)), one: "{name}", read: (*file).upstreams,
	})
}

// settingMember is the member of that name which gives a setting.
func settingMember(c *Config, s setting, name string) member {
	m := member{name: name, initial: s.initial, like: s.like, about: s.about}
	if s.flag {
		m.flag = s.flagName()
	}
	set := func(text string) error { return s.set(c, text) }
	m.read = text(set)
	if s.setAll != nil {
		m.read = func(f *file, key string, value ast.Node) {
			f.list(key, value, func(texts []string) error { return s.setAll(c, texts) })
		}
	}
	if s.secret { // the variable holds the secret itself; the file only says where it is
		m.like, m.members = "", sourceMembers(new(source), strings.ToUpper(s.like), "/run/secrets/"+s.like, set)
		m.read = func(f *file, key string, value ast.Node) { f.secret(key, value, set) }
	}
	return m
}
