package binding_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/view"
)

// A value has the keys of all objects that are embedded in it, expanded or not, so that it is invalid when they are.
func TestTagsOfEmbedded(t *testing.T) {
	shape := view.NewShape("/id")
	b := binding.New(binding.Spec{
		Name: "Query.issues", Result: binding.Result{Shape: shape, Object: "Issue", List: true},
		Caching: binding.Caching{Embeds: []binding.Embed{
			{At: "/user", Object: "User", Keys: []string{"/login"}},
			{At: "/watchers/*/who", Object: "User", Keys: []string{"/login"}},
			{At: "/shelf", Object: "Shelf", Keys: []string{"/sku", "/of/store"}},
		}},
	})
	const text = `[
		{"id": 1, "user": {"login": "ada"}, "watchers": [{"who": "ben"}, {"who": null}, {"who": {"login": "cleo"}}, {}], "shelf": {"sku": 7, "of": {"store": "a"}}},
		{"id": 2, "user": null, "watchers": null, "shelf": {"sku": 8}},
		{"id": 3, "user": {"name": "nobody"}, "watchers": {}, "shelf": "no key of two parts"}
	]`
	rows, err := view.NewScanner(view.Layout{In: view.List, Shape: shape}).Scan([]byte(text), &view.Source{Upstream: "tracker"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := slices.DeleteFunc(b.TagsOf("", nil, "", rows.Objects()), func(tag string) bool { return tag == cache.OfType("Issue") })
	want := []string{
		cache.OfKey("User", "ada"), cache.OfKey("User", "ben"), cache.OfKey("User", "cleo"), cache.OfKey("Shelf", binding.Key("7", "a")),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

// A value is found by two spellings of its key where case does not count: as it was asked for, and as the service has it.
func TestTagsOfKeysInAnotherCase(t *testing.T) {
	shape := view.NewShape("/login")
	b := binding.New(binding.Spec{
		Name: "User", Entity: true, Vars: []binding.Var{{Name: "login", Type: &binding.Type{Scalar: "ID"}}},
		Origin: binding.Origin{Batch: &binding.Batch{Call: binding.Call{Template: "/users{?logins}"}, Keys: "logins", Match: []string{"/login"}, Fold: true}},
		Result: binding.Result{Shape: shape, Object: "User", KeySlots: []int{1}},
	})
	rows, err := view.NewScanner(view.Layout{In: view.List, Shape: shape}).Scan([]byte(`[{"login": "Ada"}]`), &view.Source{Upstream: "people"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{cache.OfType("User"), cache.OfKey("User", "ada"), cache.OfKey("User", "Ada")}
	if diff := cmp.Diff(want, b.TagsOf("ada", nil, "", rows.Objects())); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}
