package loaders_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/graph-gophers/dataloader/v7"

	"weft/loaders"
)

// TestBatchFunctionFails has three keys a call, and fails the call of key 4.
func TestBatchFunctionFails(t *testing.T) {
	for name, c := range map[string]struct {
		fail func(results []*dataloader.Result[int]) []*dataloader.Result[int]
		want [3]string // the errors of keys 3, 4 and 5
	}{
		"Panic": {
			func([]*dataloader.Result[int]) []*dataloader.Result[int] { panic("boom") },
			[3]string{"load panicked: boom", "load panicked: boom", "load panicked: boom"},
		},
		"Exit": {
			func([]*dataloader.Result[int]) []*dataloader.Result[int] { runtime.Goexit(); return nil },
			[3]string{"load ended its goroutine", "load ended its goroutine", "load ended its goroutine"},
		},
		"NilResult": {
			func(results []*dataloader.Result[int]) []*dataloader.Result[int] { results[1] = nil; return results },
			[3]string{"", "batch function gave a nil result", ""},
		},
		"TooFew": {
			func(results []*dataloader.Result[int]) []*dataloader.Result[int] { return results[:2] },
			[3]string{"batch function gave 2 results for 3 keys", "batch function gave 2 results for 3 keys", "batch function gave 2 results for 3 keys"},
		},
		"TooMany": {
			func(results []*dataloader.Result[int]) []*dataloader.Result[int] {
				return append(results, results[0])
			},
			[3]string{"batch function gave 4 results for 3 keys", "batch function gave 4 results for 3 keys", "batch function gave 4 results for 3 keys"},
		},
		"None": {
			func([]*dataloader.Result[int]) []*dataloader.Result[int] { return nil },
			[3]string{"batch function gave 0 results for 3 keys", "batch function gave 0 results for 3 keys", "batch function gave 0 results for 3 keys"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var u upstream
				// One call at a time: the calls after the failing one show that it gave its place back.
				l := loaders.New(func(ctx context.Context, keys []int) []*dataloader.Result[int] {
					results := u.batch(ctx, keys)
					if slices.Contains(keys, 4) {
						return c.fail(results)
					}
					return results
				}, loaders.Options{Max: 3, Parallel: 1})
				for range 2 { // the second time from the memo
					thunks := make([]dataloader.Thunk[int], 9)
					for key := range thunks {
						thunks[key] = l.Load(t.Context(), key)
					}
					for key, thunk := range thunks {
						got, err := thunk()
						text := ""
						if key/3 == 1 {
							text = c.want[key-3]
						}
						if fmt.Sprint(err) != cmp.Or(text, "<nil>") || err == nil && got != key*key {
							t.Errorf("key %d: got %v, %v, want error %q", key, got, err, text)
						}
					}
				}
				if len(u.calls) != 3 {
					t.Errorf("calls: %v, want 3", u.calls)
				}
				l.Wait()
			})
		})
	}
}

func TestPanicError(t *testing.T) {
	cause := errors.New("cause")
	l := loaders.NewEach(func(context.Context, int) (int, error) { panic(cause) }, loaders.Options{})
	_, err := l.Load(t.Context(), 1)()
	var p *loaders.PanicError
	if !errors.As(err, &p) || p.Value != cause {
		t.Fatalf("got %v, want a PanicError of %v", err, cause)
	}
	if !strings.Contains(string(p.Stack), "TestPanicError") {
		t.Errorf("the stack does not show where it happened:\n%s", p.Stack)
	}
	if strings.Contains(err.Error(), "goroutine") {
		t.Errorf("the error text shows the stack: %v", err)
	}
	if errors.Is(err, cause) {
		t.Error("a panic passes for the error it was raised with")
	}
	l.Wait()
}
