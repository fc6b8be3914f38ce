package switches

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

const (
	lookEvery = 400 * time.Millisecond // between two looks at Redis
	patience  = time.Second            // with one of them
	maxNames  = 1000                   // of switches, so that names of operations do not add up
	maxText   = 200                    // bytes of a name, of By and of Why
	forget    = 24 * time.Hour         // after which it is forgotten that a switch was turned on again
)

// Switch is one that is off.
type Switch struct {
	Name string    `json:"name"`
	By   string    `json:"by"` // who turned it
	Why  string    `json:"why,omitempty"`
	At   time.Time `json:"at"`
}

// Change is what is asked of a Board.
type Change struct {
	Name string // as the package's comment has them
	Off  bool
	By   string // who asks; it must not be empty
	Why  string // may be empty
}

// Options are what a Board is made of.
type Options struct {
	Client    goredis.UniversalClient // stays the caller's; nil: the service is one process
	Prefix    string                  // of the name in Redis; "" = weft
	Upstreams []string                // those that there are
	Tiers     []string                // of the cache, those that there are
	Apply     func(off []Switch)      // obeys: it is told all that is off, by name, whenever that changes; one call at a time
	Logger    *slog.Logger            // of changes; nil = slog.Default()
}

// Board has the state of all switches. It is safe for concurrent use.
type Board struct {
	options Options
	shared  store

	syncing sync.Mutex // held while Redis is asked

	mu    sync.Mutex // guards what follows, and orders calls of Apply
	known map[string]setting

	stop    context.CancelFunc
	running sync.WaitGroup
}

// New returns a board on which nothing is off but what Redis says, which it looks at until Close. It does not wait for that.
func New(o Options) *Board {
	o.Logger = cmp.Or(o.Logger, slog.Default())
	b := &Board{options: o, known: map[string]setting{}, shared: newStore(o.Client, o.Prefix)}
	ctx, stop := context.WithCancel(context.Background())
	b.stop = stop
	if o.Client != nil {
		b.running.Go(func() { b.look(ctx) })
	}
	return b
}

// Close ends looking at Redis. What is off stays so.
func (b *Board) Close() {
	b.stop()
	b.running.Wait()
}

// Off returns the switches that are off, by name.
func (b *Board) Off() []Switch {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.off()
}

func (b *Board) off() []Switch {
	off := []Switch{}
	for name, s := range b.known {
		if s.Off {
			off = append(off, Switch{Name: name, By: s.By, Why: s.Why, At: time.UnixMilli(s.At).UTC()})
		}
	}
	slices.SortFunc(off, func(a, b Switch) int { return strings.Compare(a.Name, b.Name) })
	return off
}

// ErrNotShared says that this process obeys, and that Redis did not take it in time: the others will obey when it does.
var ErrNotShared = errors.New("other replicas do not know of it yet")

// Set turns a switch. When it returns nil, this process obeys, and all others will within a second. The error says what is wrong with the
// change, and nothing was turned; or it is [ErrNotShared].
func (b *Board) Set(ctx context.Context, c Change) error {
	if err := b.check(c); err != nil {
		return err
	}
	b.mu.Lock()
	if !b.mayKnow(c.Name) {
		b.mu.Unlock()
		return fmt.Errorf("%d switches are known already: turn some on, and wait a day", maxNames)
	}
	s := setting{Off: c.Off, By: c.By, Why: c.Why, At: max(time.Now().UnixMilli(), b.known[c.Name].At+1)}
	b.known[c.Name] = s
	b.apply()
	b.mu.Unlock()
	b.options.Logger.WarnContext(ctx, "a switch was turned", "switch", c.Name, "off", c.Off, "by", c.By, "why", c.Why)
	if b.options.Client == nil {
		return nil
	}
	if err := b.sync(ctx); err != nil {
		b.options.Logger.WarnContext(ctx, "switches: Redis did not take it", "error", err)
		return ErrNotShared
	}
	return nil
}

// check returns what is wrong with a change.
func (b *Board) check(c Change) error {
	for member, text := range map[string]string{"name": c.Name, "by": c.By, "why": c.Why} {
		if len(text) > maxText {
			return fmt.Errorf("%s has more than %d bytes", member, maxText)
		}
	}
	if c.By == "" {
		return errors.New("by must say who asks")
	}
	if !c.Off && b.knows(c.Name) { // of what is there no more, too
		return nil
	}
	kind, name, _ := strings.Cut(c.Name, "/")
	switch {
	case c.Name == "prefetch", kind == "operation" && name != "":
		return nil
	case kind == "upstream":
		return oneOf("upstream", name, b.options.Upstreams)
	case kind == "cache":
		return oneOf("tier of the cache", name, b.options.Tiers)
	}
	return errors.New("name must be upstream/NAME, operation/NAME, cache/memory, cache/redis or prefetch")
}

func (b *Board) knows(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, known := b.known[name]
	return known
}

func oneOf(what, name string, all []string) error {
	if slices.Contains(all, name) {
		return nil
	}
	return fmt.Errorf("there is no %s %q: there are %s", what, name, strings.Join(slices.Sorted(slices.Values(all)), ", "))
}

// mayKnow reports whether there is room for a switch, after those that were turned on long ago are forgotten.
func (b *Board) mayKnow(name string) bool {
	if _, ok := b.known[name]; ok {
		return true
	}
	for other, s := range b.known {
		if s.forgotten(time.Now()) {
			delete(b.known, other)
		}
	}
	return len(b.known) < maxNames
}

func (b *Board) apply() {
	if b.options.Apply != nil {
		b.options.Apply(b.off())
	}
}

// look has the board in step with Redis, again and again.
func (b *Board) look(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		_ = b.sync(ctx) // the cache's own connection says in the log that Redis is away
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// sync takes from Redis what it knows better, and writes there what this process knows better.
func (b *Board) sync(ctx context.Context) error {
	b.syncing.Lock()
	defer b.syncing.Unlock()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	theirs, err := b.shared.all(ctx)
	if err != nil {
		return err
	}
	for name, s := range b.merge(theirs) {
		if err := b.shared.put(ctx, name, s); err != nil {
			return err
		}
	}
	return nil
}

// merge takes later settings, and returns those that are later here.
func (b *Board) merge(theirs map[string]setting) (better map[string]setting) {
	b.mu.Lock()
	defer b.mu.Unlock()
	better = map[string]setting{}
	changed := false
	for name, s := range b.known {
		if !s.forgotten(time.Now()) && s.later(theirs[name]) {
			better[name] = s
		}
	}
	for name, s := range theirs {
		if had := b.known[name]; s.later(had) && b.mayKnow(name) {
			b.known[name] = s
			if had.Off != s.Off {
				changed = true
				b.options.Logger.Warn("a switch was turned in another replica", "switch", name, "off", s.Off, "by", s.By, "why", s.Why)
			}
		}
	}
	if changed {
		b.apply()
	}
	return better
}
