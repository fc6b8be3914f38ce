package memory

import "weft/cache"

// overhead is what an entry takes in memory besides its value, key, tags and validators: its own struct, where it is kept, and
// its place in otter's table and queues (see BenchmarkOverhead).
const overhead = 400

// tagOverhead is what a tag takes besides its text.
const tagOverhead = 16

// weight returns how many bytes an entry takes.
func weight(e *cache.Entry) uint64 {
	n := overhead + len(e.Key) + max(e.Size, len(e.Value)) + len(e.ETag) + len(e.LastModified)
	for _, tag := range e.Tags {
		n += len(tag) + tagOverhead
	}
	if e.Before != nil {
		n += int(weight(e.Before))
	}
	return uint64(n)
}
