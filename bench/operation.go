package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// operation is something to ask of a service.
type operation struct {
	of     workload
	name   string
	query  string
	rounds [][]string // the calls that its answer takes: those of a round are made at once, when the round before has ended
	data   any        // the right answer
}

// calls is how many calls the answer takes.
func (o operation) calls() int {
	n := 0
	for _, round := range o.rounds {
		n += len(round)
	}
	return n
}

// operations are all there are, the first by default.
func operations() []operation {
	f := newFixture()
	r := newReviews()
	all := []string{"/posts"}
	return []operation{
		{postsWorkload, "q1", "{posts{id,userId,title,user{id,name,email}}}", [][]string{all, {"/users?" + batchOf("id", users)}}, f.postsWith("user")},
		{postsWorkload, "q1-single", "{posts{id,userId,title,author{id,name,email}}}", [][]string{all, usersEach()}, f.postsWith("author")},
		{postsWorkload, "q2", "{posts{title}}", [][]string{all}, f.titles()},
		{postsWorkload, "q3", "{greet}", nil, map[string]any{"greet": "Hello World!"}},
		{reviewsWorkload, "reviews", reviewsQuery, reviewsRounds(), r.answer()},
	}
}

// batchOf is the query of a call for the keys from 1 to n.
func batchOf(name string, n int) string {
	var keys []string
	for key := 1; key <= n; key++ {
		keys = append(keys, name+"="+strconv.Itoa(key))
	}
	return strings.Join(keys, "&")
}

// usersEach are the calls for each of all users.
func usersEach() []string {
	var paths []string
	for id := 1; id <= users; id++ {
		paths = append(paths, "/users/"+strconv.Itoa(id))
	}
	return paths
}

// titles are those of the posts.
func (f fixture) titles() any {
	var titles []any
	for _, p := range f.posts {
		titles = append(titles, map[string]any{"title": p.Title})
	}
	return map[string]any{"posts": titles}
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
			return nil, fmt.Errorf("-operations: there is no %q; there are %s", name, operationNames())
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

func operationNames() string {
	var names []string
	for _, o := range operations() {
		names = append(names, o.name)
	}
	return strings.Join(names, ", ")
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
func (o operation) size() int {
	b, err := json.Marshal(map[string]any{"data": o.data})
	if err != nil {
		panic(err) // maps of strings and numbers always marshal
	}
	return len(b)
}
