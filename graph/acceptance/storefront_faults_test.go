package acceptance_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	storefront "weft/graph/generated"
)

// TestStorefrontMayFail fails for each field of the schema that asks a service of its own and is not nullable: one service
// that fails would take more than its own fields along.
func TestStorefrontMayFail(t *testing.T) {
	files, err := filepath.Glob("../schema/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := parser.ParseSchema(&ast.Source{Name: file, Input: string(text)})
		if err != nil {
			t.Fatal(err)
		}
		for _, def := range append(doc.Definitions, doc.Extensions...) {
			for _, f := range def.Fields {
				asks := f.Directives.ForName("http") != nil || f.Directives.ForName("load") != nil
				if asks && f.Type.NonNull {
					t.Errorf("%s: %s.%s is %s, want it nullable", file, def.Name, f.Name, f.Type)
				}
			}
		}
	}
}

// recorded is what a case of TestStorefront has in response.json.
type recorded struct {
	Errors []struct {
		Path       []any
		Locations  []struct{ Line, Column int }
		Extensions struct{ Code, Upstream string }
	}
	Data any
}

// TestStorefrontFaults compares what TestStorefront has recorded for each service and fault with the answer when all behave:
// they differ only where a field is null and an error says that it was this service, with the code of the fault.
func TestStorefrontFaults(t *testing.T) {
	cases := map[string]recorded{}
	for _, c := range storefrontCases(t) {
		var r recorded
		if err := json.Unmarshal([]byte(c.parts["response.json"]), &r); err != nil {
			t.Fatalf("%s: %v", c.file, err)
		}
		cases[c.name] = r
	}
	codes := map[string]string{
		"down": "UPSTREAM_UNAVAILABLE", "slow": "UPSTREAM_TIMEOUT", "errors": "UPSTREAM_UNAVAILABLE", "malformed": "BAD_RESPONSE",
	}
	for _, service := range storefront.Upstreams {
		for mode, code := range codes {
			name := "fault_" + service.Name + "_" + mode
			got, ok := cases[name]
			if !ok {
				t.Errorf("there is no case %s", name)
				continue
			}
			missing := map[string]bool{}
			for _, e := range got.Errors {
				if e.Extensions.Upstream != service.Name || e.Extensions.Code != code || len(e.Locations) == 0 {
					t.Errorf("%s: got the error %+v, want code %s of upstream %s with a location", name, e, code, service.Name)
				}
				missing[fmt.Sprint(e.Path)] = true
			}
			if len(missing) == 0 {
				t.Errorf("%s: no errors", name)
			}
			differ(t, name, nil, cases["fault_none"].Data, got.Data, missing)
		}
	}
}

// differ fails where got differs from want, except for null at a path that is missing.
func differ(t *testing.T, name string, path []any, want, got any, missing map[string]bool) {
	t.Helper()
	if missing[fmt.Sprint(path)] {
		if got != nil {
			t.Errorf("%s: %v has an error and is %v", name, path, got)
		}
		return
	}
	switch want := want.(type) {
	case map[string]any:
		object, _ := got.(map[string]any)
		for member := range want {
			differ(t, name, append(path[:len(path):len(path)], member), want[member], object[member], missing)
		}
	case []any:
		list, _ := got.([]any)
		if len(list) != len(want) {
			t.Errorf("%s: %v has %d elements, want %d", name, path, len(list), len(want))
			return
		}
		for i := range want {
			differ(t, name, append(path[:len(path):len(path)], i), want[i], list[i], missing)
		}
	default:
		if !reflect.DeepEqual(want, got) {
			t.Errorf("%s: %v is %v, want %v", name, path, got, want)
		}
	}
}
