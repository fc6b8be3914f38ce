// Package soak has a service run for long, over a service and a Redis that fail now and then, and looks for wrong answers and for what is not
// given back:
//
//	WEFT_SOAK=30m go test -timeout 40m -run '^TestSoak$' -v ./graph/acceptance/soak
//
// Without WEFT_SOAK it runs for two seconds. WEFT_SEED begins the faults where another run has begun.
package soak
