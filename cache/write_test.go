package cache_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/cache"
)

// announcer is a tier beyond this process that says what it is told.
type announcer struct {
	cache.Tier

	fails bool
	mu    sync.Mutex // guards told
	told  []string
}

func (a *announcer) tell(format string, v ...any) error {
	a.say(fmt.Sprintf(format, v...))
	if a.fails {
		return errors.New("away")
	}
	return nil
}

func (a *announcer) say(text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.told = append(a.told, text)
}

// took returns what it was told since it was asked for that.
func (a *announcer) took() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	told := a.told
	a.told = nil
	return told
}

func (a *announcer) Arm(_ context.Context, tags []string, after time.Duration) (cache.ID, error) {
	if err := a.tell("arm %q for %v", tags, after); err != nil {
		return cache.ID{}, err
	}
	return cache.ID{Milli: 7}, nil
}

func (a *announcer) End(_ context.Context, arm cache.ID, tags []string, again []time.Duration) error {
	return a.tell("end %d: %q, again after %v", arm.Milli, tags, again)
}

func (a *announcer) Invalidate(_ context.Context, tags []string) error {
	return a.tell("invalidate %q", tags)
}

func TestWrite(t *testing.T) {
	may := []string{"a", cache.Beginning("b")}
	for name, c := range map[string]struct {
		outcome        cache.Outcome
		tags           []string
		fails, refuses bool
		want           []string // told, and "call" where it is made
		err            bool
	}{
		"changed":           {cache.Changed, []string{"a", "b1"}, false, false, []string{`arm ["a" "begin:b"] for 3s`, "call", `end 7: ["a" "b1"], again after []`}, false},
		"changed somehow":   {cache.Changed, nil, false, true, []string{`arm ["a" "begin:b"] for 3s`, "call", `end 7: ["a" "begin:b"], again after []`}, false},
		"unchanged":         {cache.Unchanged, []string{"a"}, false, false, []string{`arm ["a" "begin:b"] for 3s`, "call", `end 7: [], again after []`}, false},
		"unknown":           {cache.Unknown, nil, false, false, []string{`arm ["a" "begin:b"] for 3s`, "call", `end 7: ["a" "begin:b"], again after [1s 5s 30s]`}, false},
		"not told":          {cache.Changed, []string{"a"}, true, false, []string{`arm ["a" "begin:b"] for 3s`, "call", `end 0: ["a"], again after []`}, true},
		"not told, refused": {cache.Changed, []string{"a"}, true, true, []string{`arm ["a" "begin:b"] for 3s`}, true},
		"not told, nothing": {cache.Unchanged, nil, true, false, []string{`arm ["a" "begin:b"] for 3s`, "call"}, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			remote := &announcer{fails: c.fails}
			kept := cache.New(cache.Options{Remote: remote, RefuseWrites: c.refuses})
			ctx, cancel := context.WithCancel(t.Context())
			cancel() // a client that has left
			err := kept.Write(ctx, cache.Write{May: may, Takes: 2 * time.Second, Do: func() (cache.Outcome, []string) {
				remote.say("call")
				return c.outcome, c.tags
			}})
			if (err != nil) != c.err || errors.Is(err, cache.ErrNotSent) != (c.err && c.refuses) {
				t.Errorf("%s: %v", name, err)
			}
			if diff := cmp.Diff(c.want, remote.took()); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		})
	}
}

// What nobody knows to have happened is invalid once more when it may have, without other replicas, and where they cannot be told.
func TestWriteUnknown(t *testing.T) {
	for _, remote := range []*announcer{nil, {fails: true}} {
		synctest.Test(t, func(t *testing.T) {
			o := cache.Options{}
			if remote != nil {
				o.Remote = remote
			}
			kept := cache.New(o)
			_ = kept.Write(t.Context(), cache.Write{May: []string{"a"}, Do: func() (cache.Outcome, []string) { return cache.Unknown, nil }})
			var invalid []time.Duration
			begun, at := time.Now(), kept.Position()
			for range 60 {
				time.Sleep(time.Second)
				synctest.Wait()
				told := remote != nil && slices.Contains(remote.took(), `invalidate ["a"]`)
				if told || !kept.Valid(at, []string{"a"}) {
					invalid = append(invalid, time.Since(begun))
				}
				at = kept.Position()
			}
			if diff := cmp.Diff([]time.Duration{time.Second, 5 * time.Second, 30 * time.Second}, invalid); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
