package redis_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/alicebob/miniredis/v2"

	"weft/cache"
	"weft/cache/redis"
)

// Two processes share what they have loaded, and what they know to be out of date.
func Example() {
	server := miniredis.NewMiniRedis()
	if err := server.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer server.Close()
	ctx := context.Background()
	process := func() (*redis.Tier, *cache.Generations) {
		generations := new(cache.Generations)
		tier, err := redis.New(redis.Options{URL: "redis://" + server.Addr(), Generations: generations})
		if err != nil {
			panic(err)
		}
		_ = tier.Flush(ctx) // it connects in the background
		return tier, generations
	}
	one, generations := process()
	defer one.Close()
	other, _ := process()
	defer other.Close()

	at := generations.Position() // before the upstream is asked
	now := time.Now().UnixMilli()
	one.Set(&cache.Entry{
		Key: "product 1", Value: []byte(`{"id":1}`), Tags: []string{cache.OfKey("Product", "1")}, Position: at,
		Freshness: cache.Freshness{Born: now, FreshUntil: now + 60_000},
	})
	_ = one.Flush(ctx)

	look := func() {
		var found [1]*cache.Entry
		if err := other.Get(ctx, []cache.Key{"product 1"}, found[:]); err != nil || found[0] == nil {
			fmt.Println("a miss", err)
			return
		}
		fmt.Printf("%s\n", found[0].Value)
	}
	look()
	fmt.Println(one.Invalidate(ctx, []string{cache.OfKey("Product", "1")}))
	look()
	// Output:
	// {"id":1}
	// <nil>
	// a miss <nil>
}
