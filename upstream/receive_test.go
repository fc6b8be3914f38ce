package upstream_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

func gzipped(body string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, body)
	_ = z.Close()
	return b.String()
}

func zstded(body string) string { return string(zstd.EncodeTo(nil, []byte(body))) }

func TestDecoding(t *testing.T) {
	const body = `{"id": "1234567890 1234567890 1234567890"}`
	tests := map[string]struct {
		codings []string
		sent    string
		want    string
		kind    upstream.Kind
	}{
		"Plain":            {nil, body, body, ""},
		"Identity":         {[]string{"identity"}, body, body, ""},
		"Gzip":             {[]string{"gzip"}, gzipped(body), body, ""},
		"GzipCase":         {[]string{" GZip "}, gzipped(body), body, ""},
		"GzipMembers":      {[]string{"x-gzip"}, gzipped(body[:9]) + gzipped(body[9:]), body, ""},
		"GzipEmpty":        {[]string{"gzip"}, "", "", ""},
		"GzipOfNothing":    {[]string{"gzip"}, gzipped(""), "", ""},
		"GzipCutShort":     {[]string{"gzip"}, gzipped(body)[:20], "", upstream.BadResponse},
		"GzipCutHeader":    {[]string{"gzip"}, gzipped(body)[:5], "", upstream.BadResponse},
		"GzipNot":          {[]string{"gzip"}, body, "", upstream.BadResponse},
		"GzipThenGarbage":  {[]string{"gzip"}, gzipped(body) + "garbage", "", upstream.BadResponse},
		"GzipBadSum":       {[]string{"gzip"}, gzipped(body)[:len(gzipped(body))-8] + "\x00\x00\x00\x00\x00\x00\x00\x00", "", upstream.BadResponse},
		"Zstd":             {[]string{"zstd"}, zstded(body), body, ""},
		"ZstdFrames":       {[]string{"zstd"}, zstded(body[:9]) + zstded(body[9:]), body, ""},
		"ZstdEmpty":        {[]string{"zstd"}, "", "", ""},
		"ZstdCutShort":     {[]string{"zstd"}, zstded(body)[:15], "", upstream.BadResponse},
		"ZstdNot":          {[]string{"zstd"}, body, "", upstream.BadResponse},
		"ZstdLargeWindow":  {[]string{"zstd"}, "\x28\xb5\x2f\xfd\x00\x88\x01\x00\x00", "", upstream.BadResponse},
		"Two":              {[]string{"gzip, gzip"}, gzipped(gzipped(body)), "", upstream.BadResponse},
		"TwoLines":         {[]string{"gzip", "zstd"}, zstded(gzipped(body)), "", upstream.BadResponse},
		"IdentityAndGzip":  {[]string{"identity, gzip"}, gzipped(body), "", upstream.BadResponse},
		"NotAskedFor":      {[]string{"br"}, body, "", upstream.BadResponse},
		"NotAskedForEmpty": {[]string{"br"}, "", "", upstream.BadResponse},
	}
	s := upstreamtest.New(t)
	c := newClient(t, upstream.Options{URL: s.URL})
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			header := http.Header{"Etag": {`"1"`}}
			if tt.codings != nil {
				header["Content-Encoding"] = tt.codings
			}
			s.Answer("GET /p", upstreamtest.Answer{Header: header, Body: tt.sent})
			for range 2 { // the second has a decoder that has been used
				res, err := c.Do(t.Context(), get("/p"))
				if kind(t, err) != tt.kind {
					t.Fatalf("got %v, want kind %q", err, tt.kind)
				}
				if err != nil {
					continue
				}
				if string(res.Body) != tt.want || res.Header.Get("Etag") != `"1"` {
					t.Errorf("got %q with %v, want %q", res.Body, res.Header, tt.want)
				}
				if tt.want == "" && res.Body != nil {
					t.Errorf("got an empty body, want nil")
				}
				if tt.codings != nil && len(res.Header["Content-Encoding"])+len(res.Header["Content-Length"]) != 0 {
					t.Errorf("got headers of the compressed body: %v", res.Header)
				}
			}
		})
	}
}

func TestMaxBody(t *testing.T) {
	const limit = 300 << 10 // above what is allocated on the word of a Content-Length
	encodings := map[string]struct {
		coding string
		encode func(string) string
	}{
		"Length":  {"", strings.Clone},
		"Chunked": {"", strings.Clone},
		"Gzip":    {"gzip", gzipped},
		"Zstd":    {"zstd", zstded},
	}
	s := upstreamtest.New(t)
	c := newClient(t, upstream.Options{URL: s.URL, MaxBody: limit})
	for name, tt := range encodings {
		for size, want := range map[int]upstream.Kind{1: "", 1 << 10: "", limit: "", limit + 1: upstream.BadResponse, 10 * limit: upstream.BadResponse} {
			sent := tt.encode(strings.Repeat("1", size))
			s.Handle("GET /p", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if tt.coding != "" {
					w.Header().Set("Content-Encoding", tt.coding)
				}
				if name == "Chunked" {
					_ = http.NewResponseController(w).Flush()
				}
				_, _ = io.WriteString(w, sent)
			})
			res, err := c.Do(t.Context(), get("/p"))
			if kind(t, err) != want {
				t.Errorf("%s, %d bytes: got %v, want kind %q", name, size, err, want)
			} else if err == nil && len(res.Body) != size {
				t.Errorf("%s: got %d bytes, want %d", name, len(res.Body), size)
			}
		}
	}
}

// counter counts what a call takes, by functions; nil: that is not counted.
type counter struct {
	received func(bytes int) error
	further  func() error
}

func (c counter) Received(bytes int) error {
	if c.received == nil {
		return nil
	}
	return c.received(bytes)
}

func (c counter) Further() error {
	if c.further == nil {
		return nil
	}
	return c.further()
}

// TestReceived: the caller is told of each byte of a body, decompressed, whatever its coding and length; what it does not take is not read.
func TestReceived(t *testing.T) {
	const size = 1 << 20
	enough := errors.New("enough")
	s := upstreamtest.New(t)
	s.JSON("/p", strings.Repeat("1", size))
	s.JSON("/short", strings.Repeat("1", 100))
	c := newClient(t, upstream.Options{URL: s.URL})
	for _, coding := range []upstreamtest.Fault{upstreamtest.None, upstreamtest.Gzip, upstreamtest.Zstd} {
		for path, size := range map[string]int{"/p": size, "/short": 100} {
			s.Fault(path, coding)
			for _, room := range []int{size, size - 1, 0} {
				told := 0
				request := get(path)
				request.Counter = counter{received: func(bytes int) error {
					if told += bytes; told > room {
						return enough
					}
					return nil
				}}
				res, err := c.Do(t.Context(), request)
				switch {
				case room == size && (err != nil || len(res.Body) != size || told != size):
					t.Errorf("%s %q: got %v after %d bytes, want all %d", path, coding, err, told, size)
				case room < size && (kind(t, err) != upstream.Canceled || !errors.Is(err, enough)):
					t.Errorf("%s %q, of which %d bytes are taken: got %v", path, coding, room, err)
				case room == 0 && told > 64<<10:
					t.Errorf("%s %q: %d bytes were read, and none are taken", path, coding, told)
				}
			}
		}
	}
}

// TestBombIsNotInflated: of a body that grows a thousandfold no more is read than MaxBody needs.
func TestBombIsNotInflated(t *testing.T) {
	const limit = 1 << 20
	spaces := strings.Repeat(" ", limit)
	for coding, member := range map[string]string{"gzip": gzipped(spaces), "zstd": zstded(spaces)} {
		body := &counted{Reader: strings.NewReader(strings.Repeat(member, 100))}
		c := newClient(t, upstream.Options{MaxBody: limit, Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(body), Header: http.Header{"Content-Encoding": {coding}}}, nil
		})})
		if _, err := c.Do(t.Context(), get("/p")); kind(t, err) != upstream.BadResponse {
			t.Errorf("%s: got %v, want bad response", coding, err)
		}
		if most := 3*len(member) + 8<<10; body.n > most { // 8 KB for buffers
			t.Errorf("%s: read %d bytes of the body, want at most %d", coding, body.n, most)
		}
	}
}

// TestEmptyMembersAreLimited: a body that never grows to anything ends as well.
func TestEmptyMembersAreLimited(t *testing.T) {
	const limit = 1 << 10
	body := &counted{Reader: strings.NewReader(strings.Repeat(gzipped(""), 10_000))}
	c := newClient(t, upstream.Options{MaxBody: limit, Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Body: io.NopCloser(body), Header: http.Header{"Content-Encoding": {"gzip"}}}, nil
	})})
	if _, err := c.Do(t.Context(), get("/p")); kind(t, err) != upstream.BadResponse {
		t.Errorf("got %v, want bad response", err)
	}
	if most := limit + 64<<10; body.n > most {
		t.Errorf("read %d bytes, want at most %d", body.n, most)
	}
}

// counted counts what is read of it.
type counted struct {
	io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

func TestContentTypes(t *testing.T) {
	tests := map[string]upstream.Kind{
		"":                                "",
		"application/json":                "",
		"Application/JSON; charset=utf-8": "",
		"text/json":                       "",
		"text/plain; charset=utf-8":       "",
		"application/vnd.api+json":        "",
		"application/hal+JSON ; a=b":      "",
		"text/html; charset=utf-8":        upstream.BadResponse,
		"application/xml":                 upstream.BadResponse,
		"application/octet-stream":        upstream.BadResponse,
		"application/jsonx":               upstream.BadResponse,
		"text/html;+json":                 upstream.BadResponse,
	}
	s := upstreamtest.New(t)
	c := newClient(t, upstream.Options{URL: s.URL})
	habit := newClient(t, upstream.Options{URL: s.URL, ContentTypes: []string{"Text/HTML", "application/octet-stream"}})
	for contentType, want := range tests {
		header := http.Header{"Content-Type": nil}
		if contentType != "" {
			header.Set("Content-Type", contentType)
		}
		s.Answer("GET /p", upstreamtest.Answer{Header: header, Body: `1`})
		media, _, _ := strings.Cut(contentType, ";")
		if _, err := habit.Do(t.Context(), get("/p")); (err == nil) != (want == "" || media == "text/html" || media == "application/octet-stream") {
			t.Errorf("%q, and two more are taken for JSON: got %v", contentType, err)
		}
		if _, err := c.Do(t.Context(), get("/p")); kind(t, err) != want {
			t.Errorf("%q: got %v, want kind %q", contentType, err, want)
		}
		s.Answer("GET /p", upstreamtest.Answer{Header: header})
		if res, err := c.Do(t.Context(), get("/p")); err != nil || res.Body != nil {
			t.Errorf("%q without a body: got %v, %v, want nil", contentType, res, err)
		}
	}
}

// TestAnyBody: where the status says all, a body may be anything, also one that is too long or ends in the midst.
func TestAnyBody(t *testing.T) {
	s := upstreamtest.New(t)
	c := newClient(t, upstream.Options{URL: s.URL, MaxBody: 8})
	for name, want := range map[string]struct {
		write func(http.ResponseWriter)
		body  string
	}{
		"HTML":     {func(w http.ResponseWriter) { _, _ = io.WriteString(w, "<p>OK") }, "<p>OK"},
		"too long": {func(w http.ResponseWriter) { _, _ = io.WriteString(w, "123456789") }, ""},
		"cut": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "5")
			_, _ = io.WriteString(w, "<p>")
		}, ""},
		"no gzip": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "plain")
		}, ""},
	} {
		s.Handle("GET /p", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			want.write(w)
		})
		r := get("/p")
		if _, err := c.Do(t.Context(), r); err == nil {
			t.Errorf("%s: got no error where a body is wanted", name)
		}
		r.AnyBody = true
		if res, err := c.Do(t.Context(), r); err != nil || string(res.Body) != want.body {
			t.Errorf("%s: got %v, %v, want the body %q", name, res, err, want.body)
		}
	}
}

func TestResponseHeader(t *testing.T) {
	s := upstreamtest.New(t)
	s.Answer("GET /p", upstreamtest.Answer{Header: http.Header{
		"Link": {`<1>; rel="next"`, `<2>; rel="last"`}, "Cache-Control": {"max-age=60"}, "Set-Cookie": {"session=1", "theme=dark"},
	}, Body: `1`})
	res, err := newClient(t, upstream.Options{URL: s.URL}).Do(t.Context(), get("/p"))
	if err != nil {
		t.Fatal(err)
	}
	res.Header.Del("Date")
	want := http.Header{
		"Cache-Control": {"max-age=60"}, "Content-Length": {"1"}, "Content-Type": {"application/json"}, "Link": {`<1>; rel="next"`, `<2>; rel="last"`},
	}
	if diff := cmp.Diff(want, res.Header); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
}

func TestHeadersAreLimited(t *testing.T) {
	s := upstreamtest.New(t)
	s.Answer("GET /p", upstreamtest.Answer{Header: http.Header{"X-Large": {strings.Repeat("x", 1<<20)}}, Body: `1`})
	_, err := newClient(t, upstream.Options{URL: s.URL}).Do(t.Context(), get("/p"))
	if kind(t, err) != upstream.Unavailable {
		t.Errorf("got %v, want unavailable", err)
	}
}

func TestProblem(t *testing.T) {
	long := strings.Repeat("é", 2000)
	tests := map[string]struct {
		contentType, body string
		want              *upstream.Problem
	}{
		"Full": {
			"application/problem+json",
			`{"type": "https://x.test/p", "title": "Out of credit", "detail": "You have 30", "code": "NO_CREDIT", "status": 403, "instance": "/a", "balance": 30}`,
			&upstream.Problem{Type: "https://x.test/p", Title: "Out of credit", Detail: "You have 30", Code: "NO_CREDIT"},
		},
		"Parameters":   {"application/Problem+JSON; charset=utf-8", `{"title": "a"}`, &upstream.Problem{Title: "a"}},
		"NumberAsCode": {"application/problem+json", `{"code": 4711}`, &upstream.Problem{Code: "4711"}},
		"OtherTypes":   {"application/problem+json", `{"title": ["a"], "detail": {"a": 1}, "type": null, "code": true}`, nil},
		"Controls":     {"application/problem+json", `{"title": "a\u0000\n\u001b[31mb\u202ec"}`, &upstream.Problem{Title: "a[31mbc"}},
		"Long": {
			"application/problem+json", `{"title": "` + long + `", "detail": "x` + long + `"}`,
			&upstream.Problem{Title: long[:256], Detail: "x" + long[:1022]},
		},
		"NotProblem": {"application/json", `{"title": "a"}`, nil},
		"NoType":     {"", `{"title": "a"}`, nil},
		"NotJSON":    {"application/problem+json", `<html>`, nil},
		"NotObject":  {"application/problem+json", `["title"]`, nil},
		"Empty":      {"application/problem+json", ``, nil},
		"TooLarge":   {"application/problem+json", `{"title": "a", "detail": "` + strings.Repeat("x", 20<<10) + `"}`, nil},
	}
	s := upstreamtest.New(t)
	c := newClient(t, upstream.Options{URL: s.URL})
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s.Answer("GET /p", upstreamtest.Answer{Status: 403, Header: http.Header{"Content-Type": {tt.contentType}}, Body: tt.body})
			_, err := c.Do(t.Context(), get("/p"))
			if kind(t, err) != upstream.Forbidden {
				t.Fatalf("got %v, want forbidden", err)
			}
			if diff := cmp.Diff(tt.want, err.(*upstream.Error).Problem); diff != "" {
				t.Errorf("problem (-want +got):\n%s", diff)
			}
		})
	}
	s.Answer("GET /p", upstreamtest.Answer{Status: 500, Header: http.Header{
		"Content-Type": {"application/problem+json"}, "Content-Encoding": {"zstd"},
	}, Body: zstded(`{"title": "a"}`)})
	_, err := c.Do(t.Context(), get("/p"))
	if got := err.(*upstream.Error).Problem; got == nil || got.Title != "a" {
		t.Errorf("compressed problem: got %v", got)
	}
}

// TestBodiesAreTheirOwn: what a body was read into is used again, and must not be what the caller got.
func TestBodiesAreTheirOwn(t *testing.T) {
	c := newClient(t, upstream.Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		header := http.Header{}
		body := strings.Repeat(r.URL.RawQuery, 10_000)
		if r.URL.Path == "/gzip" {
			header["Content-Encoding"] = []string{"gzip"}
			body = gzipped(body)
		}
		return &http.Response{StatusCode: 200, ContentLength: -1, Header: header, Body: io.NopCloser(strings.NewReader(body))}, nil
	})})
	bodies := map[string][]byte{}
	for _, path := range []string{"/plain?1", "/gzip?2", "/plain?3", "/gzip?44"} {
		res, err := c.Do(t.Context(), get(path))
		if err != nil {
			t.Fatal(err)
		}
		if cap(res.Body)-len(res.Body) > len(res.Body)/8 {
			t.Errorf("%s: a body of %d bytes keeps %d", path, len(res.Body), cap(res.Body))
		}
		bodies[path] = res.Body
	}
	for path, body := range bodies {
		_, query, _ := strings.Cut(path, "?")
		if want := strings.Repeat(query, 10_000); string(body) != want {
			t.Errorf("%s: the body has changed", path)
		}
	}
}
