package edge_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/edge"
	"weft/graph/govern"
	"weft/graph/operation"
)

// sending is a response that looks at what is in flight while it is sent.
type sending struct {
	*httptest.ResponseRecorder
	memory *govern.Governor
	most   int64
}

func (s *sending) Write(p []byte) (int, error) {
	s.most = max(s.most, s.memory.Status().Used)
	return s.ResponseRecorder.Write(p)
}

// TestAnswersAreHeld: a large answer counts until it is sent, in each coding; a small one never does.
func TestAnswersAreHeld(t *testing.T) {
	for _, c := range []struct {
		name, coding string
		length       int
		least, most  int64
	}{
		{"small", "", 60 << 10, 0, 0},
		{"large", "", 1 << 20, 900 << 10, 2 << 20},
		{"small gzip", "gzip", 60 << 10, 0, 0},
		{"large gzip", "gzip", 1 << 20, 900 << 10, 2 << 20},
		{"large identity", "identity", 1 << 20, 900 << 10, 2 << 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			memory := govern.New(0)
			exec := func(context.Context) *graphql.Response { return greeting(c.length) }
			w := &sending{httptest.NewRecorder(), memory, 0}
			r := httptest.NewRequest(http.MethodPost, edge.Endpoint, strings.NewReader(hello))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Accept-Encoding", c.coding)
			edge.NewHandler(newEngine(exec, operation.Options{}), edge.Options{Memory: memory}).ServeHTTP(w, r)
			if w.Code != http.StatusOK || w.most < c.least || w.most > c.most {
				t.Errorf("got %d, and %d bytes while it was sent, want %d to %d", w.Code, w.most, c.least, c.most)
			}
			if got := memory.Status().Used; got != 0 {
				t.Errorf("%d bytes are in use when it is sent", got)
			}
		})
	}
}
