package acceptance_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"weft/graph/inspect"
	"weft/graph/resolver"
	"weft/graph/schema/examples"
)

// TestForecastOfExamples: none of the storefront's examples makes more calls than were forecast without its variables, and at least five
// of them make two thirds of that.
func TestForecastOfExamples(t *testing.T) {
	t.Parallel()
	shop := openStorefront(t, storefrontOptions{})
	schema := resolver.Service()
	inspector := inspect.New(schema, inspect.Options{})
	near := 0
	for _, e := range examples.All() {
		found := inspector.Text(t.Context(), e.Query, nil)[0]
		if len(found.Findings) > 0 {
			t.Errorf("%s: %v", e.Name, found.Findings)
			continue
		}
		header := http.Header{"Authorization": {"Bearer " + shop.Tokens()[0].Value}, "Weft-Without": {"memory,redis"}}
		a := shop.send(t, graphRequest{Query: e.Query, Variables: e.Variables, Header: header})
		calls := len(a.Extensions.Weft.Calls)
		t.Logf("%s: %d calls forecast, %d made", e.Name, found.Forecast.Calls, calls)
		if calls == 0 || calls > found.Forecast.Calls {
			t.Errorf("%s: %d calls were forecast, and %d made", e.Name, found.Forecast.Calls, calls)
		}
		if 2*found.Forecast.Calls <= 3*calls {
			near++
		}
	}
	if near < 5 {
		t.Errorf("%d of the examples make two thirds of the calls that were forecast, want 5", near)
	}
}

// TestPromises holds the demo's services to what the schema says of the lengths of their lists.
func TestPromises(t *testing.T) {
	t.Parallel()
	shop := openStorefront(t, storefrontOptions{})
	header := http.Header{"Authorization": {"Bearer " + shop.Tokens()[0].Value}}
	a := shop.send(t, graphRequest{Header: header, Query: `{
		categories { id } stores { code } brands { categories { id } }
		products(first: 100) { nodes { related { id } shelves { store } reviews(first: 20) { id } recommendations(first: 20) { score } } }
		orders(first: 100) { nodes { lines { title } } } cart { lines { title } }
	}`})
	if len(a.Errors) > 0 {
		t.Fatalf("got the errors %s", a.Errors)
	}
	costs := resolver.Service().Costs
	most := map[string]int{} // by field
	for name, f := range costs.Fields {
		if _, field, _ := strings.Cut(name, "."); f.Size != nil {
			most[field] = max(most[field], f.Size.Assumed)
		}
	}
	lists := 0
	var walk func(name string, v any)
	walk = func(name string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, member := range v {
				walk(name, member)
			}
		case []any:
			if lists++; name != "nodes" && (most[name] == 0 || len(v) > most[name]) {
				t.Errorf("%s has %d elements, and the schema says %d at most", name, len(v), most[name])
			}
			for _, element := range v {
				walk("", element)
			}
		}
	}
	var data any
	if err := json.Unmarshal(a.Data, &data); err != nil {
		t.Fatal(err)
	}
	if walk("", data); lists < 100 {
		t.Errorf("there are %d lists, which shows nothing", lists)
	}
}
