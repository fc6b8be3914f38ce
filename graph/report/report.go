package report

import (
	"time"

	"weft/graph/fetch"
	"weft/upstream"
)

// Report is extensions.weft; the package's documentation says what its members are.
type Report struct {
	From   string  `json:"from"`
	Answer *Answer `json:"answer,omitempty"`
	Asked  int64   `json:"asked"`

	Caching      Caching      `json:"caching"`
	Batching     Batching     `json:"batching"`
	Asynchronous Asynchronous `json:"asynchronous"`
	Compression  Compression  `json:"compression"`
	Parallel     Parallel     `json:"parallel"`
	Avoided      Avoided      `json:"avoided"`

	Cost   any             `json:"cost,omitempty"`
	Calls  []upstream.Call `json:"calls"`
	Values []fetch.Value   `json:"values"`
}

// Answer is a whole answer that no run of the operation's own has made.
type Answer struct {
	From   string  `json:"from"`
	Age    float64 `json:"age"`
	Values int64   `json:"values"`
	Calls  int64   `json:"calls"`
}

// Caching is what had been loaded before.
type Caching struct {
	Answer int64 `json:"answer"`
	Memo   int64 `json:"memo"`
	Memory int64 `json:"memory"`
	Redis  int64 `json:"redis"`
	Stale  int64 `json:"stale"`
}

// Batching is many keys in one call.
type Batching struct {
	Sent   int64 `json:"sent"`
	Merged int64 `json:"merged"`
	Calls  int64 `json:"calls"`
	Split  int64 `json:"split,omitempty"`

	Repeated int64 `json:"repeated,omitempty"`
}

// Asynchronous is what did not wait, or is not waited for.
type Asynchronous struct {
	Early     int64 `json:"early"`
	Wasted    int64 `json:"wasted"`
	Refreshes int64 `json:"refreshes"`
}

// Compression is bytes before and after, in both directions.
type Compression struct {
	Upstreams Bytes `json:"upstreams"`
	Client    Coded `json:"client"`
}

// Bytes are those of bodies.
type Bytes struct {
	Bytes int64 `json:"bytes"`
	Wire  int64 `json:"wire"`
}

// Coded is a body in a content coding.
type Coded struct {
	Coding string `json:"coding"`
	Bytes
}

// Parallel is what ran at the same time.
type Parallel struct {
	Sum     float64 `json:"sum"`
	Elapsed float64 `json:"elapsed"`
	Saved   float64 `json:"saved"`
}

// Avoided is what was not asked for, or not sent.
type Avoided struct {
	Deduplicated int64 `json:"deduplicated"`
	Shared       int64 `json:"shared"`
	Prefetched   int64 `json:"prefetched"`
	NotModified  int64 `json:"notModified"`
	Members      int64 `json:"members"`
}

// Of returns the report of an operation that has ended, by its record; nil: nothing is known of it. What only others know, Cost and
// Compression.Client, is theirs to say.
func Of(r *fetch.Record) *Report {
	out := &Report{From: "run", Calls: []upstream.Call{}, Values: []fetch.Value{}}
	if r == nil {
		return out
	}
	s := r.Savings()
	out.Asked = s.Asked
	out.Caching = Caching{Memo: s.Memo, Memory: s.Memory, Redis: s.Redis, Stale: s.Stale}
	out.Batching = Batching{Sent: s.Sent, Merged: s.Merged, Calls: s.Calls, Split: s.Split, Repeated: s.Repeated}
	out.Asynchronous = Asynchronous{Early: s.Early, Wasted: s.Wasted, Refreshes: s.Refreshes}
	out.Avoided = Avoided{Deduplicated: s.Deduplicated, Shared: s.Shared, Prefetched: s.Prefetched, NotModified: s.Validated}
	out.Calls, out.Values = r.Calls(), r.Values()
	for _, c := range out.Calls {
		out.Compression.Upstreams.Bytes += int64(c.Bytes)
		out.Compression.Upstreams.Wire += int64(c.Wire)
		out.Avoided.Members += int64(c.Members.Of - c.Members.Asked)
	}
	out.Parallel = parallel(out.Calls)
	out.whole(r.Answer)
	return out
}

// whole adds a whole answer that the operation got; nil: it got none.
func (r *Report) whole(a *fetch.WholeAnswer) {
	if a == nil {
		return
	}
	r.From = "answer"
	r.Answer = &Answer{From: a.From.String(), Age: a.Age.Seconds(), Values: a.Values, Calls: a.Calls}
	r.Asked += a.Values
	if a.From == fetch.FromShared {
		r.Avoided.Shared += a.Values
	} else {
		r.Caching.Answer += a.Values
	}
}

// parallel adds up calls, which are in the order in which they began.
func parallel(calls []upstream.Call) Parallel {
	var sum, elapsed, until time.Duration
	for _, c := range calls {
		end := c.Start + c.Duration
		sum += c.Duration
		elapsed += max(0, end-max(until, c.Start))
		until = max(until, end)
	}
	return Parallel{Sum: milliseconds(sum), Elapsed: milliseconds(elapsed), Saved: milliseconds(sum - elapsed)}
}

// milliseconds are exact to the microsecond.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
