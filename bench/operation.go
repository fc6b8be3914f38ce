package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// operation is something to ask of a posts service.
type operation struct {
	name  string
	query string
	gets  int                 // calls that its answer takes, users batched where they can be
	data  func(f fixture) any // the right answer
}

// operations are all there are, the first by default.
func operations() []operation {
	return []operation{
		{"q1", "{posts{id,userId,title,user{id,name,email}}}", 2, func(f fixture) any { return f.postsWith("user") }},
		{"q1-single", "{posts{id,userId,title,author{id,name,email}}}", 1 + users, func(f fixture) any { return f.postsWith("author") }},
		{"q2", "{posts{title}}", 1, func(f fixture) any {
			var titles []any
			for _, p := range f.posts {
				titles = append(titles, map[string]any{"title": p.Title})
			}
			return map[string]any{"posts": titles}
		}},
		{"q3", "{greet}", 0, func(fixture) any { return map[string]any{"greet": "Hello World!"} }},
	}
}

// postsWith are the posts, each with its user in a member of that name.
func (f fixture) postsWith(member string) any {
	var list []any
	for _, p := range f.posts {
		u := f.users[p.UserID-1]
		list = append(list, map[string]any{
			"id": p.ID, "userId": p.UserID, "title": p.Title,
			member: map[string]any{"id": u.ID, "name": u.Name, "email": u.Email},
		})
	}
	return map[string]any{"posts": list}
}

// chooseOperations finds operations by their names, separated by commas.
func chooseOperations(names string) ([]operation, error) {
	all := operations()
	var chosen []operation
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(all, func(o operation) bool { return o.name == name })
		if i < 0 {
			return nil, fmt.Errorf("-operations: there is no %q; there are q1, q1-single, q2 and q3", name)
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// body is the operation as it is posted.
func (o operation) body() []byte {
	b, err := json.Marshal(map[string]string{"query": o.query})
	if err != nil {
		panic(err) // strings always marshal
	}
	return b
}

// size is how long the right answer is, in bytes; its members stand in another order than in a server's.
func (o operation) size(f fixture) int {
	b, err := json.Marshal(map[string]any{"data": o.data(f)})
	if err != nil {
		panic(err) // maps of strings and numbers always marshal
	}
	return len(b)
}
