package edge_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"weft/graph/edge"
	"weft/graph/operation"
	"weft/graph/persisted"
)

// BenchmarkEndpoint is what the edge itself costs: a request whose document is known and whose execution is a constant, without
// net/http. What is measured besides is a copy of the request, as net/http makes one, too.
func BenchmarkEndpoint(b *testing.B) {
	page := "query Page {" + strings.Repeat("\n  greeting", 35) + "\n}\n" // 400 bytes, as one of a page would have
	digest := persisted.Digest(page)
	byText := fmt.Sprintf(`{"operationName":"Page","variables":{},"query":%q}`, page)
	byID := fmt.Sprintf(`{"operationName":"Page","variables":{},"documentId":"sha256:%s"}`, digest)
	byApollosID := fmt.Sprintf(`{"operationName":"Page","variables":{},"extensions":{"persistedQuery":{"version":1,"sha256Hash":%q}}}`, digest)
	get := httptest.NewRequest(http.MethodGet, "/graphql?query=%7Bgreeting%7D", nil)
	get.Header.Set("Apollo-Require-Preflight", "true")
	post := func(body string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, edge.Endpoint, bytes.NewReader([]byte(body)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "*/*")
		return r
	}
	rows := []struct {
		name    string
		request *http.Request
		body    string
	}{
		{"Get", get, ""},
		{"Post", post(`{"query":"{greeting}"}`), `{"query":"{greeting}"}`},
		{"PostEscapes", post(escaped), escaped},
		{"PostVariables", post(variables), variables},
		{"PostPage", post(byText), byText},
		{"PostPageByID", post(byID), byID},
		{"PostPageByApollosID", post(byApollosID), byApollosID},
		{"GetPageByID", httptest.NewRequest(http.MethodGet, "/graphql?documentId=sha256%3A"+digest, nil), ""},
	}
	for _, row := range rows {
		b.Run(row.name, func(b *testing.B) {
			engine := newEngine(greet, operation.Options{})
			if _, err := engine.Install(b.Context(), []persisted.Operation{{ID: digest, Text: page}}); err != nil {
				b.Fatal(err)
			}
			handler := edge.NewHandler(engine, edge.Options{})
			ctx, cancel := context.WithCancel(b.Context())
			defer cancel()
			text, body, w := []byte(row.body), new(body), &answer{header: http.Header{}}
			request := row.request.WithContext(ctx)
			request.Body = body
			b.ReportAllocs()
			for b.Loop() {
				body.Reset(text)
				w.reset()
				r := *request
				handler.ServeHTTP(w, &r)
			}
			if got := w.String(); w.status != http.StatusOK || got != helloData {
				b.Errorf("got %d %s", w.status, got)
			}
		})
	}
}

const (
	escaped   = `{"operationName":"Greet","query":"query Greet {\n  greeting\n}\n"}`
	variables = `{"query":"query($n:String){greeting(name:$n)}","variables":{"n":"x"}}`
)

// body is a request's body that can be read again.
type body struct{ bytes.Reader }

func (*body) Close() error { return nil }

// answer is a response that the next one overwrites.
type answer struct {
	bytes.Buffer

	header http.Header
	status int
}

var (
	_ io.ReadCloser       = (*body)(nil)
	_ http.ResponseWriter = (*answer)(nil)
)

func (a *answer) Header() http.Header    { return a.header }
func (a *answer) WriteHeader(status int) { a.status = status }

func (a *answer) reset() {
	clear(a.header)
	a.Reset()
}
