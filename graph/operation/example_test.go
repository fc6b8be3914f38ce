package operation_test

import (
	"context"
	"encoding/json"
	"fmt"

	"weft/graph/operation"
)

// An operation is prepared once, and run as often as anybody asks for it.
func Example() {
	engine := operation.New(newSchema(greet), operation.Options{})
	prepared, err := engine.Prepare(context.Background(), "query($n: String) { greeting(name: $n) }", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []any{"Ada", json.Number("1")} {
		a := engine.Run(context.Background(), &operation.Request{Prepared: prepared, Variables: map[string]any{"n": name}})
		if a.Class != operation.Executed {
			fmt.Println(a.Errors)
			continue
		}
		fmt.Println(string(a.Data))
	}
	// Output:
	// {"greeting":"hello"}
	// input:1:7: variable $n: expected a string, got an integer
}
