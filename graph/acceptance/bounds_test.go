package acceptance_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
)

// TestTooManyObjects: a short operation whose lists below lists would fill any memory ends with one clear error, under both
// executors, long before its deadline; also where something beside it makes the planned executor leave it to the other.
func TestTooManyObjects(t *testing.T) {
	for _, executor := range executors {
		for _, beside := range []string{"", `__type(name: "Product") { name }`} {
			t.Run(executor+" "+beside, func(t *testing.T) {
				shop := openStorefront(t, storefrontOptions{executor: executor, maxObjects: 2000})
				below := strings.Repeat("related { ", 40) + "id" + strings.Repeat(" }", 40)
				answer := shop.send(t, graphRequest{Query: "{ products(first: 100) { nodes { " + below + " } } " + beside + " }"})
				const want = `[{"message":"the answer has more than 2000 objects: ask for less at a time","extensions":{"code":"TOO_LARGE"}}]`
				if errs := fmt.Sprintf("%s", answer.Errors); errs != want || string(answer.Data) != "null" {
					t.Errorf("got %.100s, %.300s\nwant null, %s", answer.Data, errs, want)
				}
			})
		}
	}
}

// TestTooManyCalls: an operation that takes more calls than it may make ends with one clear error, under both executors, and the
// services do not get more than that; one that takes just as many is answered.
func TestTooManyCalls(t *testing.T) {
	const all = 1 + 2*20 // the products, and two lists of recommendations for each
	for _, executor := range executors {
		for _, beside := range []string{"", `__type(name: "Product") { name }`} {
			t.Run(executor+" "+beside, func(t *testing.T) {
				request := graphRequest{Query: `{ products(first: 20) { nodes { a: recommendations(first: 1) { score } b: recommendations(first: 2) { score } } } ` + beside + ` }`}
				var calls atomic.Int64
				shop := openStorefront(t, storefrontOptions{executor: executor, maxCalls: all, calls: &calls})
				if answer := shop.send(t, request); len(answer.Errors) > 0 || calls.Load() != all {
					t.Errorf("got %s after %d calls; want no error, and %d calls", answer.Errors, calls.Load(), all)
				}
				calls.Store(0)
				shop = openStorefront(t, storefrontOptions{executor: executor, maxCalls: all - 1, calls: &calls})
				answer := shop.send(t, request)
				const want = `[{"message":"the operation makes more than 40 calls to services: ask for less at a time","extensions":{"code":"TOO_MANY_CALLS"}}]`
				if errs := fmt.Sprintf("%s", answer.Errors); errs != want || string(answer.Data) != "null" {
					t.Errorf("got %.100s, %.300s\nwant null, %s", answer.Data, errs, want)
				}
				if n := calls.Load(); n == 0 || n >= all {
					t.Errorf("services got %d calls, want 1 to %d", n, all-1)
				}
			})
		}
	}
}

// TestManyFieldsOfServices: gqlgen's executor refuses an answer that has some thousand fields of services, whose answers may all be
// one, before it begins with any of them.
func TestManyFieldsOfServices(t *testing.T) {
	var calls atomic.Int64
	shop := openStorefront(t, storefrontOptions{executor: "stock", calls: &calls})
	var lists strings.Builder
	for i := range 50 {
		fmt.Fprintf(&lists, ` r%d: recommendations(first: 1) { score }`, i)
	}
	answer := shop.send(t, graphRequest{Query: "{ products(first: 100) { nodes {" + lists.String() + " } } }"})
	if len(answer.Errors) != 1 || !strings.Contains(string(answer.Errors[0]), "the answer has more than 65536 values") || calls.Load() != 1 {
		t.Errorf("got %.300s after %d calls; want one error about values, and one call", answer.Errors, calls.Load())
	}
}
