package fetch

import (
	"slices"
	"time"

	"weft/upstream"
)

// Report is what extensions.weft shows of an operation.
type Report struct {
	Answer  *AnswerReport   `json:"answer,omitempty"` // when another run than its own has made the answer
	Calls   []upstream.Call `json:"calls"`
	Values  []Value         `json:"values"`
	Savings Savings         `json:"savings"`
	Cost    any             `json:"cost,omitempty"` // what the operation was said to cost at most before it ran
}

// AnswerReport says where a whole answer came from, and what the run that made it had cost.
type AnswerReport struct {
	From   string  `json:"from"`
	Age    float64 `json:"age"`    // in seconds
	Values int64   `json:"values"` // that its fields needed
	Calls  int64   `json:"calls"`
}

// Value is one value that an operation loaded, as extensions.weft.values shows it.
type Value struct {
	Binding string  `json:"binding"`
	Key     string  `json:"key,omitempty"` // of an entity, or of a batched field
	From    string  `json:"from"`
	Age     float64 `json:"age"`             // in seconds
	Early   bool    `json:"early,omitempty"` // it was loaded before the parent had arrived
}

// Savings say where the values that an operation needed came from; those that Go answers are not among them:
//
//	asked = deduplicated + memo + memory + redis + shared + sent
//	calls = sent + wasted - merged
type Savings struct {
	Asked        int64 `json:"asked"`        // by fields: values, each for one key or one set of arguments
	Deduplicated int64 `json:"deduplicated"` // another field needed the same at the same time
	Memo         int64 `json:"memo"`         // the operation had loaded it before
	Memory       int64 `json:"memory"`       // from the cache in this process
	Redis        int64 `json:"redis"`        // from the cache beyond it
	Shared       int64 `json:"shared"`       // another operation was loading it
	Sent         int64 `json:"sent"`         // an upstream was called for it, a mutation's call among them
	Wasted       int64 `json:"wasted"`       // loaded from an upstream early, and then not needed
	Merged       int64 `json:"merged"`       // sent together with another one
	Calls        int64 `json:"calls"`        // to upstreams, but for those that another operation had sent
}

// maxReported is how many values a report lists.
const maxReported = 10_000

// Report returns what the operation did; of a nil Record, that it did nothing.
func (r *Record) Report() Report {
	if r == nil {
		return Report{Calls: []upstream.Call{}, Values: []Value{}}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return Report{Answer: r.Answer.report(), Calls: r.calls.Calls(), Values: r.values(), Savings: r.savings()}
}

func (a *WholeAnswer) report() *AnswerReport {
	if a == nil {
		return nil
	}
	return &AnswerReport{From: a.From.String(), Age: a.Age.Seconds(), Values: a.Values, Calls: a.Calls}
}

// Cost returns how many values the operation has needed, and how many calls it has made.
func (r *Record) Cost() (values, calls int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.savings()
	return s.Asked, s.Calls
}

// values lists what was loaded, and where it came from. It holds r.mu.
func (r *Record) values() []Value {
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

// savings adds up what the operation did. It holds r.mu.
func (r *Record) savings() (s Savings) {
	for _, a := range r.demands {
		s.Asked += int64(a.values)
		s.Deduplicated += int64(a.deduplicated)
	}
	s.Sent = int64(r.writes + r.repeated)
	s.Calls = int64(r.calls.Sent())
	for _, l := range r.loads {
		for i := range l.results {
			if a := &l.results[i]; !l.early || r.claimed(l.space, l.keys[i]) {
				s.count(a.from)
			} else if a.from.sent() {
				s.Wasted++
			}
		}
	}
	s.Memo = s.Asked - s.Deduplicated - s.Memory - s.Redis - s.Shared - s.Sent
	s.Merged = s.Sent + s.Wasted - s.Calls
	return s
}

// count counts a value by where it came from.
func (s *Savings) count(from source) {
	switch {
	case from.sent():
		s.Sent++
	case from == fromMemory:
		s.Memory++
	case from == fromRedis:
		s.Redis++
	case from == fromShared:
		s.Shared++
	default:
		s.Asked-- // there was nothing to load
	}
}

// claimed reports whether a fetch has needed a key of a loader.
func (r *Record) claimed(of Space, key string) bool {
	return slices.ContainsFunc(r.claims, func(c claim) bool { return c.of == of && slices.Contains(c.keys, key) })
}
