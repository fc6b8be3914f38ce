package tiers_test

import (
	"context"
	"fmt"
	"time"

	"weft/cache"
	"weft/cache/tiers"
)

// A cache in this process alone.
func Example() {
	ctx := context.Background()
	caching, err := tiers.Open(tiers.Options{MaxBytes: 16 << 20})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer caching.Close()

	at, now := caching.Position(), caching.Now() // before the service is asked
	caching.Keep(&cache.Entry{
		Key: "product 1", Value: []byte(`{"id":1}`), Position: at, Tags: []string{cache.OfType("Product")},
		Freshness: cache.Freshness{Born: now, FreshUntil: now + time.Minute.Milliseconds()},
	}, false)
	look := func() {
		found := caching.Reading(cache.Memory).Get(ctx, []cache.Key{"product 1"}, cache.Query{})[0]
		fmt.Println(found.State == cache.Fresh)
	}
	look()
	fmt.Println(caching.InvalidateNames(ctx, cache.Invalidation{Types: []string{"Product"}}))
	look()
	// Output:
	// true
	// <nil>
	// false
}
