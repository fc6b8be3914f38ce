package executor_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"weft/graph/plan"
	"weft/graph/view"
)

// TestPlaceOfHandWritten lets a hand-written field fail: its error says where it stands in the schema.
func TestPlaceOfHandWritten(t *testing.T) {
	r, shape := row("/f")
	hand := &plan.Field{Type: plan.Ref("Int"), Leaf: view.AppendRaw, At: "shop.graphql:5"}
	cause := errors.New("no")
	hand.Resolve = func(context.Context, any, view.Object, map[string]any) (any, error) { return nil, cause }
	s := byHand(t, answering(map[string]string{"/bound": `{"x":1,"y":2}`}), query(map[string]*plan.Field{"bound": call("Row", "/bound", shape), "hand": hand}), r)

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
