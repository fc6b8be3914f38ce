package fetch_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"weft/cache"
	"weft/graph/fetch"
)

// What an operation may not be used for panics, and says what to call.
func TestMisusePanics(t *testing.T) {
	service := &fetch.Service{}
	for name, c := range map[string]struct {
		use  func(x fetch.Planned)
		want string
	}{
		"Fetch after Close":        {func(x fetch.Planned) { x.Close(); x.Fetch(t.Context(), nil) }, "begin another operation"},
		"Prepare after Close":      {func(x fetch.Planned) { x.Close(); x.Prepare(t.Context(), nil) }, "begin another operation"},
		"Expect without resolvers": {func(x fetch.Planned) { x.Expect(1) }, "Options.Resolvers"},
	} {
		t.Run(name, func(t *testing.T) {
			x := fetch.Begin(service, fetch.Options{})
			defer x.Close()
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, c.want) {
					t.Errorf("got %q, want a panic that says %q", got, c.want)
				}
			}()
			c.use(x)
		})
	}
}

// Hand-written code that goes on when its operation has been answered gets an error, and makes no call.
func TestLoadsAfterClose(t *testing.T) {
	w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response { return says(200, named("a")) })
	b := wareOf(nil)
	x := fetch.BeginFields(w.service, fetch.FieldOptions{})
	x.Close()
	const want = "the operation has ended"
	_, single := x.Load(t.Context(), fetch.Space{Binding: b}, nil, "1", nil)()
	_, many := x.LoadMany(t.Context(), b, []string{"2"}, nil)()
	_, call := x.Call(t.Context(), b, "3", []any{"3"})
	_, mutation := x.Mutate(t.Context(), b, []any{"4"})
	for _, err := range append(many, single, call, mutation) {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want %q", err, want)
		}
	}
	x.Close()
	if n := w.called(); n > 0 {
		t.Errorf("%d calls after Close", n)
	}
}
