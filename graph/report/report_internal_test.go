package report

import (
	"testing"
	"time"

	"weft/graph/fetch"
	"weft/upstream"
)

// TestParallel holds that time is counted once in which several calls were running, and not at all in which none was.
func TestParallel(t *testing.T) {
	call := func(start, duration time.Duration) upstream.Call {
		return upstream.Call{Start: start * time.Millisecond, Duration: duration * time.Millisecond}
	}
	for name, tt := range map[string]struct {
		calls []upstream.Call
		want  Parallel
	}{
		"None":     {nil, Parallel{}},
		"Together": {[]upstream.Call{call(0, 10), call(2, 10), call(2, 3)}, Parallel{Sum: 23, Elapsed: 12, Saved: 11}},
		"Apart":    {[]upstream.Call{call(5, 10), call(20, 5)}, Parallel{Sum: 15, Elapsed: 15}},
		"Within":   {[]upstream.Call{call(0, 30), call(5, 5), call(40, 1)}, Parallel{Sum: 36, Elapsed: 31, Saved: 5}},
	} {
		if got := parallel(tt.calls); got != tt.want {
			t.Errorf("%s: got %+v, want %+v", name, got, tt.want)
		}
	}
}

// TestWholeAnswer holds that the values of a whole answer count where it came from.
func TestWholeAnswer(t *testing.T) {
	kept := Of(&fetch.Record{Answer: &fetch.WholeAnswer{From: fetch.FromRedis, Age: time.Second, Values: 5, Calls: 3}})
	if kept.From != "answer" || kept.Asked != 5 || kept.Caching.Answer != 5 || *kept.Answer != (Answer{From: "redis", Age: 1, Values: 5, Calls: 3}) {
		t.Errorf("kept: got %+v", kept)
	}
	shared := Of(&fetch.Record{Answer: &fetch.WholeAnswer{From: fetch.FromShared, Values: 5, Calls: 3}})
	if shared.Asked != 5 || shared.Avoided.Shared != 5 || shared.Caching.Answer != 0 {
		t.Errorf("shared: got %+v", shared)
	}
	if ran := Of(nil); ran.From != "run" || ran.Answer != nil || ran.Calls == nil || ran.Values == nil {
		t.Errorf("nothing is known: got %+v", ran)
	}
}
