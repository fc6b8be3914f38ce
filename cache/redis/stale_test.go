package redis_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/cache"
)

// TestNothingStale holds that, whatever happens to Redis and to the connections, no Get serves a version that is older than
// the last one whose invalidation had returned when the Get began: anywhere if it had returned nil, and in its own process
// even if it had returned an error.
func TestNothingStale(t *testing.T) {
	s := newReal(t)
	proxies := []*proxy{newProxy(t, s.addr), newProxy(t, s.addr)}
	var replicas []replica
	for _, p := range proxies {
		o := briefly(p.url())
		o.GetTimeout, o.Slow = 200*time.Millisecond, time.Second // the machine may be busy
		replicas = append(replicas, open(t, o))
	}
	w := &staleWorld{t: t, replicas: replicas, things: make([]staleThing, 4)}
	for i := range w.things {
		w.things[i].here = make([]atomic.Int64, len(replicas))
	}
	ctx, stop := context.WithCancel(t.Context())
	var workers sync.WaitGroup
	for who := range replicas {
		for i := range 6 {
			random := rand.New(rand.NewPCG(uint64(who), uint64(i)))
			workers.Go(func() {
				for ctx.Err() == nil {
					w.step(who, random)
				}
			})
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		w.progress(&w.answers, 200)
		w.trouble(s, proxies, random)
	}
	for _, p := range proxies {
		p.set(pass)
	}
	hits := w.hits.Load()
	eventually(t, "nothing is served after all the trouble", func() bool { return w.hits.Load() > hits+100 })
	stop()
	workers.Wait()
	t.Logf("%d of %d reads were answered, %d were hits", w.answers.Load(), w.reads.Load(), w.hits.Load())
}

// staleWorld is some things that have versions.
type staleWorld struct {
	t                    *testing.T
	replicas             []replica
	things               []staleThing
	reads, answers, hits atomic.Int64
}

type staleThing struct {
	current  atomic.Int64
	anywhere atomic.Int64   // the last version whose invalidation returned nil
	here     []atomic.Int64 // by replica: whose invalidation returned
}

func (w *staleWorld) step(who int, random *rand.Rand) {
	thing := random.IntN(len(w.things))
	switch random.IntN(12) {
	case 0:
		w.write(who, thing)
	case 1, 2:
		w.fill(who, thing)
	default:
		w.read(who, thing)
	}
}

func (w *staleWorld) write(who, thing int) {
	th := &w.things[thing]
	version := th.current.Add(1)
	err := w.replicas[who].Invalidate(context.Background(), []string{fmt.Sprint("thing ", thing)})
	raise(&th.here[who], version)
	if err == nil {
		raise(&th.anywhere, version)
	}
}

func raise(n *atomic.Int64, to int64) {
	for old := n.Load(); old < to && !n.CompareAndSwap(old, to); old = n.Load() {
	}
}

func (w *staleWorld) fill(who, thing int) {
	e := w.replicas[who].entry(fmt.Sprint("key ", thing), "", fmt.Sprint("thing ", thing))
	e.Value = strconv.AppendInt(nil, w.things[thing].current.Load(), 10)
	w.replicas[who].Set(e)
}

func (w *staleWorld) read(who, thing int) {
	th := &w.things[thing]
	atLeast := max(th.anywhere.Load(), th.here[who].Load())
	var found [1]*cache.Entry
	err := w.replicas[who].Get(context.Background(), []cache.Key{cache.Key(fmt.Sprint("key ", thing))}, found[:])
	w.reads.Add(1)
	if err != nil {
		<-time.After(time.Millisecond) // or those who fail at once leave nothing of the machine to the others
	} else {
		w.answers.Add(1)
	}
	if found[0] == nil {
		return
	}
	w.hits.Add(1)
	if version, err := strconv.ParseInt(string(found[0].Value), 10, 64); err != nil || version < atLeast {
		w.t.Errorf("version %q of thing %d is served, though %d was invalidated before", found[0].Value, thing, atLeast)
	}
}

// progress returns when there have been more reads.
func (w *staleWorld) progress(of *atomic.Int64, n int64) {
	w.t.Helper()
	from := of.Load()
	eventually(w.t, "the readers stand still", func() bool { return of.Load() >= from+n })
}

// trouble does something to Redis or to the connections of a replica.
func (w *staleWorld) trouble(s *server, proxies []*proxy, random *rand.Rand) {
	p := proxies[random.IntN(len(proxies))]
	switch random.IntN(8) {
	case 0:
		p.cut()
	case 1:
		p.set(refuse)
		w.progress(&w.reads, 20)
	case 2:
		p.set(hang)
		w.progress(&w.reads, 20)
	case 3:
		p.set(truncate)
	case 4:
		s.do(w.t, "FLUSHALL")
	case 5:
		s.do(w.t, "DEL", logName)
	case 6:
		s.do(w.t, "XTRIM", logName, "MAXLEN", 1)
	case 7:
		s.do(w.t, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
	}
	w.progress(&w.reads, 20)
	p.set(pass)
}
