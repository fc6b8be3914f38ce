// Package soak has a service run for long, over a service and a Redis that fail now and then, and looks for wrong answers and for what is not
// given back:
//
//	WEFT_SOAK=30m go test -timeout 40m -run '^TestSoak$' -v ./graph/acceptance/soak
//
// From a minute on it compares what objects take in the end with what they took after a sixth of the time, and from five minutes on goroutines,
// which may be ten more, and resident memory, which may be 15 % more. It needs redis-server. Without WEFT_SOAK it runs for two seconds, beside
// other tests, and over a Redis within its process. WEFT_SEED begins the faults where another run has begun.
package soak
