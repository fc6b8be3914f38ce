package fetch

import "weft/cache"

// source says where a value came from.
type source uint8

const (
	fromNowhere    source = iota // it needed no call
	fromMemory                   // the cache in this process
	fromRedis                    // the cache beyond it
	fromShared                   // another operation was loading it
	fromUpstream                 // called, and answered
	fromValidated                // called, and what there was is still current
	fromStale                    // called, and from the cache since that failed or was late
	fromPrefetched               // the cache, where it was loaded before anybody asked
)

// The sources of whole answers.
const (
	FromMemory = fromMemory
	FromRedis  = fromRedis
	FromShared = fromShared
)

// String returns the source's name in reports.
func (s source) String() string {
	return [...]string{"", "memory", "redis", "shared", "upstream", "validated", "stale", "prefetched"}[s]
}

// sent reports whether an upstream was called.
func (s source) sent() bool { return s == fromUpstream || s == fromValidated || s == fromStale }

func sourceOf(f *cache.Found) source {
	if f.From == cache.Remote {
		return fromRedis
	}
	return fromMemory
}
