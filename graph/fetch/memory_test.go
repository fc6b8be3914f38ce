package fetch_test

import (
	"fmt"
	"strings"
	"testing"

	"weft/graph/govern"
)

// TestMemory: while others have all the memory for what is in flight, large operations are given up, with one error that says so, small ones
// are answered, and so are those that have changed something. What has ended has given back what it had.
func TestMemory(t *testing.T) {
	long := strings.Repeat("x", 100<<10)
	for _, executor := range executors {
		t.Run(executor, func(t *testing.T) {
			memory := govern.New(1 << 20)
			s := newShop(t, withExecutor(executor), func(o *options) { o.Memory = memory })
			s.catalog.JSON("GET /products", `{"data":[{"id":"1"}]}`)
			s.accounts.JSON("GET /users/1", fmt.Sprintf(`{"id":1,"name":%q}`, long))
			s.accounts.JSON("PATCH /users/1", fmt.Sprintf(`{"id":1,"name":%q}`, long))
			const (
				small  = `{ products { id } }`
				large  = `{ user(id: 1) { name } }`
				writes = `mutation { updateUser(id: 1, input: {}) { name } }`
			)
			named := `{"name":"` + long + `"}`
			wantJSON(t, s.do(t.Context(), nil, large, nil), `{"user":`+named+`}`)
			others := memory.Holding()
			others.Add(2 << 20)
			if r := s.do(t.Context(), nil, large, nil); len(r.Errors) != 1 || r.Errors[0].Extensions["code"] != "OVERLOADED" || string(r.Data) != "null" {
				t.Errorf("got %.100s, %v, want null and one OVERLOADED", r.Data, r.Errors)
			}
			wantJSON(t, s.do(t.Context(), nil, small, nil), `{"products":[{"id":"1"}]}`)
			wantJSON(t, s.do(t.Context(), nil, writes, nil), `{"updateUser":`+named+`}`)
			others.Release()
			wantJSON(t, s.do(t.Context(), nil, large, nil), `{"user":`+named+`}`)
			if got := memory.Status().Used; got != 0 {
				t.Errorf("%d bytes are in use when all have ended", got)
			}
		})
	}
}
