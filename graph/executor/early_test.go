package executor_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	gqlgen "github.com/99designs/gqlgen/graphql/executor"

	posts "weft/bench/posts/generated"
	postsresolver "weft/bench/posts/resolver"
	"weft/graph/compiled"
	"weft/upstream"
)

// TestEarlyCallsOfOtherRootFields: what one root field has asked for early, and another one needs, does not end with the first.
//
//	user asks for user 1, and early for its albums · user 1 is answered: it failed, and the root field user is done ·
//	users brings user 1 · its albums are on their way already
func TestEarlyCallsOfOtherRootFields(t *testing.T) {
	albums, userDone, usersAnswered := make(chan struct{}), make(chan struct{}), make(chan struct{})
	transport := roundTrip(func(r *http.Request) (*http.Response, error) {
		switch r.URL.RequestURI() {
		case "/users/1":
			<-albums
			return reply(r, http.StatusInternalServerError, ""), nil
		case "/users":
			<-userDone
			close(usersAnswered)
			return reply(r, http.StatusOK, `[{"id":1,"name":"Ann"}]`), nil
		case "/albums?userId=1":
			close(albums)
			select {
			case <-usersAnswered:
				return reply(r, http.StatusOK, `[{"id":7,"userId":1,"title":"Sea"}]`), nil
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		}
		t.Errorf("%s is asked for", r.URL)
		return reply(r, http.StatusNotFound, ""), nil
	})
	clients, err := upstream.NewClients(posts.Upstreams, map[string]upstream.Options{
		"jsonplaceholder": {URL: "http://posts.example", Transport: transport},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer clients.Close()
	schema, err := posts.Service(postsresolver.Resolver{}).Executable(compiled.Settings{Clients: clients, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	s := &shopService{Executor: gqlgen.New(schema)}
	s.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		value := next(ctx)
		if graphql.GetRootFieldContext(ctx).Object == "user" {
			close(userDone)
		}
		return value
	})
	data, errs := s.ask(t, "{ users { albums { title } } user(id: 1) { name albums { title } } }")
	if want := `{"users":[{"albums":[{"title":"Sea"}]}],"user":null}`; data != want {
		t.Errorf("got %s, want %s: %q", data, want, errs)
	}
}
