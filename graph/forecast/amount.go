package forecast

import "math"

// amount is how many there are at most.
type amount struct {
	n         int
	unbounded *Unbounded // nil: no more than n
}

func (a amount) plus(b amount) amount {
	if a.unbounded == nil {
		a.unbounded = b.unbounded
	}
	a.n = plus(a.n, b.n)
	return a
}

func (a amount) times(b amount) amount {
	if a.unbounded == nil {
		a.unbounded = b.unbounded
	}
	a.n = times(a.n, b.n)
	return a
}

// plus and times end at what an int32 holds.
func plus(a, b int) int { return min(a+b, math.MaxInt32) }

func times(a, b int) int { return min(a*b, math.MaxInt32) }
