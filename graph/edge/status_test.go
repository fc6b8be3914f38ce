package edge_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/edge"
	"weft/graph/operation"
)

// TestStatuses holds which status each class of answers has, in both media types, and that nothing but what was executed has data.
func TestStatuses(t *testing.T) {
	fails := func(context.Context) *graphql.Response { panic("x") }
	waits := func(ctx context.Context) *graphql.Response {
		<-ctx.Done()
		return nil
	}
	full := func(ctx context.Context) *graphql.Response {
		graphql.AddError(ctx, &gqlerror.Error{Message: "there is no room", Extensions: map[string]any{"code": "OVERLOADED"}})
		return &graphql.Response{Data: json.RawMessage("null")}
	}
	left, leave := context.WithCancel(t.Context())
	leave()
	for name, tt := range map[string]struct {
		ctx           context.Context
		exec          func(context.Context) *graphql.Response
		timeout       time.Duration
		query         string
		json, graphQL int // statuses
		code          string
	}{
		"Executed": {t.Context(), greet, 0, "{greeting}", 200, 200, ""},
		"Refused":  {t.Context(), greet, 0, "{greetin}", 200, 400, "GRAPHQL_VALIDATION_FAILED"},
		"Writes":   {t.Context(), greet, 0, "mutation{rename(name:1)}", 200, 400, "GRAPHQL_VALIDATION_FAILED"},
		"Writing":  {t.Context(), greet, 0, `mutation{rename(name:"x")}`, 405, 405, "BAD_REQUEST"},
		"Late":     {t.Context(), greet, 1, "{greeting}", 504, 504, "REQUEST_TIMEOUT"},
		"Canceled": {left, waits, 0, "{greeting}", 503, 503, "CANCELED"},
		"Full":     {t.Context(), full, 0, "{greeting}", 503, 503, "OVERLOADED"},
		"Failed":   {t.Context(), fails, 0, "{greeting}", 500, 500, "INTERNAL"},
	} {
		for media, want := range map[string]int{"application/json": tt.json, "application/graphql-response+json": tt.graphQL} {
			handler := edge.NewHandler(newEngine(tt.exec, operation.Options{Timeout: tt.timeout}), edge.Options{})
			r := httptest.NewRequestWithContext(tt.ctx, http.MethodGet, edge.Endpoint, nil)
			r.URL.RawQuery = "query=" + tt.query
			r.Header.Set("Accept", media)
			r.Header.Set("Apollo-Require-Preflight", "true")
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			got := w.Body.String()
			if w.Code != want || !strings.Contains(got, tt.code) || strings.Contains(got, `"data"`) != (tt.code == "") {
				t.Errorf("%s as %s: got %d %s, want %d and %q", name, media, w.Code, got, want, tt.code)
			}
			if kind := w.Header().Get("Content-Type"); kind != media+"; charset=utf-8" {
				t.Errorf("%s: got %s, want %s", name, kind, media)
			}
		}
	}
}
