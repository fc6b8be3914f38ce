package upstreamtest_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"weft/upstream/upstreamtest"
)

// example stands for the *testing.T of a test.
type example struct {
	testing.TB
	cleanup func()
}

func (e *example) Helper()          {}
func (e *example) Cleanup(f func()) { e.cleanup = f }

func Example() {
	t := new(example)
	s := upstreamtest.New(t)
	s.JSON("GET /users/{id}", `{"id": 1, "name": "Ann"}`)
	s.FaultTimes("GET /users/{id}", upstreamtest.Status(503), 1) // the first one fails

	for range 2 {
		res, err := http.Get(s.URL + "/users/1")
		if err != nil {
			fmt.Println(err)
			return
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		fmt.Println(res.StatusCode, string(body))
	}
	fmt.Println(s.Lines())
	t.cleanup()
	// Output:
	// 503 {"title": "Service Unavailable", "status": 503}
	// 200 {"id": 1, "name": "Ann"}
	// [GET /users/1 GET /users/1]
}
