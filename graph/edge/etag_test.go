package edge_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"

	"weft/graph/edge"
	"weft/graph/operation"
	"weft/graph/protocol"
)

// reading is a GET with headers.
func reading(headers ...string) request {
	r := request{method: http.MethodGet, path: getHello, header: map[string]string{"Accept-Encoding": "identity"}}
	for i := 0; i < len(headers); i += 2 {
		r.header[headers[i]] = headers[i+1]
	}
	return r
}

// TestETags tries that each representation of an answer has a tag of its own, the same each time.
func TestETags(t *testing.T) {
	base, again := serve(t, say(5000, "max-age=60"), edge.Options{}), serve(t, say(5000, "max-age=60"), edge.Options{})
	other := serve(t, say(6000, "max-age=60"), edge.Options{})
	tags := map[string]string{}
	for _, codings := range []string{"identity", "gzip", "br", "zstd"} {
		for _, media := range []string{"application/json", "application/graphql-response+json"} {
			r := reading("Accept-Encoding", codings, "Accept", media)
			tag := r.send(t, base).header.Get("ETag")
			if known, taken := tags[tag]; taken || !strings.HasPrefix(tag, `W/"`) {
				t.Errorf("%s as %s has the tag %s, as has %s", media, codings, tag, known)
			}
			tags[tag] = media + " as " + codings
			if got := r.send(t, again).header.Get("ETag"); got != tag {
				t.Errorf("%s at another replica: got %s, want %s", tags[tag], got, tag)
			}
			if got := r.send(t, other).header.Get("ETag"); got == tag {
				t.Errorf("%s of another answer has the same tag", tags[tag])
			}
		}
	}
}

func TestNotModified(t *testing.T) {
	base := serve(t, say(5000, "max-age=60"), edge.Options{})
	for _, codings := range []string{"identity", "zstd"} {
		fresh := reading("Accept-Encoding", codings).send(t, base)
		tag := fresh.header.Get("ETag")
		for known, status := range map[string]int{
			tag: 304, `"a", ` + tag: 304, strings.TrimPrefix(tag, "W/"): 304, "*": 304, `W/"a"`: 200, strings.Trim(tag, `W/"`): 200, "": 200, strings.ToUpper(tag): 200,
		} {
			got := reading("Accept-Encoding", codings, "If-None-Match", known).send(t, base)
			if got.status != status || got.header.Get("ETag") != tag || (got.body == "") != (status == 304) {
				t.Errorf("%s known, as %s: got %d %v, %d bytes, want %d", known, codings, got.status, got.header, len(got.body), status)
			}
			for _, name := range []string{"Cache-Control", "Vary"} {
				if diff := cmp.Diff(fresh.header.Values(name), got.header.Values(name)); diff != "" {
					t.Errorf("%s known: %s (-fresh +got):\n%s", known, name, diff)
				}
			}
			for _, name := range []string{"Content-Encoding", "Content-Length", "Content-Type"} {
				if status == 304 && got.header.Get(name) != "" {
					t.Errorf("%s known: %s is %s", known, name, got.header.Get(name))
				}
			}
		}
	}
	of := func(method string) request {
		r := reading("If-None-Match", "*", "Content-Type", "application/json")
		r.method, r.body = method, hello
		return r
	}
	for method, status := range map[string]int{"POST": 200, "QUERY": 304} {
		if got := of(method).send(t, base); got.status != status {
			t.Errorf("%s: got %d, want %d", method, got.status, status)
		}
	}
}

// TestNothingToValidate: what nobody may keep has no tag.
func TestNothingToValidate(t *testing.T) {
	partial := func(ctx context.Context) *graphql.Response {
		graphql.AddErrorf(ctx, "the error")
		return say(5000, "max-age=60")(ctx)
	}
	for what, exec := range map[string]func(context.Context) *graphql.Response{"nothing is said": greet, "with an error": partial} {
		got := reading("If-None-Match", "*").send(t, serve(t, exec, edge.Options{}))
		if got.status != 200 || got.header.Get("ETag") != "" || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: got %d %v", what, got.status, got.header)
		}
	}
	watched := reading("If-None-Match", "*", protocol.ReportHeader, "calls")
	got := watched.send(t, serveEngine(t, newEngine(say(5000, "max-age=60"), operation.Options{Reports: true}), edge.Options{}))
	if got.status != 200 || got.header.Get("ETag") != "" || !strings.Contains(got.body, `"weft":`) {
		t.Errorf("with a report: got %d %v %s", got.status, got.header, got.body)
	}
	r := reading("If-None-Match", "*")
	r.path = "/graphql?query=%7Bunknown%7D"
	if got := r.send(t, serve(t, say(10, "max-age=60"), edge.Options{})); got.status != 200 || got.header.Get("ETag") != "" || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("an operation that is refused: got %d %v", got.status, got.header)
	}
}

// TestHead tries that HEAD answers as GET does, without a body.
func TestHead(t *testing.T) {
	base := serve(t, say(5000, "max-age=60"), edge.Options{})
	for _, codings := range []string{"identity", "gzip"} {
		get := reading("Accept-Encoding", codings).send(t, base)
		r := reading("Accept-Encoding", codings)
		r.method = http.MethodHead
		head := r.send(t, base)
		get.header.Del("Date")
		head.header.Del("Date")
		if diff := cmp.Diff(get.header, head.header); diff != "" || head.status != 200 || head.body != "" {
			t.Errorf("%s: got %d, %d bytes, headers (-GET +HEAD):\n%s", codings, head.status, len(head.body), diff)
		}
	}
}

// TestKeptTag tries that the tag of a kept answer is made once.
func TestKeptTag(t *testing.T) {
	k := &kept{asked: map[string]int{}, bodies: map[string][]byte{}}
	base := serve(t, func(ctx context.Context) *graphql.Response {
		graphql.GetOperationContext(ctx).Stats.SetExtension(protocol.FormsExtension, k)
		return say(5000, "max-age=60")(ctx)
	}, edge.Options{})
	tag := reading().send(t, base).header.Get("ETag")
	for range 2 {
		got := reading().send(t, base).header.Get("ETag")
		if kept, _ := k.Form("etag", nil); got != tag || !strings.Contains(tag, string(kept)) {
			t.Errorf("got %s, %s before, %s is kept", got, tag, kept)
		}
	}
	k.Keep("etag", []byte("kept"))
	if got := reading().send(t, base).header.Get("ETag"); got != `W/"kept"` {
		t.Errorf("got %s: it was made again", got)
	}
}

func TestOptions(t *testing.T) {
	got := request{method: http.MethodOptions}.send(t, serve(t, greet, edge.Options{}))
	if got.status != 204 || got.body != "" || got.header.Get("Content-Encoding") != "" || got.header.Get("Accept-Query") != "application/json" {
		t.Errorf("got %d %v %s", got.status, got.header, got.body)
	}
}

// TestVisit tries that a person who opens the endpoint in a browser gets to the playground, wherever both are.
func TestVisit(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("the page")) })
	visit := request{method: http.MethodGet, header: map[string]string{"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Site": "none"}}
	base := serve(t, greet, edge.Options{Playground: page})
	if got := visit.send(t, base); got.body != "the page" {
		t.Errorf("got %d %s", got.status, got.body)
	}
	visit.path = getHello
	if got := visit.send(t, base); got.body != helloData {
		t.Errorf("who asks for something: got %d %s", got.status, got.body)
	}
	visit.path = ""
	if got := visit.send(t, serve(t, greet, edge.Options{})); got.status != 400 {
		t.Errorf("without a page: got %d %s", got.status, got.body)
	}
}
