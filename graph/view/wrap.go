package view

import "fmt"

// JSONAt wraps JSON for [Build] in the objects that a pointer leads through: the inverse of [EachAt].
// It panics on a bad pointer, and if member is not JSON.
func JSONAt(pointer string, member []byte) []byte {
	shape := NewShape(pointer)
	if run := (scan{text: member}); !run.document(nil) {
		panic(fmt.Sprintf("view: member %q is not JSON: %s", pointer, run.problem))
	}
	return shape.write([][]byte{member})
}
