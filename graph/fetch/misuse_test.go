package fetch_test

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"strings"
	"testing"
	"time"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/view"
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

// What gathers and panics leaves nobody waiting: others of the operation that need the same keys get an error, and keys that it had not come to
// are loaded.
func TestGatherPanics(t *testing.T) {
	for name, f := range map[string]*binding.Field{"an entity": byID(wareOf(nil)), "a call": byID(binding.New(binding.Spec{
		Name: "ware", Vars: wareID, Origin: binding.Origin{Upstream: "ware", Single: &binding.Call{Template: "/wares/{id}"}},
		Result: binding.Result{Shape: view.NewShape("/id", "/name")},
	}))} {
		t.Run(name, func(t *testing.T) {
			w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
				return says(200, fmt.Sprintf(`{"id": %q, "name": "a"}`, path.Base(r.URL.Path)))
			})
			x := fetch.Begin(w.service, fetch.Options{})
			defer x.Close()
			broken := x.Gather(t.Context(), []fetch.Member{{Field: f, Args: binding.Arguments{"id": "1"}, Parents: make([]view.Object, 1)}, {}})
			func() {
				defer func() {
					if recover() == nil {
						t.Error("a member without a field is loaded")
					}
				}()
				broken.Load(t.Context())
			}()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if got := wareNames(ctx, x, f, "1"); !strings.HasPrefix(got[0], "error: ") || ctx.Err() != nil {
				t.Errorf("got %q for a key that was gathered, and %v", got, ctx.Err())
			}
			if got := wareNames(ctx, x, f, "2"); got[0] != "a" || w.called() != 1 {
				t.Errorf("got %q for another one, after %d calls", got, w.called())
			}
		})
	}
}
