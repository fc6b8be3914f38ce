package redis_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
	"weft/cache/redis"
)

const logName = "{weft}:log"

// trusts reports whether a replica trusts what it has heard.
func (r replica) trusts() bool { return r.generations.Trusted(cache.InstantOf(time.Now())) }

// lastNaming returns the ID of the last record in the log that names a tag.
func (s *server) lastNaming(t testing.TB, tag string) string {
	t.Helper()
	for _, m := range s.client.XRevRange(t.Context(), logName, "+", "-").Val() {
		if text, _ := m.Values["tags"].(string); strings.Contains(text, strconv.Quote(tag)) {
			return m.ID
		}
	}
	t.Fatalf("the log does not name %q", tag)
	return ""
}

// forgotten reports whether nothing that a replica had in memory at a position counts any more.
func (r replica) forgotten(at cache.Position) bool { return !r.generations.Valid(at.Local, nil) }

func TestReplicasHearEachOther(t *testing.T) {
	s := newServer(t)
	a, b := open(t, redis.Options{URL: s.url()}), open(t, redis.Options{URL: s.url()})
	at := b.generations.Position()
	a.invalidate(t, "tag")
	eventually(t, "the other replica's memory does not hear", func() bool { return !b.generations.Valid(at.Local, []string{"tag"}) })
	if !b.generations.Valid(at.Local, []string{"other"}) {
		t.Error("another tag is invalid too")
	}
}

func TestOneRoundTrip(t *testing.T) {
	s := newServer(t)
	r := open(t, redis.Options{URL: s.url()})
	keys := make([]cache.Key, 50)
	for i := range keys {
		e := r.entry(fmt.Sprint("key ", i), "value")
		keys[i] = e.Key
		r.Set(e)
	}
	r.flush(t)
	before := r.Stats().RoundTrips
	found := make([]*cache.Entry, len(keys))
	if err := r.Get(t.Context(), keys, found); err != nil {
		t.Fatal(err)
	}
	for i, e := range found {
		if e == nil {
			t.Errorf("entry %d is not served", i)
		}
	}
	if got := r.Stats().RoundTrips - before; got != 1 {
		t.Errorf("%d round trips, want 1", got)
	}
}

func TestFlushedByAnOperator(t *testing.T) {
	s := newServer(t)
	a, b := open(t, redis.Options{URL: s.url()}), open(t, redis.Options{URL: s.url()})
	a.keep(t, "key", "1", "tag")
	at := b.generations.Position()
	s.do(t, "FLUSHALL")
	a.lacks(t, "key")
	for _, r := range []replica{a, b} {
		eventually(t, "memory is not flushed", func() bool { return r.forgotten(at) })
	}
	eventually(t, "nothing is kept any more", func() bool {
		a.Set(a.entry("key", "2", "tag"))
		return b.get("key") != nil
	})
}

// A log that is emptied and written at once by somebody else never looks empty to those who only listen.
func TestFlushedAndWrittenAtOnce(t *testing.T) {
	s := newServer(t)
	r := open(t, redis.Options{URL: s.url()})
	at := r.generations.Position()
	if _, err := s.client.TxPipelined(t.Context(), func(p goredis.Pipeliner) error {
		p.FlushAll(t.Context())
		p.XAdd(t.Context(), &goredis.XAddArgs{Stream: logName, Values: []string{"tags", `["other"]`}})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "memory is not flushed", func() bool { return r.forgotten(at) })
}

func TestRestartedWithoutTheLog(t *testing.T) {
	s := newReal(t)
	r := open(t, redis.Options{URL: s.url()})
	r.keep(t, "key", "1", "tag")
	at := r.generations.Position()
	s.kill(t)
	eventually(t, "it goes unnoticed that Redis is away", func() bool { return !r.Stats().Connected })
	s.run(t)
	eventually(t, "memory is not flushed", func() bool { return r.forgotten(at) })
	eventually(t, "nothing is kept any more", func() bool {
		r.Set(r.entry("key", "2", "tag"))
		return r.get("key") != nil
	})
}

// A log that begins anew on a machine whose clock is behind goes on after the old one: else what was noted in the old one
// would be ahead of it, and count as valid when it has caught up.
func TestClockGoesBack(t *testing.T) {
	s := newServer(t)
	r := open(t, redis.Options{URL: s.url()})
	ahead := cache.ID{Milli: uint64(time.Now().Add(time.Hour).UnixMilli()), Seq: 7}
	add := goredis.XAddArgs{Stream: logName, ID: fmt.Sprintf("%d-%d", ahead.Milli, ahead.Seq), Values: []string{"tags", `["tag"]`}}
	if err := s.client.XAdd(t.Context(), &add).Err(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the record is not heard", func() bool { return r.Stats().Position == ahead })
	s.do(t, "DEL", logName)
	eventually(t, "the log does not begin anew", func() bool { return r.Stats().Position.Compare(ahead) > 0 && r.Stats().Connected })
	r.keep(t, "key", "1", "tag")
	r.has(t, "key")
	r.invalidate(t, "tag")
	r.lacks(t, "key")
}

// The record is acknowledged, heard by its writer only, and gone, as after a failover to a replica that had not got it.
func TestLostTailOfTheLog(t *testing.T) {
	s := newServer(t)
	p := newProxy(t, s.addr)
	a, b := open(t, redis.Options{URL: s.url()}), open(t, redis.Options{URL: p.url()})
	a.keep(t, "key", "1", "tag")
	b.has(t, "key")
	p.set(refuse)
	a.invalidate(t, "tag")
	a.flush(t)
	s.do(t, "XDEL", logName, s.lastNaming(t, "tag"))
	a.lacks(t, "key")
	p.set(pass)
	eventually(t, "the log's writer does not notice", func() bool { return a.Stats().Doubts > 1 && a.Stats().Connected })
	eventually(t, "the other replica does not come back", func() bool { return b.Stats().Connected })
	b.lacks(t, "key")
	b.keep(t, "key", "2", "tag")
	a.flush(t)
	a.has(t, "key")
}

func TestTrimmedBeyondOurPlace(t *testing.T) {
	s := newServer(t)
	p := newProxy(t, s.addr)
	a, b := open(t, redis.Options{URL: s.url()}), open(t, redis.Options{URL: p.url()})
	b.keep(t, "old", "1", "tag")
	at, doubts := b.generations.Position(), a.Stats().Doubts
	p.set(refuse)
	for i := range 20 {
		a.invalidate(t, fmt.Sprint("tag ", i))
	}
	a.flush(t) // or its position lags behind
	a.keep(t, "new", "1", "tag")
	s.do(t, "XTRIM", logName, "MAXLEN", "3")
	p.set(pass)
	eventually(t, "memory is not flushed", func() bool { return b.forgotten(at) && b.Stats().Connected })
	b.lacks(t, "old")
	b.has(t, "new")
	a.has(t, "old")
	if got := a.Stats().Doubts; got != doubts {
		t.Errorf("who had heard everything doubts too: %d times, want %d", got, doubts)
	}
}

func TestMoreThanOnePageMissed(t *testing.T) {
	s := newServer(t)
	p := newProxy(t, s.addr)
	a, b := open(t, redis.Options{URL: s.url()}), open(t, redis.Options{URL: p.url()})
	old := a.keep(t, "old", "1", "tag 7")
	at, doubts := b.generations.Position(), b.Stats().Doubts
	p.set(refuse)
	if _, err := s.client.Pipelined(t.Context(), func(pipe goredis.Pipeliner) error {
		for i := range 2500 {
			pipe.XAdd(t.Context(), &goredis.XAddArgs{Stream: logName, Values: []string{"tags", fmt.Sprintf(`["tag %d"]`, i)}})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	p.set(pass)
	eventually(t, "the last page is not heard", func() bool { return !b.generations.Valid(at.Local, []string{"tag 2499"}) })
	b.lacks(t, "old")
	if b.generations.ValidShared(old.Position.Shared, old.Tags) || b.forgotten(at) || b.Stats().Doubts != doubts {
		t.Error("what was missed was not read, but doubted")
	}
}

func TestConnectionsKilled(t *testing.T) {
	s := newReal(t)
	a, b := open(t, redis.Options{URL: s.url()}), open(t, redis.Options{URL: s.url()})
	a.keep(t, "key", "1", "tag")
	before := b.Stats()
	at := b.generations.Position()
	s.do(t, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
	eventually(t, "it goes unnoticed", func() bool { return b.Stats().Disconnects > before.Disconnects })
	eventually(t, "it does not reconnect", func() bool { return b.Stats().Connected && a.Stats().Connected })
	b.has(t, "key")
	if b.forgotten(at) || b.Stats().Doubts != before.Doubts {
		t.Error("memory was flushed, though nothing was missed")
	}
	a.invalidate(t, "tag")
	eventually(t, "the other replica does not hear", func() bool { return !b.generations.Valid(at.Local, []string{"tag"}) })
}

func TestStartsWithALogThatIsThere(t *testing.T) {
	s := newServer(t)
	a := open(t, redis.Options{URL: s.url()})
	a.keep(t, "old", "1", "tag")
	a.keep(t, "kept", "1", "other")
	a.invalidate(t, "tag")
	b := open(t, redis.Options{URL: s.url()})
	b.lacks(t, "old")
	b.has(t, "kept")
}

func TestManyTags(t *testing.T) {
	s := newServer(t)
	a, b := open(t, redis.Options{URL: s.url()}), open(t, redis.Options{URL: s.url()})
	tags := make([]string, 1000)
	for i := range tags {
		tags[i] = fmt.Sprint("tag ", i)
		a.Set(a.entry(fmt.Sprint("key ", i), "1", tags[i]))
	}
	a.flush(t)
	b.has(t, "key 999")
	a.invalidate(t, tags...)
	for i := range tags {
		b.lacks(t, fmt.Sprint("key ", i))
	}
	last := s.client.XRangeN(t.Context(), logName, "("+s.lastNaming(t, "tag 999"), "+", 1).Val()
	if got := last[0].Values["tags"]; got != "[]" {
		t.Errorf("the last record, which each Get reads again, is %.60v, want an empty one", got)
	}
}

// Somebody else has written to the log what nobody understands.
func TestPoisonedLog(t *testing.T) {
	for _, fields := range [][]string{{"tags", `{`}, {"tags", `[1]`}, {"x", "y"}, {"tags64", `["?"]`}, {"tags", "[]", "tags64", "[]"}} {
		s := newServer(t)
		r := open(t, redis.Options{URL: s.url()})
		r.keep(t, "key", "1", "tag")
		if err := s.client.XAdd(t.Context(), &goredis.XAddArgs{Stream: logName, Values: fields}).Err(); err != nil {
			t.Fatal(err)
		}
		r.lacks(t, "key")
		r.keep(t, "key", "2", "tag")
		r.has(t, "key")
	}
}

func TestNoLogButSomethingElse(t *testing.T) {
	s := newServer(t)
	s.do(t, "SET", logName, "1")
	r := openAbsent(t, redis.Options{URL: s.url()})
	eventually(t, "it goes unnoticed", func() bool { return r.Stats().Disconnects > 0 })
	r.lacks(t, "key")
	s.do(t, "DEL", logName)
	eventually(t, "it does not recover", func() bool { return r.Stats().Connected })
}

func TestClosed(t *testing.T) {
	s := newServer(t)
	r := open(t, redis.Options{URL: s.url()})
	e := r.keep(t, "key", "1", "tag")
	r.Close()
	r.Close()
	r.lacks(t, "key")
	r.Set(e)
	if err := r.Invalidate(context.Background(), []string{"tag"}); err == nil {
		t.Error("Invalidate: no error")
	}
	if r.generations.Valid(e.Position.Local, e.Tags) {
		t.Error("the entry is still valid in this process")
	}
	if r.trusts() {
		t.Error("memory is trusted though nothing is heard any more")
	}
}
