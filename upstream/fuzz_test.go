package upstream_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"path"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"weft/upstream"
)

// FuzzPath: whatever is sent goes to the base URL's host, below its path, as written, also after another decoding and cleaning.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{
		"/", "/x?y", "/a/../b", "/%2e%2e/x", "//evil.test/x", "/..;/x", `/a\..\b`, "/a%5c..%5cb", "/a%2fb", "/%00", "/x#y", "/é", "/a b", "/%zz",
		"http://evil.test", "/https%3A%2F%2Fx", "/a%2F%2Fb", "/a?b=%0d%0a", "/a?b=..&c=#", "/.%2e/", "/\r\nHost: evil", "/@evil.test/", "/:80/", "/...", "/??", "/?",
	} {
		f.Add(seed)
	}
	var sent *url.URL
	c := newClient(f, upstream.Options{URL: "http://catalog.test/base%2Fpath", Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = r.URL
		return &http.Response{StatusCode: 204, Body: http.NoBody, Header: http.Header{}}, nil
	})})
	f.Fuzz(func(t *testing.T, reference string) {
		sent = nil
		_, err := c.Do(t.Context(), upstream.Request{Path: reference})
		if (err == nil) != (sent != nil) || err != nil && kind(t, err) != upstream.BadInput {
			t.Fatalf("%q: sent %v, got %v", reference, sent, err)
		}
		if err != nil {
			return
		}
		want := "/base%2Fpath" + reference
		if at := strings.Index(reference, "?"); at == len(reference)-1 {
			want = strings.TrimSuffix(want, "?") // an empty query is none
		}
		if got := sent.RequestURI(); sent.Host != "catalog.test" || got != want {
			t.Errorf("%q: sent %q to %s, want %q", reference, got, sent.Host, want)
		}
		again, err := url.Parse(sent.String())
		if err != nil || again.Host != "catalog.test" || again.Fragment != "" {
			t.Errorf("%q: %q is read as %v, %v", reference, sent, again, err)
		}
		cleaned := path.Clean(strings.ReplaceAll(sent.Path, `\`, "/"))
		if cleaned != "/base/path" && !strings.HasPrefix(cleaned, "/base/path/") {
			t.Errorf("%q: a server that cleans paths takes it for %q", reference, cleaned)
		}
		if strings.ContainsFunc(sent.Path+sent.RawQuery, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("%q: sent a control character", reference)
		}
	})
}

// FuzzProblem: whatever a problem document holds, what comes through is short, printable text.
func FuzzProblem(f *testing.F) {
	for _, seed := range []string{
		`{"type": "https://x.test/p", "title": "a", "detail": "b", "code": 7}`, `{"title": "\u0000\ud800\u202e"}`, `{"title": ["a"]}`, `[]`, ``, `{`,
		`{"code": 1e400, "CODE": "x"}`, `{"detail": "` + strings.Repeat("é", 600) + `"}`, "{\"title\": \"\xff\xfe\"}",
	} {
		f.Add([]byte(seed))
	}
	var body []byte
	c := newClient(f, upstream.Options{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		header := http.Header{"Content-Type": {"application/problem+json"}}
		return &http.Response{StatusCode: 400, Body: io.NopCloser(bytes.NewReader(body)), Header: header}, nil
	})})
	f.Fuzz(func(t *testing.T, document []byte) {
		body = document
		_, err := c.Do(t.Context(), get("/p"))
		if kind(t, err) != upstream.Rejected {
			t.Fatalf("got %v, want rejected", err)
		}
		p := err.(*upstream.Error).Problem
		if p == nil {
			return
		}
		if reflect.DeepEqual(*p, upstream.Problem{}) {
			t.Error("got an empty problem, want nil")
		}
		for _, member := range []struct {
			text  string
			limit int
		}{{p.Type, 256}, {p.Title, 256}, {p.Detail, 1024}, {p.Code, 64}} {
			unprintable := strings.ContainsFunc(member.text, func(r rune) bool { return !unicode.IsPrint(r) })
			if len(member.text) > member.limit || unprintable || !utf8.ValidString(member.text) {
				t.Errorf("got %q of at most %d bytes from %q", member.text, member.limit, document)
			}
		}
	})
}
