package memory_test

import (
	"context"
	"fmt"
	"time"

	"weft/cache"
	"weft/cache/memory"
)

func Example() {
	ctx := context.Background()
	generations := new(cache.Generations)
	tier := memory.New(memory.Options{MaxBytes: 1 << 20, Generations: generations})
	defer tier.Close()

	at := generations.Position() // before the service is asked
	tier.Set(&cache.Entry{
		Key: "product 1", Value: []byte(`{"id":1}`), Position: at, Tags: []string{"type:Product"},
		Freshness: cache.Freshness{FreshUntil: time.Now().Add(time.Minute).UnixMilli()},
	})

	found := make([]*cache.Entry, 2)
	_ = tier.Get(ctx, []cache.Key{"product 1", "product 2"}, found)
	fmt.Printf("%s, %v\n", found[0].Value, found[1])

	_ = tier.Invalidate(ctx, []string{"type:Product"})
	clear(found)
	_ = tier.Get(ctx, []cache.Key{"product 1", "product 2"}, found)
	fmt.Println(found)
	// Output:
	// {"id":1}, <nil>
	// [<nil> <nil>]
}
