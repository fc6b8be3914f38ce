package loaders_test

import (
	"context"
	"fmt"

	"github.com/graph-gophers/dataloader/v7"

	"weft/loaders"
)

// Users is what an operation carries: usually generated, one field a binding.
type Users struct {
	ByID dataloader.Interface[string, string]
}

func Example() {
	set := new(loaders.Set)
	defer set.Wait()
	users := loaders.In(set, "user", func() *loaders.Loader[string, string] {
		return loaders.New(func(_ context.Context, ids []string) []*dataloader.Result[string] {
			fmt.Println("GET /users?ids=", ids)
			results := make([]*dataloader.Result[string], len(ids))
			for i, id := range ids {
				results[i] = &dataloader.Result[string]{Data: "user " + id}
			}
			return results
		}, loaders.Options{Max: 50})
	})
	ctx := loaders.With(context.Background(), &Users{ByID: users})

	// Three resolvers of the operation, two of them after the same user.
	author := loaders.For[*Users](ctx).ByID.Load(ctx, "7")
	editor := loaders.For[*Users](ctx).ByID.Load(ctx, "9")
	owner := loaders.For[*Users](ctx).ByID.Load(ctx, "7")
	for _, thunk := range []dataloader.Thunk[string]{author, editor, owner} {
		fmt.Println(thunk())
	}
	// Output:
	// GET /users?ids= [7 9]
	// user 7 <nil>
	// user 9 <nil>
	// user 7 <nil>
}
