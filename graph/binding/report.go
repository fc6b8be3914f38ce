package binding

import (
	"context"
	"net/http"
	"sync"
	"time"

	"weft/cache"
	"weft/upstream"
)

// source says where a value came from.
type source string

const (
	fromMemory    source = "memory"
	fromRedis     source = "redis"
	fromShared    source = "shared"    // another operation was asking for it
	fromUpstream  source = "upstream"  // asked for, and answered
	fromValidated source = "validated" // asked about, and still current
	fromStale     source = "stale"     // from the cache, since the upstream failed
)

func sourceOf(f *cache.Found) source {
	if f.From == cache.Shared {
		return fromRedis
	}
	return fromMemory
}

// Trace records what one operation does: its calls, where each of its values came from, and what each technique saved. The
// function that it returns lists them for extensions.weft when the operation has ended. The operation does without the
// techniques that h names under [WithoutHeader]; the error says which of them there is not.
func Trace(ctx context.Context, h http.Header) (context.Context, func() any, error) {
	without, err := Without(h)
	if err != nil {
		return nil, nil, err
	}
	recorder, r := upstream.NewRecorder(), &report{without: without, values: []Value{}}
	ctx = context.WithValue(upstream.WithRecorder(ctx, recorder), reportKey{}, r)
	return ctx, func() any {
		calls := recorder.Calls()
		return map[string]any{"calls": calls, "values": r.list(), "savings": r.savings(calls)}
	}, nil
}

// Tracing reports whether Trace has begun a record under ctx.
func Tracing(ctx context.Context) bool { return reportOf(ctx) != nil }

type reportKey struct{}

func reportOf(ctx context.Context) *report {
	r, _ := ctx.Value(reportKey{}).(*report)
	return r
}

// Value is one value that an operation loaded, as extensions.weft.values shows it.
type Value struct {
	Binding string  `json:"binding"`
	Key     string  `json:"key,omitempty"` // of an entity, or of a batched field
	From    source  `json:"from"`
	Age     float64 `json:"age"` // in seconds
}

// Savings say where the values that an operation asked for came from; those that Go answers are not among them:
//
//	asked = deduplicated + memo + memory + redis + shared + sent
//	calls = sent + wasted - merged
type Savings struct {
	Asked        int64 `json:"asked"`        // by fields: values, each for one key or one set of arguments
	Deduplicated int64 `json:"deduplicated"` // another field asked for the same at the same time
	Memo         int64 `json:"memo"`         // the operation had loaded it before
	Memory       int64 `json:"memory"`       // from the cache in this process
	Redis        int64 `json:"redis"`        // from the cache beyond it
	Shared       int64 `json:"shared"`       // another operation was asking for it
	Sent         int64 `json:"sent"`         // asked of an upstream, a mutation's call among them
	Wasted       int64 `json:"wasted"`       // asked of an upstream early, and then not wanted
	Merged       int64 `json:"merged"`       // sent together with another one
	Calls        int64 `json:"calls"`        // to upstreams, but for those that another operation had sent
}

// maxReported is how many values a report lists.
const maxReported = 10_000

// report is what is told of one operation. A nil report is told nothing. It is safe for concurrent use.
type report struct {
	without Technique

	mu      sync.Mutex // guards what follows
	counts  Savings    // but for Memo, Merged, Wasted and Calls
	values  []Value
	pending map[early]source // what was asked for early, and not wanted yet
	wanted  map[early]bool   // what was wanted before it was there
}

// early is a value that was asked for early.
type early struct {
	of  batchOf
	key string
}

// ask counts values of a binding that fields ask for, and how many of them are asked for more than once at the same time.
func (r *report) ask(b *Binding, n, again int) {
	if r == nil || b.Func != "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts.Asked += int64(n)
	r.counts.Deduplicated += int64(again)
}

// claim notes that a value is wanted which may have been asked for early.
func (r *report) claim(of batchOf, key string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if from, ok := r.pending[early{of, key}]; ok {
		delete(r.pending, early{of, key})
		r.count(from)
		return
	}
	if r.wanted == nil {
		r.wanted = map[early]bool{}
	}
	r.wanted[early{of, key}] = true
}

// repeated counts values of a binding that were sent for once more.
func (r *report) repeated(b *Binding, n int) {
	if r == nil || b.Func != "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts.Sent += int64(n)
}

// wrote counts a mutation's call.
func (r *report) wrote(b *Binding) {
	r.ask(b, 1, 0)
	r.repeated(b, 1)
}

// saw notes that the i-th value of a question is there, and where it came from; "" for one that needed no call.
func (r *report) saw(q question, i int, from source, age time.Duration) {
	if r == nil || q.of.binding.Func != "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if q.early && !r.wanted[early{q.of, q.keys[i]}] {
		if r.pending == nil {
			r.pending = map[early]source{}
		}
		r.pending[early{q.of, q.keys[i]}] = from
	} else {
		r.count(from)
	}
	if len(r.values) < maxReported && from != "" {
		v := Value{Binding: q.of.binding.Name, From: from, Age: age.Seconds()}
		if q.of.binding.takesKeys() {
			v.Key = q.keys[i]
		}
		r.values = append(r.values, v)
	}
}

// count counts a value. It holds r.mu.
func (r *report) count(from source) {
	switch from {
	case fromMemory:
		r.counts.Memory++
	case fromRedis:
		r.counts.Redis++
	case fromShared:
		r.counts.Shared++
	case fromUpstream, fromValidated, fromStale:
		r.counts.Sent++
	case "":
		r.counts.Asked-- // there was nothing to ask
	}
}

func (r *report) list() []Value {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Value{}, r.values...)
}

func (r *report) savings(calls []upstream.Call) Savings {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.counts
	for _, c := range calls {
		if !c.Shared {
			s.Calls++
		}
	}
	for _, from := range r.pending {
		if from == fromUpstream || from == fromValidated || from == fromStale {
			s.Wasted++
		}
	}
	s.Memo = s.Asked - s.Deduplicated - s.Memory - s.Redis - s.Shared - s.Sent
	s.Merged = s.Sent + s.Wasted - s.Calls
	return s
}
