package executor_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"weft/graph/plan"
	"weft/graph/view"
)

// TestPlace asks an executor where fields stand in the schema, and lets a hand-written one fail: its error says so.
func TestPlace(t *testing.T) {
	r, shape := row("/f")
	bound, hand := call("Row", "/bound", shape), &plan.Field{Type: plan.Ref("Int"), Leaf: view.AppendRaw, At: "shop.graphql:5"}
	bound.Bound.Binding.At = "shop.graphql:3"
	cause := errors.New("no")
	hand.Resolve = func(context.Context, any, view.Object, map[string]any) (any, error) { return nil, cause }
	s := byHand(t, answering(map[string]string{"/bound": `{"x":1,"y":2}`}), query(map[string]*plan.Field{"bound": bound, "hand": hand}), r)

	places := s.(interface {
		Place(object, field string) string
	})
	for field, want := range map[string]string{"bound": "shop.graphql:3", "hand": "shop.graphql:5", "none": ""} {
		if got := places.Place("Query", field); got != want {
			t.Errorf("Place(Query, %s): got %q, want %q", field, got, want)
		}
	}
	if got := places.Place("None", "x") + places.Place("Row", "x"); got != "" {
		t.Errorf("Place of no type, and of a member: got %q, want nothing", got)
	}

	data, errs := execute(t.Context(), s, parse(t, "{ hand bound { x } }"), nil, http.Header{})
	if want := `{"hand":null,"bound":{"x":1}}`; data != want || len(errs) != 1 || errs[0].Message != "no" {
		t.Fatalf("got %s with %v, want %s and the field's error", data, errs, want)
	}
	placed, ok := errors.AsType[interface {
		error
		Place() string
	}](errs[0])
	if !ok || placed.Place() != "shop.graphql:5" || !errors.Is(errs[0], cause) {
		t.Errorf("got the error %v, want one of shop.graphql:5 with its cause", errs[0])
	}
}
