// Package memory is the tier of this process: it keeps entries as they are, ready to use, and bounded by the bytes they take.
//
// What is kept when there is no room for all is otter's decision (W-TinyLFU: often and lately used stays). Whether an entry may
// be served is decided on each read, by its freshness and by [cache.Generations]; nothing is searched for when a tag is
// invalidated, and an entry that is invalid goes when it is next asked for, expires, or is displaced.
//
// The package never copies a value, never waits, and does not fail.
package memory
