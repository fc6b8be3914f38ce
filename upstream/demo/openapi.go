package demo

import (
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// param is a query parameter or a header of a route.
type param struct {
	name, about string
	schema      map[string]any
	required    bool
	commas      bool // several values in one, separated by commas
}

func text(name, about string) param {
	return param{name: name, about: about, schema: map[string]any{"type": "string"}}
}

func integer(name, about string) param {
	return param{name: name, about: about, schema: map[string]any{"type": "integer"}}
}

func repeated(name, about string) param {
	return param{name: name, about: about, schema: arrayOf(map[string]any{"type": "string"})}
}

func numbers(name, about string) param {
	return param{name: name, about: about, schema: arrayOf(map[string]any{"type": "integer"})}
}

func commas(name, about string) param {
	p := repeated(name, about)
	p.commas = true
	return p
}

func must(p param) param {
	p.required = true
	return p
}

// openAPI describes a service by its table of routes, in OpenAPI 3.1.
func openAPI(s *service) map[string]any {
	schemas := schemas{}
	paths := map[string]map[string]any{}
	for _, rt := range s.routes {
		path := strings.ReplaceAll(rt.path, "...}", "}") // which may be several segments; OpenAPI has no word for that
		if paths[path] == nil {
			paths[path] = map[string]any{}
		}
		paths[path][strings.ToLower(rt.method)] = operation(s, rt, schemas)
	}
	components := map[string]any{"schemas": schemas}
	for _, rt := range s.routes {
		if rt.secured {
			components["securitySchemes"] = map[string]any{"bearer": map[string]any{"type": "http", "scheme": "bearer"}}
		}
	}
	return map[string]any{
		"openapi":    "3.1.0",
		"info":       map[string]any{"title": s.name, "description": s.about, "version": "1.0.0", "license": map[string]any{"name": "Apache-2.0", "identifier": "Apache-2.0"}},
		"servers":    []any{map[string]any{"url": "/"}},
		"paths":      paths,
		"components": components,
	}
}

func operation(s *service, rt route, c schemas) map[string]any {
	op := map[string]any{
		"operationId": operationID(rt),
		"summary":     rt.summary,
		"responses":   responses(s, rt, c),
	}
	if params := parameters(rt); len(params) > 0 {
		op["parameters"] = params
	}
	if rt.body != nil {
		op["requestBody"] = map[string]any{"required": true, "content": jsonContent("application/json", c.of(reflect.TypeOf(rt.body)))}
	}
	if rt.secured {
		op["security"] = []any{map[string]any{"bearer": []string{}}}
	}
	return op
}

func responses(s *service, rt route, c schemas) map[string]any {
	content := map[string]any{"image/jpeg": map[string]any{}, "image/png": map[string]any{}}
	if rt.answer != nil {
		answer := c.of(reflect.TypeOf(rt.answer))
		if s.style.failure != nil {
			answer = map[string]any{"oneOf": []any{answer, c.of(reflect.TypeFor[reviewError]())}}
		}
		content = jsonContent("application/json", answer)
	}
	all := map[string]any{strconv.Itoa(max(rt.status, http.StatusOK)): map[string]any{"description": "Success.", "content": content}}
	if rt.status == http.StatusCreated {
		all["200"] = map[string]any{"description": "What the same request answered before.", "content": content}
	}
	if s.style.etag != noETag {
		all["304"] = map[string]any{"description": "Not changed since the ETag of If-None-Match."}
	}
	if s.style.failure == nil {
		all["default"] = map[string]any{"description": "A problem (RFC 9457).", "content": jsonContent("application/problem+json", c.of(reflect.TypeFor[problem]()))}
	}
	return all
}

func jsonContent(mediaType string, schema map[string]any) map[string]any {
	return map[string]any{mediaType: map[string]any{"schema": schema}}
}

func parameters(rt route) []any {
	var all []any
	for _, name := range pathVariables(rt.path) {
		all = append(all, parameter("path", must(text(name, ""))))
	}
	for _, p := range rt.query {
		all = append(all, parameter("query", p))
	}
	for _, p := range rt.headers {
		all = append(all, parameter("header", p))
	}
	return all
}

func parameter(in string, p param) map[string]any {
	m := map[string]any{"name": p.name, "in": in, "schema": p.schema}
	if p.about != "" {
		m["description"] = p.about
	}
	if p.required {
		m["required"] = true
	}
	if p.schema["type"] == "array" {
		m["style"], m["explode"] = "form", !p.commas
	}
	return m
}

func pathVariables(path string) []string {
	var names []string
	for _, m := range regexp.MustCompile(`\{(\w+)(?:\.\.\.)?\}`).FindAllStringSubmatch(path, -1) {
		names = append(names, m[1])
	}
	return names
}

// operationID makes getProductsId of GET /products/{id}.
func operationID(rt route) string {
	id := strings.ToLower(rt.method)
	for _, word := range regexp.MustCompile(`\w+`).FindAllString(rt.path, -1) {
		id += capital(word)
	}
	return id
}

func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
