//go:build unix && !race

package main_test

import "testing"

// TestExecutorAllocates bounds what the workload 100x8 allocates: 37, of which 6 are the upstream's in memory. With -race pools forget what
// they have.
func TestExecutorAllocates(t *testing.T) {
	const most = 40
	s := newService(t, "planned")
	query := scalars(100)
	if got := testing.AllocsPerRun(200, func() { s.run(t, query) }); got > most {
		t.Errorf("got %v allocations, want %d at most", got, most)
	}
}
