package fetch

import (
	"slices"
	"time"

	"weft/upstream"
)

// Value is one value that an operation loaded, as reports show it.
type Value struct {
	Binding string  `json:"binding"`
	Key     string  `json:"key,omitempty"` // of an entity, or of a batched field
	From    string  `json:"from"`
	Age     float64 `json:"age"`             // in seconds
	Early   bool    `json:"early,omitempty"` // it was loaded before the parent had arrived
}

// Savings say where the values that an operation needed came from; those that Go answers are not among them:
//
//	asked = deduplicated + memo + memory + redis + shared + prefetched + sent
//	calls = sent + wasted - merged + split + repeated
type Savings struct {
	Asked        int64 // by fields: values, each for one key or one set of arguments
	Deduplicated int64 // another field needed the same at the same time
	Memo         int64 // the operation had loaded it before
	Memory       int64 // from the cache in this process, also in the place of a call that was not made
	Redis        int64 // from the cache beyond it, likewise
	Shared       int64 // another operation was loading it
	Prefetched   int64 // it was loaded before anybody asked: from the cache, the first time that it is taken
	Sent         int64 // an upstream was called for it, a mutation's call among them
	Stale        int64 // of those sent: what is kept stood in, since the call failed or was late
	Validated    int64 // of those sent: the upstream said that what is kept is current
	Wasted       int64 // loaded from an upstream early, and then not needed
	Merged       int64 // sent together with another one
	Calls        int64 // to upstreams, but for those that another operation had sent
	Early        int64 // loaded before its parent had arrived, and then needed
	Further
}

// Further is what was called for once more.
type Further struct {
	Split     int64 // calls for parts of a batch that was refused
	Repeated  int64 // calls that followed another one for the same answer: retries, redirects, and those with another Authorization
	Refreshes int64 // values that were served old, and are loaded anew off the request path
}

// maxReported is how many values a report lists.
const maxReported = 10_000

// Calls returns the calls to upstreams, by start; the slice is the caller's.
func (r *Record) Calls() []upstream.Call { return r.calls.Calls() }

// Cost returns how many values the operation has needed, and how many calls it has made.
func (r *Record) Cost() (values, calls int64) {
	s := r.Savings()
	return s.Asked, s.Calls
}

// Values lists what was loaded, and where it came from: not more than 10,000.
func (r *Record) Values() []Value {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := []Value{}
	for _, l := range r.loads {
		for i := range l.results {
			a := &l.results[i]
			if a.from == fromNowhere {
				continue
			}
			if len(list) == maxReported {
				return list
			}
			age := (time.Duration(a.age) * time.Millisecond).Seconds()
			v := Value{Binding: l.space.Binding.Name, From: a.from.String(), Age: age, Early: l.early}
			if l.space.Binding.TakesKeys() {
				v.Key = l.keys[i]
			}
			list = append(list, v)
		}
	}
	return list
}

// Savings adds up what the operation did.
func (r *Record) Savings() (s Savings) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.Refreshes = int64(r.refreshes)
	for _, a := range r.demands {
		s.Asked += int64(a.values)
		s.Deduplicated += int64(a.deduplicated)
	}
	s.Sent = int64(r.writes + r.repeated)
	s.Calls = int64(r.calls.Ended())
	for _, l := range r.loads {
		for i := range l.results {
			if a := &l.results[i]; !l.early || r.claimed(l.space, l.keys[i]) {
				s.count(a.from, l.early)
			} else if a.from.sent() {
				s.Wasted++
			}
		}
	}
	s.Memo = s.Asked - s.Deduplicated - s.Memory - s.Redis - s.Shared - s.Prefetched - s.Sent
	s.Split, s.Repeated = int64(r.parted), int64(r.calls.Repeated())
	s.Merged = s.Sent + s.Wasted + s.Split + s.Repeated - s.Calls
	return s
}

// count counts a value by where it came from.
func (s *Savings) count(from source, early bool) {
	if early && from != fromNowhere {
		s.Early++
	}
	switch {
	case from.sent():
		s.Sent++
		if from == fromStale {
			s.Stale++
		}
		if from == fromValidated {
			s.Validated++
		}
	case from == fromMemory:
		s.Memory++
	case from == fromRedis:
		s.Redis++
	case from == fromShared:
		s.Shared++
	case from == fromPrefetched:
		s.Prefetched++
	default:
		s.Asked-- // there was nothing to load
	}
}

// claimed reports whether a fetch has needed a key of a loader.
func (r *Record) claimed(of Space, key string) bool {
	return slices.ContainsFunc(r.claims, func(c claim) bool { return c.of == of && slices.Contains(c.keys, key) })
}
