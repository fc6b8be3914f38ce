package demo_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRecommendations(t *testing.T) {
	d := start(t)
	fewer := 0
	for n := 1; n <= 60; n++ {
		id := fmt.Sprintf("p-%04d", n)
		objects := decode[[]struct {
			Product struct{ ID string }
			Score   float64
		}](t, d.get(t, "recommendations", "/recommendations/"+id), 200)
		if len(objects) > 6 || len(objects) == 0 {
			t.Fatalf("%s: got %d, want 1 to 6", id, len(objects))
		}
		if len(objects) < 6 {
			fewer++
		}
		ids := []string{}
		for i, o := range objects {
			ids = append(ids, o.Product.ID)
			if o.Product.ID == id || i > 0 && o.Score > objects[i-1].Score {
				t.Errorf("%s: got %+v, want others, the best first", id, objects)
			}
		}
		only := decode[[]string](t, d.get(t, "recommendations", "/recommendations/"+id+"/ids"), 200)
		if diff := cmp.Diff(ids, only); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
	if fewer == 0 || fewer == 60 {
		t.Errorf("%d of 60 products had fewer than asked for, want some", fewer)
	}
}

func TestRecommendationsConditional(t *testing.T) {
	d := start(t)
	first := d.get(t, "recommendations", "/recommendations/p-0001?limit=2")
	wantHeader(t, first, "Cache-Control", "public, max-age=30, stale-while-revalidate=300")
	tag := first.header.Get("ETag")
	if !strings.HasPrefix(tag, `W/"`) {
		t.Fatalf("got ETag %q, want a weak one", tag)
	}
	if again := d.get(t, "recommendations", "/recommendations/p-0001?limit=2", "If-None-Match", tag); again.status != 304 {
		t.Errorf("got %d, want 304", again.status)
	}
}

func TestRecommendationsErrors(t *testing.T) {
	d := start(t)
	wantProblem(t, d.get(t, "recommendations", "/recommendations/p-9999"), 404, "p-9999")
	wantProblem(t, d.get(t, "recommendations", "/recommendations/p-0001?limit=21"), 400, "limit")
	wantProblem(t, d.get(t, "recommendations", "/recommendations/p-0001/ids?limit=-1"), 400, "limit")
}
