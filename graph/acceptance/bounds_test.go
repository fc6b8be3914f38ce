package acceptance_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestTooManyObjects: a short operation whose lists below lists would fill any memory ends with one clear error, under both
// executors, long before its deadline.
func TestTooManyObjects(t *testing.T) {
	for _, executor := range executors {
		t.Run(executor, func(t *testing.T) {
			shop := openStorefront(t, storefrontOptions{executor: executor, maxObjects: 2000})
			answer := shop.send(t, graphRequest{Query: "{ products(first: 100) { nodes { " + strings.Repeat("related { ", 40) + "id" + strings.Repeat(" }", 40) + " } } }"})
			errs := fmt.Sprintf("%s", answer.Errors)
			if !strings.Contains(errs, `"TOO_LARGE"`) {
				t.Errorf("got %.300s, want TOO_LARGE", errs)
			}
		})
	}
}
