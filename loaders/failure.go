package loaders

import (
	"errors"
	"fmt"
)

// PanicError is the error of the keys whose batch function, or fetch function, panicked.
// It wraps nothing: a panic with an error is not that error.
type PanicError struct {
	Value any    // what the function panicked with
	Stack []byte // where, for a log; never part of Error
}

// Error names the value the function panicked with.
func (e *PanicError) Error() string { return fmt.Sprintf("load panicked: %v", e.Value) }

var (
	errExit     = errors.New("load ended its goroutine")
	errNoResult = errors.New("batch function gave a nil result")
)
