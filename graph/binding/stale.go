package binding

import "time"

// Aged returns the answer as one that is stale: it was served beyond its time, that old, since its upstream failed.
func (a Value) Aged(age time.Duration) Value {
	own := extra{}
	if a.extra != nil {
		own = *a.extra // which others may be reading
	}
	own.stale = max(age, 1)
	a.extra = &own
	return a
}

// Stale is how old a stale answer is; 0: it is not stale.
func (a *Value) Stale() time.Duration {
	if a.extra == nil {
		return 0
	}
	return a.extra.stale
}

// StaleAt is [Value.Stale] of the i-th object of a list by keys.
func (a *Value) StaleAt(i int) time.Duration {
	if a.extra == nil || a.extra.stales == nil {
		return 0
	}
	return a.extra.stales[i]
}
