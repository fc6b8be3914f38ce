package acceptance_test

import (
	"fmt"
	"strings"
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
