package httpcache_test

import (
	"fmt"
	"net/http"
	"time"

	"weft/cache/httpcache"
)

// An upstream's answer is decided about when it arrives, by its header and by what the schema says.
func ExampleEvaluate() {
	now := time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)
	product := httpcache.Evaluate(
		httpcache.Request{Sent: now},
		httpcache.Response{Status: 200, Received: now, Header: http.Header{"Cache-Control": {"max-age=300"}}},
		httpcache.Override{},
	)
	price := httpcache.Evaluate(
		httpcache.Request{Sent: now, Authorized: true},
		httpcache.Response{Status: 200, Received: now, Header: http.Header{"Age": {"5"}}},
		httpcache.Override{MaxAge: 20 * time.Second, HasMaxAge: true},
	)
	fmt.Println(product.Store, product.Private, product.FreshUntil.Sub(now))
	fmt.Println(price.Store, price.Private, price.FreshUntil.Sub(now))
	// Output:
	// true false 5m0s
	// true true 15s
}

// A client is told how long an answer that was made of kept values stays fresh.
func ExampleAnswer() {
	answer := httpcache.Answer{Fresh: 15 * time.Second, Age: 5 * time.Second, Private: true}
	fmt.Println(answer.Header())
	// Output:
	// map[Age:[5] Cache-Control:[private, max-age=20]]
}
