package httpcache_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"weft/cache/httpcache"
)

// An upstream's answer is decided about when it arrives; an answer made of it and another part says less.
func Example() {
	now := time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)
	product := httpcache.Evaluate(
		httpcache.Request{Sent: now},
		httpcache.Response{Status: 200, Received: now, Header: http.Header{"Cache-Control": {"max-age=300"}}},
		httpcache.Options{Scope: httpcache.Partitioned},
	)
	price := httpcache.Evaluate(
		httpcache.Request{Sent: now, Authorized: true},
		httpcache.Response{Status: 200, Received: now, Header: http.Header{"Age": {"5"}}},
		httpcache.Options{
			Scope:    httpcache.Partitioned,
			Override: httpcache.Override{MaxAge: 20 * time.Second, HasMaxAge: true},
		},
	)
	fmt.Println(product.Store, product.Private, product.FreshUntil.Sub(now))
	fmt.Println(price.Store, price.Private, price.FreshUntil.Sub(now))

	var answer httpcache.Answer
	answer.Add(product.Part(now))
	answer.Add(price.Part(now))
	fmt.Printf("Cache-Control: %s\nAge: %s\n", answer.CacheControl(), answer.Age())
	// Output:
	// true false 5m0s
	// true true 15s
	// Cache-Control: private, max-age=20
	// Age: 5
}

// Over any server, the policy is a RoundTripper.
func ExampleTransport() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "max-age=3600")
	}))
	defer server.Close()
	cache := &httpcache.Transport{Name: "demo"}
	defer cache.Close()
	client := &http.Client{Transport: cache}
	for range 2 {
		res, err := client.Get(server.URL)
		if err != nil {
			fmt.Println(err)
			return
		}
		res.Body.Close()
		status, _, _ := strings.Cut(res.Header.Get("Cache-Status"), "; ttl")
		fmt.Println(status)
	}
	// Output:
	// demo; fwd=uri-miss; fwd-status=200
	// demo; hit
}
