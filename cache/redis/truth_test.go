package redis_test

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"weft/cache"
	"weft/cache/memory"
	"weft/cache/redis"
)

// patient is a budget for a busy machine, where Redis answers.
const patient = 20 * time.Second

// promised is a replica with memory, and with the promised times.
type promised struct {
	replica
	*cache.Cache
}

// openPromised opens one that waits so long for its writes.
func openPromised(t *testing.T, url string, budget time.Duration, o cache.Options) promised {
	t.Helper()
	r := open(t, redis.Options{URL: url, GetTimeout: 200 * time.Millisecond, SetTimeout: budget, Slow: time.Second})
	kept := memory.New(memory.Options{Generations: r.generations})
	t.Cleanup(kept.Close)
	o.Memory, o.Remote, o.Generations, o.Secret = kept, r.Tier, r.generations, []byte("secret")
	return promised{r, cache.New(o)}
}

// keeps has a replica keep a value of a tag that was asked for now, in memory and Redis.
func (p promised) keeps(key, value, tag string) {
	e := p.entry(key, value, tag)
	e.Asked = cache.InstantOf(time.Now())
	p.Keep(e, false)
}

// serves returns what a replica serves; "": nothing.
func (p promised) serves(key string) string {
	f := p.Reading(cache.Memory|cache.Remote).Get(context.Background(), []cache.Key{cache.Key(key)}, cache.Query{})
	if f[0].Entry == nil {
		return ""
	}
	return string(f[0].Entry.Value)
}

// writes is a write that changes what has a tag, and takes what do takes.
func writes(tag string, do func() cache.Outcome) cache.Write {
	return cache.Write{May: []string{tag}, Takes: 500 * time.Millisecond, Do: func() (cache.Outcome, []string) { return do(), nil }}
}

func changed() cache.Outcome { return cache.Changed }

// TestUntilUntrusted holds that a replica that cannot be told serves nothing from before a write, neither from memory nor from Redis, 2.5 s
// after it, whatever keeps it from hearing, and that it serves again when that is over. That it does so before is no promise.
func TestUntilUntrusted(t *testing.T) {
	for name, fault := range map[string]struct {
		begin, end func(t *testing.T, s *server, p *proxy)
		told       bool // the writer is
	}{
		"the reader is cut off": {
			func(_ *testing.T, _ *server, p *proxy) { p.set(refuse) },
			func(_ *testing.T, _ *server, p *proxy) { p.set(pass) }, true,
		},
		"the reader hears nothing": {
			func(_ *testing.T, _ *server, p *proxy) { p.set(hang) },
			func(_ *testing.T, _ *server, p *proxy) { p.set(pass) }, true,
		},
		"Redis is killed": {
			func(t *testing.T, s *server, _ *proxy) { s.kill(t) },
			func(t *testing.T, s *server, _ *proxy) { s.run(t) }, false,
		},
		"Redis is stopped": {
			func(_ *testing.T, s *server, _ *proxy) { _ = s.cmd.Process.Signal(syscall.SIGSTOP) },
			func(_ *testing.T, s *server, _ *proxy) { _ = s.cmd.Process.Signal(syscall.SIGCONT) }, false,
		},
		"Redis takes no writes": {
			func(t *testing.T, s *server, _ *proxy) { s.do(t, "REPLICAOF", "127.0.0.1", "1") },
			func(t *testing.T, s *server, _ *proxy) { s.do(t, "REPLICAOF", "NO", "ONE") }, false,
		},
		"Redis is full": {
			func(t *testing.T, s *server, _ *proxy) { s.do(t, "CONFIG", "SET", "maxmemory", "1") },
			func(t *testing.T, s *server, _ *proxy) { s.do(t, "CONFIG", "SET", "maxmemory", "0") }, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newReal(t)
			p := newProxy(t, s.addr)
			budget := patient
			if !fault.told {
				budget = 300 * time.Millisecond
			}
			writer, reader := openPromised(t, s.url(), budget, cache.Options{}), openPromised(t, p.url(), 300*time.Millisecond, cache.Options{})
			reader.keeps("key", "old", "tag")
			eventually(t, "the value is not in Redis", func() bool { return writer.serves("key") == "old" })
			fault.begin(t, s, p)
			if err := writer.Write(t.Context(), writes("tag", changed)); (err == nil) != fault.told {
				t.Errorf("the write says %v", err)
			}
			written := cache.InstantOf(time.Now())
			if got := writer.serves("key"); got != "" {
				t.Errorf("the writer serves %q", got)
			}
			for {
				asked := cache.InstantOf(time.Now())
				if got := reader.serves("key"); got == "old" && asked > written.Add(2500*time.Millisecond) {
					t.Errorf("it is served %v after the write", time.Duration(asked-written))
				}
				if asked > written.Add(3*time.Second) {
					break
				}
				<-time.After(10 * time.Millisecond)
			}
			fault.end(t, s, p)
			i := 0
			eventually(t, "it does not trust again", func() bool {
				key := fmt.Sprint("new ", i)
				i += 1
				reader.keeps(key, "1", "tag")
				return reader.trusts() && writer.serves(key) == "1"
			})
			eventually(t, "the write is not heard of", func() bool { return reader.serves("key") == "" })
		})
	}
}

// A replica that was stopped for a while trusts nothing that it has heard before, from its first read on: nobody has to notice.
func TestTrustEndsByItself(t *testing.T) {
	s := newServer(t)
	p := newProxy(t, s.addr)
	r := openPromised(t, p.url(), 300*time.Millisecond, cache.Options{})
	p.set(hang)
	eventually(t, "it is trusted for good", func() bool { return !r.trusts() })
	if r.Tier.Stats().Connected || !r.Tier.Stats().Synced {
		t.Errorf("%+v", r.Tier.Stats())
	}
	if err := r.Tier.Get(t.Context(), []cache.Key{"key"}, make([]*cache.Entry, 1)); err == nil {
		t.Error("Redis is asked")
	}
	p.set(pass)
	eventually(t, "it does not trust again", r.trusts)
}

// TestArmed holds that what a write has changed is invalid elsewhere, though its end was never logged: any replica that lives fires
// the arm, and says so to those who come later.
func TestArmed(t *testing.T) {
	for name, then := range map[string]fault{"killed": hang, "cut off": refuse} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newReal(t)
			p := newProxy(t, s.addr)
			writer, a, b := openPromised(t, p.url(), 2*time.Second, cache.Options{}), openPromised(t, s.url(), patient, cache.Options{}), openPromised(t, s.url(), patient, cache.Options{})
			_ = writer.Write(t.Context(), writes("tag", func() cache.Outcome {
				p.set(then)
				a.keeps("key", "old", "tag") // asked for before the service has committed
				b.keeps("other", "1", "another tag")
				return cache.Changed
			}))
			eventually(t, "the arm is not fired", func() bool { return a.serves("key") == "" && b.serves("key") == "" })
			late := openPromised(t, s.url(), patient, cache.Options{})
			if got := late.serves("key"); got != "" {
				t.Errorf("who starts later serves %q", got)
			}
			if late.serves("other") == "" {
				t.Error("too much is invalid")
			}
		})
	}
}

// A write of which nobody knows what became makes what it may change invalid more than once, everywhere, by whatever replica lives.
func TestOutcomeUnknown(t *testing.T) {
	s := newServer(t)
	writer, other := openPromised(t, s.url(), patient, cache.Options{}), openPromised(t, s.url(), patient, cache.Options{})
	if err := writer.Write(t.Context(), writes("tag", func() cache.Outcome { return cache.Unknown })); err != nil {
		t.Fatal(err)
	}
	logged := func(field string) (n int) {
		for _, m := range s.client.XRange(t.Context(), logName, "-", "+").Val() {
			if m.Values[field] != nil {
				n++
			}
		}
		return n
	}
	if got := logged("after"); got != 4 {
		t.Errorf("%d arms, want that of the write and three more", got)
	}
	for round := range 2 { // after 1 s, and 5 s
		eventually(t, "the last time is not over", func() bool { return logged("ends") > round })
		writer.flush(t)
		other.flush(t)
		for i, r := range []promised{writer, other} {
			r.keeps(fmt.Sprint("key ", i), "old", "tag") // filled again, before the service commits
		}
		eventually(t, "it is not invalid once more", func() bool {
			return writer.serves("key 0")+other.serves("key 0")+writer.serves("key 1")+other.serves("key 1") == ""
		})
	}
}

// What is refused is not sent; what proceeds says that others do not know, and is logged when Redis takes it.
func TestWritesOfWhichNobodyCanBeTold(t *testing.T) {
	for _, refuses := range []bool{false, true} {
		s := newServer(t)
		p := newProxy(t, s.addr)
		w, other := openPromised(t, p.url(), patient, cache.Options{RefuseWrites: refuses}), openPromised(t, s.url(), patient, cache.Options{})
		sent := 0
		write := writes("tag", func() cache.Outcome {
			sent++
			return cache.Changed
		})
		if err := w.Write(t.Context(), write); err != nil || sent != 1 {
			t.Fatalf("sent %d times: %v", sent, err)
		}
		other.keeps("key", "old", "tag")
		p.set(refuse)
		err := w.Write(t.Context(), write)
		if refused := errors.Is(err, cache.ErrNotSent); err == nil || refused != refuses || (sent == 1) != refuses {
			t.Errorf("refuses %t: sent %d times: %v", refuses, sent, err)
		}
		if w.Tier.Stats().Arms.Failed != 1 {
			t.Errorf("%+v", w.Tier.Stats())
		}
		p.set(pass)
		if !refuses {
			eventually(t, "others do not hear of it", func() bool { return other.serves("key") == "" })
		}
		eventually(t, "nothing can be written any more", func() bool { return w.Write(t.Context(), write) == nil })
	}
}

// What certainly changed nothing invalidates nothing, and its arm is not fired.
func TestUnchanged(t *testing.T) {
	s := newServer(t)
	w, other := openPromised(t, s.url(), patient, cache.Options{}), openPromised(t, s.url(), patient, cache.Options{})
	at := other.generations.Position()
	if err := w.Write(t.Context(), writes("tag", func() cache.Outcome { return cache.Unchanged })); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(t.Context(), writes("last", func() cache.Outcome { return cache.Unknown })); err != nil { // fires after as long
		t.Fatal(err)
	}
	eventually(t, "the other one is not heard of", func() bool { return !other.generations.Valid(at.Local, []string{"last"}) })
	fires := other.generations.Position()
	eventually(t, "the other one does not fire", func() bool { return !other.generations.Valid(fires.Local, []string{"last"}) })
	if !other.generations.Valid(at.Local, []string{"tag"}) {
		t.Error("it is invalid")
	}
}

// TestFailover holds that what a failover loses of the log is not lost to others, as long as somebody is connected who has heard or written
// it: the end of a write makes everything invalid, and an arm is announced once more.
func TestFailover(t *testing.T) {
	s := newReal(t)
	writers, others := newProxy(t, s.addr), newProxy(t, s.addr)
	writer, other := openPromised(t, writers.url(), patient, cache.Options{}), openPromised(t, others.url(), patient, cache.Options{})
	loses := func(during func()) {
		s.do(t, "COPY", logName, "{weft}:copy")
		others.set(refuse)
		eventually(t, "the other one hears", func() bool { return !other.Tier.Stats().Connected })
		during()
		s.do(t, "RENAME", "{weft}:copy", logName)
	}
	other.keeps("key", "old", "tag")
	doubts := writer.Tier.Stats().Doubts
	loses(func() {
		if err := writer.Write(t.Context(), writes("tag", changed)); err != nil {
			t.Error(err)
		}
	})
	eventually(t, "the writer does not notice", func() bool { return writer.Tier.Stats().Doubts > doubts && writer.Tier.Stats().Connected })
	others.set(pass)
	eventually(t, "the other one does not hear of it", func() bool { return other.Tier.Stats().Connected && other.serves("key") == "" })

	loses(func() {
		if _, err := writer.Arm(t.Context(), []string{"tag"}, 3*time.Second); err != nil {
			t.Error(err)
		}
	})
	eventually(t, "it is not announced once more", func() bool {
		for _, m := range s.client.XRange(t.Context(), logName, "-", "+").Val() {
			if m.Values["tags"] == `["tag"]` && m.Values["after"] != nil {
				return true
			}
		}
		return false
	})
	writers.set(hang) // and dies
	others.set(pass)
	eventually(t, "the other one does not come back", func() bool { return other.Tier.Stats().Connected })
	other.keeps("key", "old", "tag")
	eventually(t, "the arm is not fired", func() bool { return other.serves("key") == "" })
	writers.set(pass)
}
