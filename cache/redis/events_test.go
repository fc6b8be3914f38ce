package redis_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
	"weft/cache/redis"
)

const eventsName = "{weft}:events"

// publish adds an entry to the inbox, as another service does.
func (s *server) publish(t testing.TB, fields ...string) {
	t.Helper()
	if err := s.client.XAdd(t.Context(), &goredis.XAddArgs{Stream: eventsName, Values: fields}).Err(); err != nil {
		t.Fatal(err)
	}
}

// unacknowledged returns how many entries of the inbox were read and not acknowledged.
func (s *server) unacknowledged(t testing.TB) int64 {
	t.Helper()
	p, err := s.client.XPending(t.Context(), eventsName, "weft").Result()
	if err != nil {
		t.Fatal(err)
	}
	return p.Count
}

func TestEvents(t *testing.T) {
	s := newServer(t)
	a, b := open(t, redis.Options{URL: s.url()}), open(t, redis.Options{URL: s.url()})
	a.keep(t, "named", "1", cache.Named("sale"))
	a.keep(t, "typed", "1", cache.OfType("Category"))
	a.keep(t, "keyed", "1", cache.OfKey("Product", "a:1"))
	a.keep(t, "other", "1", cache.OfKey("Product", "a:2"))
	s.publish(t, "invalidate", `{"tags":["sale"],"types":["Category"],"keys":["Product:a:1"]}`, "from", "catalog")
	for _, r := range []replica{a, b} {
		eventually(t, "the event is not heard", func() bool { return r.get("named") == nil && r.get("typed") == nil && r.get("keyed") == nil })
		r.has(t, "other")
	}
	eventually(t, "the event is not acknowledged", func() bool { return s.unacknowledged(t) == 0 })
	if got := a.Stats().Events.Read + b.Stats().Events.Read; got != 1 {
		t.Errorf("the event was read %d times, want once", got)
	}
}

// A thousand events that came while nobody read are a few records, each event in one of them.
func TestEventsAreMerged(t *testing.T) {
	s := newServer(t)
	if _, err := s.client.Pipelined(t.Context(), func(p goredis.Pipeliner) error {
		for i := range 1000 {
			text, _ := json.Marshal(cache.Invalidation{Keys: []string{fmt.Sprint("Product:", i%200)}})
			p.XAdd(t.Context(), &goredis.XAddArgs{Stream: eventsName, Values: []string{"invalidate", string(text)}})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	replicas := []replica{open(t, redis.Options{URL: s.url()}), open(t, redis.Options{URL: s.url()})}
	read := func() (sum redis.Events) {
		for _, r := range replicas {
			sum.Read += r.Stats().Events.Read
			sum.Batches += r.Stats().Events.Batches
		}
		return sum
	}
	eventually(t, "not all events are read", func() bool { return read().Read >= 1000 })
	eventually(t, "not all events are acknowledged", func() bool { return s.unacknowledged(t) == 0 })
	if got := read(); got.Read != 1000 || got.Batches != 4 {
		t.Errorf("got %+v, want 1000 events in 4 batches", got)
	}
	seen, named := map[string]bool{}, 0
	for _, m := range s.client.XRange(t.Context(), logName, "-", "+").Val() {
		var tags []string
		if text, ok := m.Values["tags"].(string); ok && json.Unmarshal([]byte(text), &tags) == nil && len(tags) > 0 {
			named++
			for _, tag := range tags {
				seen[tag] = true
			}
		}
	}
	if len(seen) != 200 {
		t.Errorf("the log has %d tags, want 200", len(seen))
	}
	if named > 5 {
		t.Errorf("%d records of the log name something, want one for each batch, and one more", named)
	}
}

// said is a log that may be read while it is written.
type said struct {
	mu   sync.Mutex // guards text
	text strings.Builder
}

func (l *said) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *said) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// What is not understood of an entry is counted and logged, and the rest of it counts.
func TestPoisonedEvents(t *testing.T) {
	for text, want := range map[string]struct{ said, gone string }{
		`{`:                                    {"unexpected end of JSON input", ""},
		`["sale"]`:                             {"cannot unmarshal array", ""},
		`{"tagz":["sale"]}`:                    {`there is no member \"tagz\"`, ""},
		`{"Tags":["sale"]}`:                    {`there is no member \"Tags\"`, ""},
		`{"keys":["Product"]}`:                 {`key \"Product\": want TYPE:KEY`, ""},
		`{"tags":["sale"],"typez":["Sale"]}`:   {`there is no member \"typez\"`, "sale"},
		`{"tags":["sale"],"types":"Category"}`: {"the member types is no list of strings", "sale"},
		`{"tags":["sale",7]}`:                  {"the member tags is no list of strings", "sale"},
		`{"tags":["sale"],"keys":["Product",":1"]}`:        {`key \":1\": want TYPE:KEY`, "sale"},
		`{"types":["Categroy","Category"]}`:                {`the schema has no object type \"Categroy\"`, "category"},
		`{"keys":["product:1","Product:1"]}`:               {`the schema has no object type \"product\"`, "product"},
		`{"types":["OfAnotherSchema"],"keys":["Product"]}`: {`the schema has no object type \"OfAnotherSchema\"`, "foreign"},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			log := new(said)
			r := open(t, redis.Options{URL: s.url(), Types: []string{"Category", "Product"}, Logger: slog.New(slog.NewTextHandler(log, nil))})
			tags := map[string]string{
				"sale": cache.Named("sale"), "category": cache.OfType("Category"), "product": cache.OfKey("Product", "1"), "foreign": cache.OfType("OfAnotherSchema"),
			}
			for key, tag := range tags {
				r.keep(t, key, "1", tag)
			}
			s.publish(t, "invalidate", text)
			eventually(t, "the event is not read", func() bool { return r.Stats().Events.Read == 1 && s.unacknowledged(t) == 0 })
			r.flush(t)
			for key := range tags {
				if there := r.get(key) != nil; there != (key != want.gone) {
					t.Errorf("%s is served: %t", key, there)
				}
			}
			if got := r.Stats().Events.Poisoned; got != 1 || !strings.Contains(log.String(), want.said) {
				t.Errorf("%d poisoned, and the log does not say %s: %s", got, want.said, log)
			}
		})
	}
}

// An entry that is for others, who read in groups of their own.
func TestForeignEvents(t *testing.T) {
	s := newServer(t)
	r := open(t, redis.Options{URL: s.url()})
	s.publish(t, "something", "else")
	s.publish(t, "invalidate", `{"types":["Any"]}`)
	eventually(t, "the events are not read", func() bool { return r.Stats().Events.Read == 2 && s.unacknowledged(t) == 0 })
	if got := r.Stats().Events.Poisoned; got != 1 {
		t.Errorf("%d poisoned, want 1", got)
	}
}

// A process has read events and died before it acknowledged them.
func TestEventsOfTheDead(t *testing.T) {
	s := newReal(t)
	s.do(t, "XGROUP", "CREATE", eventsName, "weft", "0", "MKSTREAM")
	s.publish(t, "invalidate", `{"tags":["sale"]}`)
	a := open(t, redis.Options{URL: s.url(), IgnoreEvents: true})
	a.keep(t, "key", "1", cache.Named("sale"))
	read, err := s.client.XReadGroup(t.Context(), &goredis.XReadGroupArgs{Group: "weft", Consumer: "dead", Streams: []string{eventsName, ">"}}).Result()
	if err != nil || len(read[0].Messages) != 1 {
		t.Fatal(read, err)
	}
	a.has(t, "key")
	s.do(t, "XCLAIM", eventsName, "weft", "dead", 0, read[0].Messages[0].ID, "IDLE", 60_000) // so long ago
	b := open(t, redis.Options{URL: s.url()})
	eventually(t, "the event is not reclaimed", func() bool { return a.get("key") == nil && s.unacknowledged(t) == 0 })
	if got := b.Stats().Events; got.Reclaimed != 1 {
		t.Errorf("%+v", got)
	}
}

func TestInboxIsMadeAnew(t *testing.T) {
	s := newServer(t)
	r := open(t, redis.Options{URL: s.url()})
	eventually(t, "there is no inbox", func() bool { return s.client.Exists(t.Context(), eventsName).Val() == 1 })
	s.do(t, "FLUSHALL")
	eventually(t, "there is no inbox any more", func() bool { return s.client.XInfoGroups(t.Context(), eventsName).Err() == nil })
	r.recovers(t)
	r.keep(t, "key", "1", cache.Named("sale"))
	s.publish(t, "invalidate", `{"tags":["sale"]}`)
	eventually(t, "the event is not heard", func() bool { return r.get("key") == nil })
}

// Whoever closes leaves no name behind in the group.
func TestReadersOfTheInboxLeave(t *testing.T) {
	s := newReal(t)
	r := open(t, redis.Options{URL: s.url()})
	consumers := func() int {
		c, err := s.client.XInfoConsumers(t.Context(), eventsName, "weft").Result()
		if err != nil {
			return -1
		}
		return len(c)
	}
	s.publish(t, "invalidate", `{}`)
	eventually(t, "nobody reads the inbox", func() bool { return consumers() == 1 && s.unacknowledged(t) == 0 })
	r.Close()
	if got := consumers(); got != 0 {
		t.Errorf("%d readers, want none", got)
	}
}
