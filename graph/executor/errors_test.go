package executor_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/graph/plan"
	"weft/graph/view"
)

// row is a type whose members x and y are numbers, and f another row.
func row(path string) (*plan.Type, *view.Shape) {
	shape := view.NewShape("/x", "/y", "/rows")
	return &plan.Type{Name: "Row", Shape: shape, Fields: map[string]*plan.Field{
		"x":    {Type: plan.Ref("Int"), Slot: 1, Leaf: view.AppendInt},
		"y":    {Type: plan.Ref("Int!"), Slot: 2, Leaf: view.AppendInt},
		"rows": {Type: plan.Ref("[Row]"), Slot: 3},
		"f":    call("Row", path, shape),
	}}, shape
}

func query(fields map[string]*plan.Field) *plan.Type {
	return &plan.Type{Name: "Query", Fields: fields}
}

// TestErrorsInOrder also tries that nothing is reported below what is null already, nor more of an object that an error has
// made null, and that each error has the location of its field.
func TestErrorsInOrder(t *testing.T) {
	r, shape := row("/f")
	s := byHand(t, answering(map[string]string{
		"/slow": `[{"x":"?","y":1},{"x":2,"y":null},{"x":3,"y":3,"rows":[{"x":"?","y":"?"},null,{"x":"?","y":4}]}]`,
		"/fast": `7`,
	}), query(map[string]*plan.Field{"slow": call("[Row]", "/slow", shape), "fast": call("Row", "/fast", shape), "none": call("Row!", "/none", shape)}), r)
	doc := parse(t, `{
  slow { y x
    again: x
    rows { y x }
    f { x }
  }
  fast { x }
}`)
	for range 20 {
		data, errs := execute(t.Context(), s, doc, nil, nil)
		want := `{"slow":[{"y":1,"x":null,"again":null,"rows":null,"f":null},null,{"y":3,"x":3,"again":3,"rows":[null,null,{"y":4,"x":null}],"f":null}],"fast":null}`
		if data != want {
			t.Errorf("data:\n got %s\nwant %s", data, want)
		}
		if diff := cmp.Diff([]string{
			"slow[0].x: bad_response u 0 @2:12", "slow[0].again: bad_response u 0 @3:5", "slow[0].f: not_found u 404 @5:5",
			"slow[1].y: bad_response u 0 @2:10", "slow[2].rows[0].y: bad_response u 0 @4:12", "slow[2].rows[2].x: bad_response u 0 @4:14",
			"slow[2].f: not_found u 404 @5:5", "fast: bad_response u 0 @7:3",
		}, told(errs)); diff != "" {
			t.Errorf("errors (-want +got):\n%s", diff)
		}
	}
}

// TestNullToTheTop tries that an error that makes everything null is the last one.
func TestNullToTheTop(t *testing.T) {
	r, shape := row("/f")
	fields := map[string]*plan.Field{"a": call("Row", "/a", shape), "b": call("Row!", "/b", shape), "c": call("Row", "/c", shape)}
	s := byHand(t, answering(nil), query(fields), r)
	data, errs := execute(t.Context(), s, parse(t, "{ a { x } b { x } c { x } }"), nil, nil)
	if data != "null" {
		t.Errorf("data: %s", data)
	}
	if diff := cmp.Diff([]string{"a: not_found u 404 @1:3", "b: not_found u 404 @1:11"}, told(errs)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// TestPanicInTransport tries that a panic is an error of its own field.
func TestPanicInTransport(t *testing.T) {
	r, shape := row("/f")
	s := byHand(t, roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/bad" {
			panic("at the disco")
		}
		return reply(r, http.StatusOK, `{"x":1,"y":2}`), nil
	}), query(map[string]*plan.Field{"bad": call("Row", "/bad", shape), "good": call("Row", "/good", shape)}), r)
	data, errs := execute(t.Context(), s, parse(t, "{ bad { x } good { x f { y } } }"), nil, nil)
	if data != `{"bad":null,"good":{"x":1,"f":{"y":2}}}` {
		t.Errorf("data: %s", data)
	}
	if diff := cmp.Diff([]string{"bad: unavailable u 0 @1:3"}, told(errs)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// TestPanicInFetch tries that a panic below a binding (it has no client) costs the fields of its fetch, and no others,
// whether the fetch runs alone or beside another.
func TestPanicInFetch(t *testing.T) {
	for _, document := range []string{"{ bad { x } }", "{ bad { x } good { x } }"} {
		r, shape := row("/f")
		bad := call("Row", "/bad", shape)
		bad.Bound.Binding.Upstream, bad.Bound.Binding.At = "nobody", "schema.graphql:7"
		s := byHand(t, answering(map[string]string{"/good": `{"x":1,"y":2}`}), query(map[string]*plan.Field{"bad": bad, "good": call("Row", "/good", shape)}), r)
		data, errs := execute(t.Context(), s, parse(t, document), nil, nil)
		want := `{"bad":null}`
		if strings.Contains(document, "good") {
			want = `{"bad":null,"good":{"x":1}}`
		}
		if got := told(errs); data != want || len(got) != 1 || !strings.HasPrefix(got[0], "bad: panic: ") || !strings.HasSuffix(got[0], " @1:3") {
			t.Errorf("%s: %s, %v", document, data, got)
		}
		if len(errs) > 0 && !strings.Contains(errs[0].Message, "(schema.graphql:7): ") {
			t.Errorf("%s: got %q, want one that says where the binding stands", document, errs[0].Message)
		}
	}
}

// TestArgumentsRefused tries that arguments that cannot be coerced cost each parent's field, and ask for nothing.
func TestArgumentsRefused(t *testing.T) {
	r, shape := row("/f")
	r.Fields["f"].Args = func(context.Context, map[string]any) error { return errors.New("no such argument") }
	s := byHand(t, answering(map[string]string{"/all": `[{"x":1,"y":1},{"x":2,"y":2}]`}), query(map[string]*plan.Field{"all": call("[Row]", "/all", shape)}), r)
	doc := parse(t, "{ all { x f { x } } }")
	doc.Operations[0].SelectionSet = define(doc.Operations[0].SelectionSet)
	data, errs := execute(t.Context(), s, doc, nil, nil)
	if data != `{"all":[{"x":1,"f":null},{"x":2,"f":null}]}` {
		t.Errorf("data: %s", data)
	}
	if diff := cmp.Diff([]string{"all[0].f: no such argument @1:11", "all[1].f: no such argument @1:11"}, told(errs)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// TestEnds tries that an operation whose context ends answers at once, with located errors, and leaves nothing running.
func TestEnds(t *testing.T) {
	for _, c := range []struct {
		name, kind string
		context    func(context.Context) (context.Context, context.CancelFunc)
		took       time.Duration
	}{
		{"canceled", "canceled", func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(300*time.Millisecond, cancel)
			return ctx, cancel
		}, 300 * time.Millisecond},
		{"deadline", "timeout", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 300*time.Millisecond)
		}, 250 * time.Millisecond}, // upstream keeps 50 ms for the answer
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, shape := row("/f")
				s := byHand(t, roundTrip(func(r *http.Request) (*http.Response, error) {
					if r.URL.Path == "/fast" {
						return reply(r, http.StatusOK, `{"x":1,"y":2}`), nil
					}
					<-r.Context().Done()
					return nil, r.Context().Err()
				}), query(map[string]*plan.Field{"fast": call("Row", "/fast", shape), "slow": call("Row", "/slow", shape)}), r)
				ctx, cancel := c.context(t.Context())
				defer cancel()
				start := time.Now()
				data, errs := execute(ctx, s, parse(t, "{ fast { x f { x } } slow { x } }"), nil, nil)
				if took := time.Since(start); took != c.took {
					t.Errorf("took %v, want %v", took, c.took)
				}
				if data != `{"fast":{"x":1,"f":null},"slow":null}` {
					t.Errorf("data: %s", data)
				}
				want := []string{fmt.Sprintf("fast.f: %s u 0 @1:12", c.kind), fmt.Sprintf("slow: %s u 0 @1:22", c.kind)}
				if diff := cmp.Diff(want, told(errs)); diff != "" {
					t.Errorf("errors (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestNothingBelowNull tries that nobody is asked for what hangs on objects of a list that is null since another of its
// elements is no object, or null.
func TestNothingBelowNull(t *testing.T) {
	for document, want := range map[string]string{
		"{ list { rows { f { x } } } }":      `{"list":{"rows":null}} list.rows[2]: bad_response u 0 @1:10`,
		"{ any { ... on Row { f { x } } } }": `{"any":null} any[2]: bad_response u 0 @1:3`,
		"{ all { f { x } } }":                `{"all":null} all[2]: bad_response u 0 @1:3`,
		"{ nulls { f { x } } }":              `{"nulls":null} nulls[1]: null for non-null Query.nulls @1:3`,
	} {
		r, shape := row("/f")
		r.Fields["rows"].Type = plan.Ref("[Row!]")
		either := &plan.Type{Name: "Any", Kind: plan.Abstract, Discriminator: "/x", Variants: map[string]string{"1": "Row"}}
		s := byHand(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			switch r.URL.Path {
			case "/list":
				return reply(r, http.StatusOK, `{"x":1,"rows":[{"x":1},{"x":1},7]}`), nil
			case "/nulls":
				return reply(r, http.StatusOK, `[{"x":1},null,7]`), nil
			case "/any", "/all":
				return reply(r, http.StatusOK, `[{"x":1},{"x":1},7]`), nil
			}
			t.Errorf("%s asks for %s", document, r.URL.Path)
			return reply(r, http.StatusOK, `{"x":1}`), nil
		}), query(map[string]*plan.Field{
			"list": call("Row", "/list", shape), "any": call("[Any!]", "/any", nil),
			"all": call("[Row!]", "/all", shape), "nulls": call("[Row!]", "/nulls", shape),
		}), r, either)
		data, errs := execute(t.Context(), s, parse(t, document), nil, nil)
		if got := data + " " + strings.Join(told(errs), ", "); got != want {
			t.Errorf("%s:\n got %s\nwant %s", document, got, want)
		}
	}
}
