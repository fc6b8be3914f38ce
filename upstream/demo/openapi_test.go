package demo_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sample is a request that its operation answers with the status.
type sample struct {
	method, path, target, body string
	status                     int
}

func samples() map[string][]sample {
	return map[string][]sample{
		"catalog": {
			{"GET", "/products", "/products?limit=100", "", 200},
			{"GET", "/products", "/products?ids=p-0001,p-0007", "", 200},
			{"GET", "/products", "/products?limit=x", "", 400},
			{"GET", "/products/{id}", "/products/p-0007", "", 200},
			{"GET", "/products/{id}", "/products/x", "", 404},
			{"GET", "/brands", "/brands", "", 200},
			{"GET", "/brands/{id}", "/brands/b-01", "", 200},
			{"GET", "/categories", "/categories", "", 200},
			{"GET", "/categories/{id}", "/categories/d-study", "", 200},
			{"GET", "/search", "/search?q=house&per_page=100", "", 200},
			{"GET", "/images/{file}", "/images/p-0001.jpg", "", 200},
		},
		"pricing": {
			{"POST", "/prices/query", "/prices/query", `{"skus": ["p-0001", "p-0002", "p-0003", "p-0004", "p-0005", "p-0006", "p-0007"]}`, 200},
			{"GET", "/costs", "/costs?skus=p-0001,p-0002", "", 200},
		},
		"inventory": {
			{"GET", "/stock", "/stock?sku=p-0001&sku=p-0002", "", 200},
			{"GET", "/stock/{store}/{sku}", "/stock/HAM/p-0001", "", 200},
			{"GET", "/availability", "/availability?skus=1,2", "", 200},
			{"POST", "/incoming", "/incoming", `{"items": ["1", "0002", "3", "4"]}`, 200},
			{"GET", "/stores", "/stores", "", 200},
		},
		"reviews": {
			{"GET", "/reviews", "/reviews?product_id=p-0001", "", 200},
			{"GET", "/reviews", "/reviews", "", 200},
			{"GET", "/reviews/{id}", "/reviews/r-00001", "", 200},
			{"GET", "/products/{id}/reviews", "/products/p-0001/reviews", "", 200},
			{"GET", "/ratings", "/ratings?product_id=p-0001&product_id=p-0002", "", 200},
			{"POST", "/reviews", "/reviews", `{"product": "p-0001", "stars": 4, "text": "Good."}`, 200},
		},
		"accounts": {
			{"GET", "/users", "/users?id=1&id=2", "", 200},
			{"GET", "/users/{id}", "/users/7", "", 200},
			{"GET", "/me", "/me", "", 200},
		},
		"orders": {
			{"GET", "/orders", "/orders", "", 200},
			{"POST", "/orders", "/orders", `{"requestKey": "sample"}`, 201},
			{"POST", "/orders", "/orders", `{"requestKey": "sample"}`, 200},
			{"GET", "/orders/{id}", "/orders/o-101001", "", 200},
			{"POST", "/cart", "/cart", `{"productId": "p-0001", "quantity": 2}`, 200},
			{"GET", "/cart", "/cart", "", 200},
		},
		"pictures": {
			{"GET", "/{signature}/{picture}", signed("/rs:fit:160:0/aW1hZ2VzL3AtMDAwMS5qcGc"), "", 200},
			{"GET", "/{signature}/{picture}", signed("/aW1hZ2VzL3AtMDAwMS5qcGc.webp"), "", 422},
			{"GET", "/{signature}/{picture}", signed("/aW1hZ2VzL3AtOTk5OS5qcGc"), "", 404},
			{"GET", "/{signature}/{picture}", "/made/up", "", 403},
		},
		"recommendations": {
			{"GET", "/recommendations/{productId}", "/recommendations/p-0001", "", 200},
			{"GET", "/recommendations/{productId}/ids", "/recommendations/p-0001/ids", "", 200},
		},
	}
}

// Each operation of each description is asked, and what it answers is what the description says.
func TestOpenAPI(t *testing.T) {
	d := start(t)
	for service, requests := range samples() {
		t.Run(service, func(t *testing.T) {
			doc := decode[object](t, d.get(t, service, "/openapi.json"), 200)
			if doc["openapi"] != "3.1.0" || doc["info"].(object)["title"] != service {
				t.Errorf("got openapi %v, info %v", doc["openapi"], doc["info"])
			}
			asked := map[string]bool{}
			for _, s := range requests {
				asked[s.method+" "+s.path] = true
				a := d.send(t, s.method, service, s.target, s.body, "Authorization", d.token(0))
				if a.status != s.status {
					t.Errorf("%s %s: got status %d, want %d: %s", s.method, s.target, a.status, s.status, a.body)
				}
				checkAnswer(t, doc, s, a)
			}
			for path, operations := range doc["paths"].(object) {
				for method, op := range operations.(object) {
					if !asked[strings.ToUpper(method)+" "+path] {
						t.Errorf("%s %s: no sample", method, path)
					}
					checkParameters(t, path, op.(object))
				}
			}
		})
	}
}

func checkAnswer(t *testing.T, doc object, s sample, a answer) {
	t.Helper()
	item, _ := doc["paths"].(object)[s.path].(object)
	op, ok := item[strings.ToLower(s.method)].(object)
	if !ok {
		t.Errorf("%s %s is not described", s.method, s.path)
		return
	}
	described, ok := op["responses"].(object)[strconv.Itoa(a.status)].(object)
	if !ok {
		described = op["responses"].(object)["default"].(object)
	}
	content, ok := described["content"].(object)[a.header.Get("Content-Type")].(object)
	if !ok {
		t.Errorf("%s: Content-Type %s is not described", s.target, a.header.Get("Content-Type"))
		return
	}
	if schema, ok := content["schema"].(object); ok {
		for _, fault := range checker(doc).faults(schema, decode[any](t, a, a.status), "") {
			t.Errorf("%s %s: %s", s.method, s.target, fault)
		}
	}
}

// checkParameters holds that each variable of a path is described as required.
func checkParameters(t *testing.T, path string, op object) {
	t.Helper()
	params, _ := op["parameters"].([]any)
	described := 0
	for _, p := range params {
		p := p.(object)
		if p["in"] == "path" && strings.Contains(path, "{"+p["name"].(string)+"}") && p["required"] == true {
			described++
		}
	}
	if want := strings.Count(path, "{"); described != want {
		t.Errorf("%s: %d path parameters described, want %d", path, described, want)
	}
}

// checker checks values against the schemas of a description. A member that is not described is a fault.
type checker object

func (c checker) faults(schema object, v any, at string) []string {
	if ref, ok := schema["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/components/schemas/")
		target, ok := c["components"].(object)["schemas"].(object)[name].(object)
		if !ok {
			return []string{at + ": dangling " + ref}
		}
		return c.faults(target, v, at)
	}
	for _, key := range []string{"anyOf", "oneOf"} {
		if options, ok := schema[key].([]any); ok {
			return c.choose(key, options, v, at)
		}
	}
	if enum, ok := schema["enum"].([]any); ok && !slices.Contains(enum, v) {
		return []string{fmt.Sprintf("%s: got %v, want one of %v", at, v, enum)}
	}
	return c.typed(schema, v, at)
}

func (c checker) choose(key string, options []any, v any, at string) []string {
	var all []string
	fitting := 0
	for _, o := range options {
		faults := c.faults(o.(object), v, at)
		all = append(all, faults...)
		if len(faults) == 0 {
			fitting++
		}
	}
	if fitting == 1 || key == "anyOf" && fitting > 0 {
		return nil
	}
	return append(all, fmt.Sprintf("%s: %d of %d options fit", at, fitting, len(options)))
}

func (c checker) typed(schema object, v any, at string) (faults []string) {
	ok := false
	switch schema["type"] {
	case "null":
		ok = v == nil
	case "string":
		_, ok = v.(string)
	case "boolean":
		_, ok = v.(bool)
	case "number":
		_, ok = v.(float64)
	case "integer":
		n, number := v.(float64)
		ok = number && n == float64(int64(n))
	case "array":
		var items []any
		items, ok = v.([]any)
		for i, item := range items {
			faults = append(faults, c.faults(schema["items"].(object), item, at+"/"+strconv.Itoa(i))...)
		}
	case "object":
		var members object
		members, ok = v.(object)
		if ok {
			faults = c.members(schema, members, at)
		}
	}
	if !ok {
		faults = append(faults, fmt.Sprintf("%s: got %v, want %v", at, v, schema["type"]))
	}
	return faults
}

func (c checker) members(schema, members object, at string) (faults []string) {
	properties, _ := schema["properties"].(object)
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, ok := members[name.(string)]; !ok {
			faults = append(faults, fmt.Sprintf("%s: %v is missing", at, name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		described, ok := properties[name].(object)
		if !ok {
			described, ok = schema["additionalProperties"].(object)
		}
		if !ok {
			faults = append(faults, at+"/"+name+": not described")
			continue
		}
		faults = append(faults, c.faults(described, members[name], at+"/"+name)...)
	}
	return faults
}

func TestUnknownPaths(t *testing.T) {
	d := start(t)
	for name := range d.URLs() {
		if got := d.get(t, name, "/nowhere").status; got != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", name, got)
		}
	}
}
