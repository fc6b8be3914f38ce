package main

import (
	"cmp"
	"math"
	"slices"
)

// percentile is the value of a sorted list that p percent of its values do not exceed (nearest rank); zero of an empty list.
func percentile[T any](sorted []T, p float64) T {
	var zero T
	if len(sorted) == 0 {
		return zero
	}
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// median is the middle of a list; of an even number of values, the lower one of the two in the middle.
func median[T cmp.Ordered](list []T) T { return percentile(slices.Sorted(slices.Values(list)), 50) }
