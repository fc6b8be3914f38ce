package schedule_test

import (
	"context"
	"fmt"
	"time"

	"weft/graph/schedule"
)

// Four who find three keys stale cost one call.
func Example() {
	s := schedule.New(schedule.Options{})
	defer s.Close(context.Background())
	done := make(chan struct{})
	for _, id := range []string{"p-1", "p-2", "p-1", "p-3"} {
		s.Add(schedule.Tasks{
			Of: "Product", Keys: []string{id}, Upstream: "catalog", Max: 100, Wait: 100 * time.Millisecond,
			Run: func(_ context.Context, keys []string) {
				fmt.Println("GET /products?ids=", keys)
				close(done)
			},
		})
	}
	<-done
	// Output: GET /products?ids= [p-1 p-2 p-3]
}
