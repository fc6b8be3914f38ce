package edge_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/edge"
	"weft/graph/edge/coding"
	"weft/graph/govern"
	"weft/graph/operation"
	"weft/graph/protocol"
)

// greeting is data of about so many bytes, of which compression leaves few.
func greeting(length int) *graphql.Response {
	return &graphql.Response{Data: json.RawMessage(`{"greeting":"` + strings.Repeat("hello ", length/6) + `"}`)}
}

// say answers every operation with data of about so many bytes, which Cache-Control lets be kept; "" does not.
func say(length int, control string) func(context.Context) *graphql.Response {
	return func(ctx context.Context) *graphql.Response {
		if control != "" {
			graphql.GetOperationContext(ctx).Stats.SetExtension(protocol.PolicyExtension, map[string][]string{"Cache-Control": {control}})
		}
		return greeting(length)
	}
}

// accepting is hello with Accept-Encoding, and other headers.
func accepting(codings string, others ...string) request {
	r := request{body: hello, header: map[string]string{"Accept-Encoding": codings}}
	for i := 0; i < len(others); i += 2 {
		r.header[others[i]] = others[i+1]
	}
	return r
}

// decoded is the body of an answer without its content coding.
func (r response) decoded(t *testing.T) string {
	t.Helper()
	by, ok := coding.Parse(r.header.Get("Content-Encoding"))
	if r.header.Get("Content-Encoding") == "" {
		by, ok = coding.Identity, true
	}
	text, err := coding.NewDecoder().Append(nil, by, []byte(r.body), 1<<20)
	if !ok || err != nil {
		t.Fatalf("%v: %v", r.header, err)
	}
	return string(text)
}

func TestCompression(t *testing.T) {
	const public, private = "max-age=60", "private, max-age=60"
	off, publicOnly := edge.Compression{Disabled: true}, edge.Compression{PublicOnly: true}
	for name, tt := range map[string]struct {
		length  int
		control string
		options edge.Compression
		request request
		want    string // the Content-Encoding
	}{
		"Chromium":          {5000, "", edge.Compression{}, accepting("gzip, deflate, br, zstd"), "zstd"},
		"Gzip":              {5000, "", edge.Compression{}, accepting("gzip"), "gzip"},
		"Br":                {5000, "", edge.Compression{}, accepting("gzip;q=0.5, br"), "br"},
		"Nothing":           {5000, "", edge.Compression{}, accepting("identity"), ""},
		"NothingOfOurs":     {5000, "", edge.Compression{}, accepting("deflate"), ""},
		"Long":              {100_000, "", edge.Compression{}, accepting("zstd"), "zstd"},
		"Short":             {900, "", edge.Compression{}, accepting("gzip, br, zstd"), ""},
		"ShortAndForced":    {0, "", edge.Compression{}, accepting("gzip, identity;q=0"), "gzip"},
		"MinBytes":          {900, "", edge.Compression{MinBytes: 100}, accepting("gzip"), "gzip"},
		"NoShorter":         {0, "", edge.Compression{MinBytes: 1}, accepting("gzip"), ""},
		"NoTransform":       {5000, "", edge.Compression{}, accepting("gzip", "Cache-Control", "max-age=0, no-transform"), ""},
		"Levels":            {5000, "", edge.Compression{Levels: coding.Levels{Brotli: 1}}, accepting("zstd, gzip, br"), "br"},
		"Disabled":          {5000, public, off, accepting("gzip"), ""},
		"Private":           {5000, private, edge.Compression{}, accepting("gzip"), "gzip"},
		"PublicOnly":        {5000, public, publicOnly, accepting("gzip"), "gzip"},
		"PublicOnlyPrivate": {5000, private, publicOnly, accepting("gzip"), ""},
		"PublicOnlyNoStore": {5000, "", publicOnly, accepting("gzip"), ""},
		"PublicOnlyForced":  {5000, "", publicOnly, accepting("gzip, *;q=0"), "gzip"},
	} {
		t.Run(name, func(t *testing.T) {
			got := tt.request.send(t, serve(t, say(tt.length, tt.control), edge.Options{Compression: tt.options}))
			want := `{"data":` + string(greeting(tt.length).Data) + `}`
			if got.status != 200 || got.header.Get("Content-Encoding") != tt.want || got.decoded(t) != want {
				t.Errorf("got %d %v, %d bytes", got.status, got.header, len(got.body))
			}
			if tt.want != "" && tt.length > 0 && len(got.body) > len(want)/2 {
				t.Errorf("%d of %d bytes are left", len(got.body), len(want))
			}
			if length := got.header.Get("Content-Length"); length != strconv.Itoa(len(got.body)) {
				t.Errorf("Content-Length is %s, the body has %d bytes", length, len(got.body))
			}
			if vary := got.header.Get("Vary"); vary != "Accept, Accept-Encoding" && (!tt.options.Disabled || vary != "Accept") {
				t.Errorf("Vary is %s", vary)
			}
		})
	}
}

// TestDenseBody tries that a body which hardly compresses is as good as any other.
func TestDenseBody(t *testing.T) {
	base := serve(t, greet, edge.Options{})
	noise := make([]byte, 600<<10)
	random := rand.NewChaCha8([32]byte{})
	_, _ = random.Read(noise)
	text := `{"query":"{greeting}","variables":{"file":"` + base64.StdEncoding.EncodeToString(noise) + `"}}`
	for c := coding.Zstd; c <= coding.Brotli; c++ {
		body := string(coding.NewEncoder(coding.DefaultLevels()).Append(nil, c, []byte(text)))
		got := request{body: body, header: map[string]string{"Content-Encoding": c.String()}}.send(t, base)
		if got.status != 200 || got.body != helloData {
			t.Errorf("%s, %d bytes of %d: got %d %s", c, len(body), len(text), got.status, got.body)
		}
	}
}

// TestCompressionOfRefusals tries that what has no data is compressed like everything else.
func TestCompressionOfRefusals(t *testing.T) {
	r := accepting("gzip")
	r.body = `{"query":"{ ` + strings.Repeat("unknown ", 50) + `}"}`
	got := r.send(t, serve(t, greet, edge.Options{}))
	if got.header.Get("Content-Encoding") != "gzip" || !strings.Contains(got.decoded(t), "GRAPHQL_VALIDATION_FAILED") {
		t.Errorf("got %v %q", got.header, got.body)
	}
}

func TestNothingAcceptable(t *testing.T) {
	for _, options := range []edge.Compression{{}, {Disabled: true}} {
		got := accepting("identity;q=0, deflate").send(t, serve(t, greet, edge.Options{Compression: options}))
		if got.status != http.StatusNotAcceptable || got.header.Get("Content-Encoding") != "" || !strings.Contains(got.body, "Accept-Encoding") {
			t.Errorf("%+v: got %d %v %s", options, got.status, got.header, got.body)
		}
	}
}

// kept are the forms of one answer.
type kept struct {
	mu     sync.Mutex // guards what follows
	asked  map[string]int
	bodies map[string][]byte
}

func (k *kept) Form(name string, _ []byte) (body []byte, again bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked[name]++
	return k.bodies[name], k.asked[name] > 1
}

func (k *kept) Keep(name string, body []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.bodies[name] = body
}

// TestKeptForms tries that the second time a kept answer is asked for is the last one on which it is compressed, for each coding.
func TestKeptForms(t *testing.T) {
	k := &kept{asked: map[string]int{}, bodies: map[string][]byte{}}
	base := serve(t, func(ctx context.Context) *graphql.Response {
		stats := &graphql.GetOperationContext(ctx).Stats
		stats.SetExtension(protocol.PolicyExtension, map[string][]string{"Cache-Control": {"max-age=60"}})
		stats.SetExtension(protocol.FormsExtension, k)
		return greeting(5000)
	}, edge.Options{})
	want := `{"data":` + string(greeting(5000).Data) + `}`
	for _, name := range []string{"gzip", "br", "zstd"} {
		for hit := 1; hit <= 3; hit++ {
			got := accepting(name).send(t, base)
			if got.header.Get("Content-Encoding") != name || got.decoded(t) != want {
				t.Errorf("%s, hit %d: got %v, %d bytes", name, hit, got.header, len(got.body))
			}
			if body := k.bodies[name]; (body != nil) != (hit > 1) || hit > 1 && got.body != string(body) {
				t.Errorf("%s, hit %d: %d bytes are kept, %d were sent", name, hit, len(body), len(got.body))
			}
		}
	}
	before := maps.Clone(k.asked)
	if got := accepting("identity").send(t, base); got.body != want {
		t.Errorf("got %v, %d bytes", got.header, len(got.body))
	}
	if fmt.Sprint(before) != fmt.Sprint(k.asked) {
		t.Errorf("who takes no coding asks for forms: %v", k.asked)
	}
}

// TestChangedAnswersHaveNoForms tries that a report, or an error, is never taken for the answer without.
func TestChangedAnswersHaveNoForms(t *testing.T) {
	k := &kept{asked: map[string]int{}, bodies: map[string][]byte{"gzip": []byte("an answer without")}}
	exec := func(ctx context.Context) *graphql.Response {
		stats := &graphql.GetOperationContext(ctx).Stats
		stats.SetExtension(protocol.PolicyExtension, map[string][]string{"Cache-Control": {"max-age=60"}})
		stats.SetExtension(protocol.FormsExtension, k)
		return greeting(5000)
	}
	watched := accepting("gzip", protocol.ReportHeader, "calls")
	got := watched.send(t, serveEngine(t, newEngine(exec, operation.Options{Reports: true}), edge.Options{}))
	var answer struct {
		Extensions struct {
			Weft struct {
				Compression struct {
					Client struct {
						Coding      string
						Bytes, Wire int
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(got.decoded(t)), &answer); err != nil {
		t.Fatal(err)
	}
	plain := accepting("identity").send(t, serve(t, func(context.Context) *graphql.Response { return greeting(5000) }, edge.Options{}))
	c := answer.Extensions.Weft.Compression.Client
	if c.Coding != "gzip" || c.Bytes != len(plain.body) || c.Wire <= 0 || c.Wire >= c.Bytes {
		t.Errorf("got %+v of an answer that has %d bytes without its report", c, len(plain.body))
	}
	without := accepting("gzip", protocol.WithoutHeader, "compression").send(t, serveEngine(t, newEngine(exec, operation.Options{Reports: true}), edge.Options{}))
	if without.header.Get("Content-Encoding") != "" {
		t.Error("it is compressed, though it should not be")
	}
	partial := func(ctx context.Context) *graphql.Response {
		graphql.AddErrorf(ctx, "the error")
		return exec(ctx)
	}
	got = accepting("gzip").send(t, serve(t, partial, edge.Options{}))
	if !strings.Contains(got.decoded(t), `"errors"`) {
		t.Errorf("got %s", got.decoded(t))
	}
}

// TestCompressedBodies tries what becomes of bodies of requests in content codings.
func TestCompressedBodies(t *testing.T) {
	const limit = 1 << 16
	base := serve(t, greet, edge.Options{MaxBody: limit})
	encoder := coding.NewEncoder(coding.DefaultLevels())
	pad := func(length int) []byte { return append([]byte(hello), bytes.Repeat([]byte(" "), length-len(hello))...) }
	send := func(name string, body []byte) response {
		return request{body: string(body), header: map[string]string{"Content-Encoding": name}}.send(t, base)
	}
	for _, c := range []coding.Coding{coding.Zstd, coding.Gzip, coding.Brotli} {
		encode := func(text []byte) []byte { return encoder.Append(nil, c, text) }
		for what, tt := range map[string]struct {
			body   []byte
			status int
			want   string
		}{
			"an operation":  {encode([]byte(hello)), 200, helloData},
			"of the limit":  {encode(pad(limit)), 200, helloData},
			"above it":      {encode(pad(limit + 1)), 413, "the body is larger than 65536 bytes"},
			"far above it":  {encode(make([]byte, 8<<20)), 413, "the body is larger than 65536 bytes"},
			"not coded":     {[]byte(hello), 400, "the body is not what its coding says: " + c.String()},
			"cut off":       {encode(pad(1000))[:20], 400, "the body is not what its coding says: " + c.String()},
			"coded noise":   {encode([]byte("noise")), 400, "the body is not valid JSON near byte"},
			"twice":         {encode(encode([]byte(hello))), 400, "the body is not valid"},
			"long as it is": {bytes.Repeat([]byte("x"), limit+1), 413, "the body is larger than 65536 bytes"},
		} {
			if got := send(c.String(), tt.body); got.status != tt.status || !strings.Contains(got.body, tt.want) {
				t.Errorf("%s, %s: got %d %s, want %d %s", c, what, got.status, got.body, tt.status, tt.want)
			}
		}
	}
	for name, status := range map[string]int{"": 200, "identity": 200, "Identity": 200, "deflate": 415, "gzip, gzip": 415, "gzip,": 415, "*": 415} {
		got := send(name, []byte(hello))
		codings := got.header.Get("Accept-Encoding")
		if got.status != status || (codings == "zstd, gzip, br") != (status == 415) {
			t.Errorf("%q: got %d, Accept-Encoding: %s, %s", name, got.status, codings, got.body)
		}
	}
	notJSON := request{body: hello, header: map[string]string{"Content-Type": "text/plain"}}
	if got := notJSON.send(t, base); got.status != 415 || got.header.Get("Accept-Encoding") != "" {
		t.Errorf("got %d %v: its coding is not what is wrong with it", got.status, got.header)
	}
}

// Large bodies share room by what they decode to, and one always fits.
func TestCompressedBodiesShareRoom(t *testing.T) {
	const limit = 1 << 20
	running, release := make(chan struct{}, 1), make(chan struct{})
	base := serve(t, func(ctx context.Context) *graphql.Response {
		running <- struct{}{}
		<-release
		return greet(ctx)
	}, edge.Options{Memory: govern.New(1)})
	body := append([]byte(hello), bytes.Repeat([]byte(" "), limit-len(hello))...)
	large := request{body: string(coding.NewEncoder(coding.DefaultLevels()).Append(nil, coding.Gzip, body)), header: map[string]string{"Content-Encoding": "gzip"}}
	answers := make(chan response)
	go func() { answers <- large.send(t, base) }()
	<-running
	if got := large.send(t, base); got.status != 503 || got.header.Get("Retry-After") != "1" {
		t.Errorf("got %d %s", got.status, got.body)
	}
	close(release)
	if got := <-answers; got.status != 200 || got.body != helloData {
		t.Errorf("got %d %s", got.status, got.body)
	}
}
