package fetch

import (
	"hash/maphash"
	"slices"
)

// index finds keys in a list that only grows. It keeps no pointers, so that the garbage collector does not look into it, and
// makes no table for a few keys. The zero value is for an empty list.
type index struct {
	places []int32 // by hash: 0 nothing, or 1 more than a key's place in the list; half of them at least are 0
}

// few is how many keys are compared one by one.
const few = 4

// seed is the process's, so that nobody can choose keys that collide.
var seed = maphash.MakeSeed()

// place returns where key is in keys, to which it is appended if it is not there.
func (x *index) place(keys *[]string, key string) (place int, fresh bool) {
	list := *keys
	if x.places == nil {
		if i := slices.Index(list, key); i >= 0 {
			return i, false
		}
		if *keys = append(list, key); len(list) == few {
			x.grow(*keys)
		}
		return len(list), true
	}
	slot := x.find(list, key)
	if x.places[slot] > 0 {
		return int(x.places[slot]) - 1, false
	}
	*keys = append(list, key)
	if x.places[slot] = int32(len(*keys)); 2*len(*keys) > len(x.places) {
		x.grow(*keys)
	}
	return len(list), true
}

// has reports whether key is in keys.
func (x *index) has(keys []string, key string) bool {
	if x.places == nil {
		return slices.Contains(keys, key)
	}
	return x.places[x.find(keys, key)] > 0
}

// find returns the slot that has key, or would.
func (x *index) find(keys []string, key string) uint64 {
	mask := uint64(len(x.places) - 1)
	slot := maphash.String(seed, key) & mask
	for x.places[slot] > 0 && keys[x.places[slot]-1] != key {
		slot = (slot + 1) & mask
	}
	return slot
}

func (x *index) grow(keys []string) {
	size := 32
	for size < 8*len(keys) {
		size *= 2
	}
	x.places = make([]int32, size)
	for i, key := range keys {
		x.places[x.find(keys, key)] = int32(i + 1)
	}
}
