package jobs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/graph/jobs"
	"weft/graph/persisted"
)

// front is a job without a reason to run again.
func front() jobs.Job {
	return jobs.Job{
		Name: "front", Document: "query A { name(of: 1) } query B($n: Int!) { name(of: $n) }", Operation: "B",
		Variables: json.RawMessage(`{"n": 2}`), Headers: map[string][]string{"Accept-Language": {"en"}},
	}
}

const ranB = "Bmap[n:2] map[Accept-Language:[en]] "

// start starts jobs in a bubble.
func start(t *testing.T, s *shop, all ...jobs.Job) *jobs.Runner {
	t.Helper()
	r, err := s.jobs(t, all...)
	if err != nil {
		t.Fatal(err)
	}
	r.Start(t.Context())
	synctest.Wait()
	return r
}

func want(t *testing.T, s *shop, runs ...string) {
	t.Helper()
	synctest.Wait()
	if diff := cmp.Diff(runs, s.ran()); diff != "" {
		t.Errorf("runs (-want +got):\n%s", diff)
	}
}

// A job runs at the start, as it is declared, and then once in its period; it takes nothing that is older than half of that.
func TestEvery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		j := front()
		j.Every = time.Hour
		r := start(t, s, j)
		want(t, s, ranB+"30m0s")
		next := r.Status()[0].Next
		time.Sleep(time.Until(next) - time.Millisecond)
		want(t, s)
		s.set(func() { s.takes = time.Second })
		time.Sleep(time.Millisecond)
		want(t, s, ranB+"30m0s")
		time.Sleep(time.Second)
		synctest.Wait()
		got := r.Status()[0]
		if late := got.Next.Sub(next); late < 54*time.Minute || late > 66*time.Minute {
			t.Errorf("it runs again %s later, want an hour or so", late)
		}
		got.Next = time.Time{}
		if diff := cmp.Diff(jobs.Status{Name: "front", Runs: 2, Last: time.Now(), Duration: 1000}, got); diff != "" {
			t.Errorf("status (-want +got):\n%s", diff)
		}
	})
}

// Start waits for the jobs that warm, side by side, and no longer than it may. Others it does not wait for.
func TestWarm(t *testing.T) {
	for name, tt := range map[string]struct {
		warm        bool
		takes, want time.Duration
	}{
		"InTime":  {true, 2 * time.Second, 2 * time.Second},
		"TooLate": {true, 8 * time.Second, 5 * time.Second},
		"Cold":    {false, 2 * time.Second, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newShop(t)
				s.takes = tt.takes
				var all []jobs.Job
				for i := range 4 {
					j := front()
					j.Name, j.Warm = fmt.Sprint(j.Name, i), tt.warm
					all = append(all, j)
				}
				r, err := s.jobs(t, all...)
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				began := time.Now()
				r.Start(ctx)
				if got := time.Since(began); got != tt.want {
					t.Errorf("it took %s, want %s", got, tt.want)
				}
				time.Sleep(10 * time.Second)
				synctest.Wait()
				for _, j := range r.Status() {
					if j.Runs != 1 || j.Failures != 0 {
						t.Errorf("got %+v, want one run", j)
					}
				}
			})
		})
	}
}

// A job whose answer was invalidated runs again, once for as many invalidations as there were; also for one that comes while it runs.
func TestOnInvalidation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		j, other := front(), jobs.Job{Name: "other", Document: "{ name(of: 3) }", Every: time.Hour}
		j.OnInvalidation = true
		start(t, s, j, other)
		if runs := s.ran(); len(runs) != 2 {
			t.Errorf("got %q, want both at the start", runs)
		}
		time.Sleep(time.Minute)
		want(t, s)
		s.invalidate(t)
		s.set(func() { s.takes = 9 * time.Second })
		time.Sleep(2 * time.Second)
		want(t, s, ranB+"0s")
		s.invalidate(t)
		time.Sleep(6 * time.Second)
		want(t, s) // it still runs
		time.Sleep(4 * time.Second)
		want(t, s, ranB+"0s")
		time.Sleep(time.Minute)
		want(t, s)
	})
}

// A run that fails is tried again after half a minute, and told.
func TestFailure(t *testing.T) {
	for name, tt := range map[string]struct {
		fail func(*shop)
		want string
	}{
		"Error": {func(s *shop) { s.err = errDown }, `"error":"internal error","last":"2000-01-01T00:00:00Z","duration":0}`},
		"Panic": {func(s *shop) { s.panics = true }, `"error":"internal error","last":"2000-01-01T00:00:00Z","duration":0}`},
		"Timeout": {
			func(s *shop) { s.takes = time.Minute },
			`"error":"the request took too long","last":"2000-01-01T00:00:10Z","duration":10000}`,
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newShop(t)
			tt.fail(s)
			j := front()
			j.Warm = true
			r := start(t, s, j)
			s.ran()
			text, err := json.Marshal(r.Status()[0])
			if want := `{"name":"front","runs":1,"failures":1,` + tt.want; err != nil || string(text) != want {
				t.Errorf("%s: got %s, %v, want %s", name, text, err, want)
			}
			s.set(func() { s.err, s.panics, s.takes = nil, false, 0 })
			time.Sleep(29 * time.Second)
			want(t, s)
			time.Sleep(3 * time.Second)
			want(t, s, ranB+"0s")
			if got := r.Status()[0]; got.Runs != 2 || got.Failures != 1 || got.Error != "" {
				t.Errorf("got %+v, want a second run without an error", got)
			}
			time.Sleep(time.Minute)
			want(t, s)
		})
	}
}

// A job may be an operation of a manifest: what it is at each run.
func TestOfAManifest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		install := func(id, name string) {
			t.Helper()
			text := "query " + name + "($n: Int!) { name(of: $n) }"
			if _, err := s.engine.Install(t.Context(), []persisted.Operation{{ID: id, Text: text, Manifest: "a.json"}}); err != nil {
				t.Fatal(err)
			}
		}
		install("front", "A")
		j := front()
		j.ID, j.Document, j.Operation, j.Every, j.Headers = "front", "", "", time.Minute, nil
		r := start(t, s, j)
		want(t, s, "Amap[n:2] map[] 30s")
		install("front", "B")
		time.Sleep(time.Until(r.Status()[0].Next))
		want(t, s, "Bmap[n:2] map[] 30s")
		install("another", "C")
		time.Sleep(time.Until(r.Status()[0].Next))
		want(t, s)
		if got := r.Status()[0]; got.Failures != 1 || got.Error != "PersistedQueryNotFound" {
			t.Errorf("got %+v, want a failure: it is not found", got)
		}
	})
}

// What the process ends is no failure.
func TestEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		s.takes = time.Second
		r := start(t, s, front())
		s.schedule.Close(t.Context())
		if got := r.Status()[0]; got.Runs != 1 || got.Failures != 0 {
			t.Errorf("got %+v, want one run: there was time", got)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		s.takes = time.Second
		r := start(t, s, front())
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		s.schedule.Close(ctx)
		if got := r.Status()[0]; got.Runs != 0 {
			t.Errorf("got %+v, want no run", got)
		}
	})
}

// What is wrong with jobs is said before anything runs, of all of them at once.
func TestRefused(t *testing.T) {
	s := newShop(t)
	bad := func(name string, change func(*jobs.Job)) jobs.Job {
		j := front()
		j.Name = name
		change(&j)
		return j
	}
	_, err := s.jobs(t,
		bad("typo", func(j *jobs.Job) { j.Document = "query B {\n  nam(of: 1)\n}" }),
		bad("id", func(j *jobs.Job) { j.ID, j.Document = "front", "" }),
		bad("none", func(j *jobs.Job) { j.Document = "fragment F on Query { name(of: 1) }" }),
		bad("which", func(j *jobs.Job) { j.Operation = "" }),
		bad("writes", func(j *jobs.Job) { j.Document, j.Operation = "mutation { rename }", "" }),
		bad("variable", func(j *jobs.Job) { j.Variables = json.RawMessage(`{"n": "two"}`) }),
		bad("list", func(j *jobs.Job) { j.Variables = json.RawMessage(`[]`) }),
		front(),
	)
	const want = `jobs.typo: document: 2:3: Cannot query field "nam" on type "Query". Did you mean "name"?
jobs.id: id: no manifest has an operation of this schema with the id front
jobs.none: document: no operation provided
jobs.which: document: the document has several operations: name one of them
jobs.writes: document: it is a mutation: jobs keep what queries read
jobs.variable: variables: `
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want it to begin with %s", err, want)
	}
	if n := strings.Count(fmt.Sprint(err), "\n"); n != 6 {
		t.Errorf("got %d lines more, want 6: %v", n, err)
	}
}
