package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// How much there is. Every user wrote ten posts.
const (
	posts = 100
	users = 10
)

// post and user have the members, the order and about the lengths of JSONPlaceholder's.
type post struct {
	UserID int    `json:"userId"`
	ID     int    `json:"id"`
	Title  string `json:"title"`
	Body   string `json:"body"`
}

type user struct {
	ID       int     `json:"id"`
	Name     string  `json:"name"`
	Username string  `json:"username"`
	Email    string  `json:"email"`
	Address  address `json:"address"`
	Phone    string  `json:"phone"`
	Website  string  `json:"website"`
	Company  company `json:"company"`
}

type address struct {
	Street  string `json:"street"`
	Suite   string `json:"suite"`
	City    string `json:"city"`
	Zipcode string `json:"zipcode"`
	Geo     geo    `json:"geo"`
}

type geo struct {
	Lat string `json:"lat"`
	Lng string `json:"lng"`
}

type company struct {
	Name        string `json:"name"`
	CatchPhrase string `json:"catchPhrase"`
	BS          string `json:"bs"`
}

// fixture is what the upstream has.
type fixture struct {
	posts []post
	users []user
}

func newFixture() fixture {
	f := fixture{}
	for id := 1; id <= posts; id++ {
		f.posts = append(f.posts, post{
			UserID: (id-1)/(posts/users) + 1, ID: id,
			Title: words(id, 6),
			Body:  words(id+1, 7) + "\n" + words(id+2, 7) + "\n" + words(id+3, 7) + "\n" + words(id+4, 5),
		})
	}
	for id := 1; id <= users; id++ {
		name := words(id*7, 1)
		f.users = append(f.users, user{
			ID: id, Name: fmt.Sprintf("%s %s", words(id*3, 1), name), Username: name, Email: fmt.Sprintf("%s.%d@example.com", name, id),
			Address: address{
				Street: words(id, 2), Suite: fmt.Sprintf("Apt. %d", 100+id), City: words(id*5, 1), Zipcode: fmt.Sprintf("%05d-%04d", id*9241, id*311),
				Geo: geo{fmt.Sprintf("-%d.3159", 30+id), fmt.Sprintf("%d.1496", 80-id)},
			},
			Phone: fmt.Sprintf("1-770-736-80%02d x5644%d", id, id), Website: name + ".example.org",
			Company: company{words(id, 2), words(id+1, 4), words(id+2, 4)},
		})
	}
	return f
}

const vocabulary = "sunt aut facere repellat provident occaecati excepturi optio reprehenderit quia et suscipit recusandae consequuntur " +
	"expedita cum molestiae ut quas totam nostrum rerum est autem architecto esse dolor beatae ea dolores neque fugiat blanditiis voluptate " +
	"porro vel nihil odit iusto sed deleniti"

// words are n words, mostly others for each seed, and the same in each run.
func words(seed, n int) string {
	all := strings.Fields(vocabulary)
	list := make([]string, n)
	for i := range list {
		list[i] = all[(seed*17+i*(7+seed%5))%len(all)]
	}
	return strings.Join(list, " ")
}

// bodies are the upstream's answers by path.
func (f fixture) bodies() map[string][]byte {
	bodies := map[string][]byte{"/posts": encode(f.posts), "/users": encode(f.users)}
	for _, u := range f.users {
		bodies[fmt.Sprintf("/users/%d", u.ID)] = encode(u)
	}
	return bodies
}

func encode(v any) []byte {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err) // plain structs of strings and numbers always marshal
	}
	return b
}
