package binding_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/view"
)

// What a mutation may make invalid is known before it is sent, by the beginnings of tags that have parts of the answer.
func TestMayInvalidate(t *testing.T) {
	tag := func(kind binding.TagKind, parts ...binding.TagPart) binding.Tag {
		return binding.Tag{Kind: kind, Parts: parts}
	}
	id, result := binding.TagPart{Path: []string{"id"}}, binding.TagPart{Slot: 1}
	b := binding.New(binding.Spec{
		Name: "Mutation.rename", Vars: []binding.Var{{Name: "id", Type: &binding.Type{Scalar: "ID"}}}, Mutation: true,
		Origin: binding.Origin{Upstream: "things", Single: &binding.Call{Method: "POST", Template: "/things/{id}"}},
		Result: binding.Result{Object: "Thing", Shape: view.NewShape("/id", "/name")},
		Caching: binding.Caching{Invalidates: []binding.Tag{
			tag(binding.TagName, binding.TagPart{Text: "thing-"}, id), tag(binding.TagType, binding.TagPart{Text: "List"}),
			tag(binding.TagName, binding.TagPart{Text: "name-"}, id, binding.TagPart{Text: "-"}, result), tag(binding.TagName, id, result),
			tag(binding.TagKey, binding.TagPart{Text: "Thing:"}, result),
		}},
	})
	want := []string{
		cache.OfURL("things", "/things/7"), cache.Named("thing-7"), cache.OfType("List"),
		cache.Beginning(cache.Named("name-")), cache.Beginning(cache.Named("")), cache.Beginning(cache.OfKey("Thing", "")),
	}
	if diff := cmp.Diff(want, b.MayInvalidate([]any{"7"})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
