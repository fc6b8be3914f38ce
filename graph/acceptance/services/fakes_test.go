package services_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// fakes are the services, by the names of their folders.
var fakes = map[string]fake{
	"stripe":  {base: "https://api.stripe.com", handler: newStripe},
	"github":  {base: "https://api.github.com", handler: newGitHub},
	"jsonapi": {base: "http://example.com", handler: newJSONAPI},
	"hal":     {base: "http://localhost:8080", handler: newHAL},
	"odata":   {base: "serviceRoot", handler: newOData},
}

// fake is one of them: where its vendor has it, and how it answers.
type fake struct {
	base    string
	handler func(t testing.TB) http.Handler
}

// start runs the fake, whose answers have its own address where published ones have base.
func (f fake) start(t testing.TB) *httptest.Server {
	handler := f.handler(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.serve(w, r, handler) }))
	t.Cleanup(server.Close)
	return server
}

func (f fake) serve(w http.ResponseWriter, r *http.Request, handler http.Handler) {
	rec := httptest.NewRecorder()
	handler.ServeHTTP(rec, r)
	here := func(text string) string { return strings.ReplaceAll(text, f.base, "http://"+r.Host) }
	for name, values := range rec.Header() {
		for _, value := range values {
			w.Header().Add(name, here(value))
		}
	}
	w.WriteHeader(rec.Code)
	_, _ = w.Write([]byte(here(rec.Body.String())))
}

// object is a JSON object; numbers in it keep their text.
type object = map[string]any

// read parses JSON.
func read(text string) (v any, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// published is the body of a published answer, such as stripe/charge.
func published(t testing.TB, name string) object {
	t.Helper()
	file := filepath.Join(filepath.Dir(name), "published", filepath.Base(name)+".txtar")
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range archive.Files {
		if _, body, ok := strings.Cut(string(part.Data), "\n\n"); ok && part.Name == "response" {
			v, err := read(body)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if list, ok := v.([]any); ok {
				return object{"": list}
			}
			return v.(object)
		}
	}
	t.Fatalf("%s has no response with a body", file)
	return nil
}

// with is a copy of o in which the members, each a name and a value, are set.
func with(o object, members ...any) object {
	o = maps.Clone(o)
	for i := 0; i < len(members); i += 2 {
		o[members[i].(string)] = members[i+1]
	}
	return o
}

// at is what stands in v at a path of names; nil if nothing does.
func at(v any, path ...string) any {
	for _, name := range path {
		o, ok := v.(object)
		if !ok {
			return nil
		}
		v = o[name]
	}
	return v
}

// send answers with JSON of the media type.
func send(w http.ResponseWriter, media string, status int, v any) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes())
}

// TestPublished sends each published request to its fake, and compares the answer with the published one. The parts of a file:
//
//	the comment   where it is published
//	before        a request that is sent before, for what is left of it; any number of these
//	request       METHOD PATH, headers, and behind an empty line the body
//	response      STATUS, headers, and behind an empty line the body: all of these are in the answer, which may have more members
//	absent        lines of names, separated by spaces: no such member is in the answer
func TestPublished(t *testing.T) {
	for name, f := range fakes {
		files, err := filepath.Glob(name + "/published/*.txtar")
		if err != nil || len(files) < 5 {
			t.Fatalf("%s has %d published answers, %v", name, len(files), err)
		}
		for _, file := range files {
			t.Run(strings.TrimSuffix(file, ".txtar"), func(t *testing.T) { f.compare(t, file) })
		}
	}
}

func (f fake) compare(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(archive.Comment), "https://") {
		t.Error("the file does not say where its answer is published")
	}
	server := f.start(t)
	var got *http.Response
	var body string
	for _, part := range archive.Files {
		text := string(part.Data)
		switch part.Name {
		case "before", "request":
			got, body = do(t, server.URL, text)
			body = strings.ReplaceAll(body, server.URL, f.base)
		case "response":
			head, want, _ := strings.Cut(text, "\n\n")
			checkHead(t, got, head, server.URL, f.base)
			if diff := missing(t, body, want); diff != "" {
				t.Errorf("%s\nthe whole answer: %s", diff, body)
			}
		case "absent":
			answer, err := read(body)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(text) {
				if v := at(answer, strings.Fields(line)...); v != nil {
					t.Errorf("%s is %v", strings.TrimSpace(line), v)
				}
			}
		default:
			t.Errorf("no part is called %q", part.Name)
		}
	}
}

// do sends a request; redirects are not followed.
func do(t *testing.T, url, text string) (*http.Response, string) {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimSpace(head), "\n")
	method, path, _ := strings.Cut(lines[0], " ")
	request, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(strings.TrimSpace(body)))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		request.Header.Set(name, value)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer bytes.Buffer
	if _, err := answer.ReadFrom(response.Body); err != nil {
		t.Fatal(err)
	}
	return response, answer.String()
}

func checkHead(t *testing.T, got *http.Response, head, url, base string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(head), "\n")
	if status := fmt.Sprint(got.StatusCode); status != lines[0] {
		t.Errorf("got status %s, want %s", status, lines[0])
	}
	for _, line := range lines[1:] {
		name, want, _ := strings.Cut(line, ": ")
		if value := strings.ReplaceAll(got.Header.Get(name), url, base); value != want {
			t.Errorf("got %s: %s, want %s", name, value, want)
		}
	}
}

// missing says what of want is not in the answer.
func missing(t *testing.T, answer, want string) string {
	t.Helper()
	if strings.TrimSpace(want) == "" {
		if answer != "" {
			return "want no body"
		}
		return ""
	}
	w, err := read(want)
	if err != nil {
		t.Fatalf("the published answer: %v", err)
	}
	a, err := read(answer)
	if err != nil {
		return fmt.Sprintf("no JSON: %v", err)
	}
	return absence("", a, w)
}

// absence is where the answer lacks what is wanted, and "" if it has all of that. "..." in a list stands for any number of elements.
func absence(place string, a, want any) string {
	switch want := want.(type) {
	case object:
		o, ok := a.(object)
		if !ok {
			return fmt.Sprintf("%s is %v, want an object", place, a)
		}
		for name, v := range want {
			if _, ok := o[name]; !ok {
				return fmt.Sprintf("%s/%s is missing", place, name)
			}
			if diff := absence(place+"/"+name, o[name], v); diff != "" {
				return diff
			}
		}
	case []any:
		list, ok := a.([]any)
		for i, v := range want {
			if v == "..." {
				list = list[max(0, len(list)-(len(want)-i-1)):]
				continue
			}
			if !ok || len(list) == 0 {
				return fmt.Sprintf("%s/%d is missing", place, i)
			}
			if diff := absence(fmt.Sprintf("%s/%d", place, i), list[0], v); diff != "" {
				return diff
			}
			list = list[1:]
		}
		if len(list) > 0 {
			return fmt.Sprintf("%s has %d more elements", place, len(list))
		}
	default:
		if a != want {
			return fmt.Sprintf("%s is %v, want %v", place, a, want)
		}
	}
	return ""
}

// TestSamples: what generation compares a schema with is what the vendor publishes.
func TestSamples(t *testing.T) {
	samples, err := filepath.Glob("*/samples/*.json")
	if err != nil || len(samples) == 0 {
		t.Fatalf("%d samples, %v", len(samples), err)
	}
	for _, sample := range samples {
		text, err := os.ReadFile(sample)
		if err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Dir(filepath.Dir(sample)) + "/published/*.txtar")
		if err != nil || !slices.ContainsFunc(files, func(file string) bool {
			archive, err := os.ReadFile(file)
			return err == nil && strings.HasSuffix(string(archive), "\n\n"+string(text))
		}) {
			t.Errorf("no published answer is %s, %v", sample, err)
		}
	}
}
