package edge_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"weft/graph/edge"
	"weft/graph/operation"
)

// BenchmarkEndpoint is what the edge itself costs: a request whose document is known and whose execution is a constant, without
// net/http. What is measured besides is a copy of the request, as net/http makes one, too.
func BenchmarkEndpoint(b *testing.B) {
	get := httptest.NewRequest(http.MethodGet, "/graphql?query=%7Bgreeting%7D", nil)
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
	}
	for _, row := range rows {
		b.Run(row.name, func(b *testing.B) {
			handler := edge.NewHandler(newEngine(greet, operation.Options{}), edge.Options{})
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
