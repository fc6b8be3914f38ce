package demo

import (
	"net/http"
	"strconv"
)

// accounts answers who customers are. Its ids are numbers, and its JSON is indented.
type accounts struct{ shop *shop }

func newAccounts(s *shop, tokens holders) *service {
	a := accounts{s}
	const fresh = "public, max-age=300"
	return &service{
		name:  "accounts",
		about: "Customers, and what they may see of themselves.",
		style: style{indent: true},
		routes: []route{
			{
				method: "GET", path: "/users", summary: "The customers with the given ids, however many.",
				query: []param{must(numbers("id", "ids"))}, answer: []user{}, cache: fresh, handle: a.users,
			},
			{method: "GET", path: "/users/{id}", summary: "One customer.", answer: user{}, cache: fresh, handle: a.user},
			{
				method: "GET", path: "/me", summary: "The holder of the token.", secured: true, answer: self{},
				cache: "private, max-age=30", vary: "Authorization", handle: tokens.secured(a.me),
			},
		},
	}
}

// self is all of an account.
type self struct {
	user
	profile
}

func (a accounts) users(r *http.Request) (reply, error) {
	ids := r.URL.Query()["id"]
	if err := some("id", ids); err != nil {
		return reply{}, err
	}
	found := []user{}
	for _, id := range ids {
		n, err := strconv.Atoi(id)
		if err != nil {
			return reply{}, badInput("id: got %q, want an integer", id)
		}
		if u := a.shop.user(n); u != nil {
			found = append(found, u.user)
		}
	}
	return reply{body: found}, nil
}

func (a accounts) user(r *http.Request) (reply, error) {
	n, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return reply{}, badInput("id: got %q, want an integer", r.PathValue("id"))
	}
	u := a.shop.user(n)
	if u == nil {
		return reply{}, notFound("user", r.PathValue("id"))
	}
	return reply{body: u.user}, nil
}

func (a accounts) me(_ *http.Request, u *account) (reply, error) {
	return reply{body: self{u.user, u.private}}, nil
}
