package persisted

import (
	"cmp"
	"container/list"
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Store keeps texts where other processes find them, too. It may be used by any number of goroutines at once, and bounds itself.
type Store interface {
	// Get returns the text of a digest, "" if there is none. Nobody relies on it being the right one. The error is [ErrDigest] where
	// there was another one, which is there no more.
	Get(ctx context.Context, digest string) (text string, err error)

	// Put keeps a text under its digest, in place of any other. Afterwards it may still be gone at any time.
	Put(ctx context.Context, digest, text string) error
}

// RegistryOptions bound a registry. The zero RegistryOptions make one in this process, with 16 MiB.
type RegistryOptions struct {
	// MaxBytes bounds what is kept in this process; 0 = 16 MiB. A text of more than a 64th of that is not kept at all.
	MaxBytes int

	// TTL is how long a text stays in this process that nobody asks for; 0 = 14 days. The Store has its own.
	TTL time.Duration

	// Store is where replicas keep texts together; nil: nowhere.
	Store Store

	// Wait bounds how long a Lookup waits for the Store; 0 = 50 ms. A Register may take twice as long. After a failure the Store is not
	// asked for a second.
	Wait time.Duration

	// Logger receives what an operator should look at. Nil means slog.Default().
	Logger *slog.Logger
}

// Registry keeps texts that clients have registered, the least recently used going first. It may be used by any number of
// goroutines at once.
type Registry struct {
	options RegistryOptions
	until   atomic.Int64 // the Store is not asked until then, in milliseconds of Unix time
	failing atomic.Bool  // it has failed, and has not done its work since: its next failure is not logged
	wrong   atomic.Int64 // texts that it had under others' digests

	mu     sync.Mutex               // guards what follows
	texts  map[string]*list.Element // of recent, by digest
	recent *list.List               // of registered, most recently used first
	bytes  int                      // that all of them take, perText included
}

// registered is a text that is kept.
type registered struct {
	digest, text string
	asked        time.Time // when it was asked for last, or registered
}

// defaultTTL is how long what nobody asks for stays where nobody says it.
const defaultTTL = 14 * 24 * time.Hour

// perText is how many bytes a registry keeps of a text, beside the text: its digest twice, and what a map and a list take.
const perText = 2*digestLength + 192

// NewRegistry returns a registry that knows nothing, but for what is in o.Store.
func NewRegistry(o RegistryOptions) *Registry {
	o.MaxBytes = cmp.Or(o.MaxBytes, 16<<20)
	o.TTL = cmp.Or(o.TTL, defaultTTL)
	o.Wait = cmp.Or(o.Wait, 50*time.Millisecond)
	o.Logger = cmp.Or(o.Logger, slog.Default())
	return &Registry{options: o, texts: map[string]*list.Element{}, recent: list.New()}
}

// Lookup returns the text of a digest; false where nobody has registered one, or where that is not known, because the Store fails: a client
// then sends the text itself. What the Store answers is checked against the digest first.
func (r *Registry) Lookup(ctx context.Context, digest string) (text string, found bool) {
	if text, found := r.recall(digest); found {
		return text, true
	}
	if r.options.Store == nil || !IsDigest(digest) || r.paused() {
		return "", false
	}
	waiting, cancel := context.WithTimeout(ctx, r.options.Wait)
	defer cancel()
	text, err := r.options.Store.Get(waiting, digest)
	if err == nil && text != "" && Digest(text) != digest {
		err = ErrDigest
	}
	if err != nil && !errors.Is(err, ErrDigest) {
		r.pause(ctx, err)
		return "", false
	}
	r.failing.Store(false)
	if err != nil {
		r.wrong.Add(1)
		r.options.Logger.Warn("persisted: a text that is shared does not match its digest; it is not used", "digest", digest)
	}
	if err != nil || text == "" {
		return "", false
	}
	r.keep(digest, text)
	return text, true
}

// Wrong is how many texts were found in what is shared under others' digests: somebody else writes there.
func (r *Registry) Wrong() int64 { return r.wrong.Load() }

// ErrDigest is the error of a text that is registered under another one's digest.
var ErrDigest = errors.New("provided sha does not match query")

// Register keeps a text, which has to be worth it: the caller has found it valid. Its error is [ErrDigest]; what cannot be kept, or
// not shared, is none.
func (r *Registry) Register(ctx context.Context, digest, text string) error {
	if known, found := r.recall(digest); found && known == text {
		return nil
	}
	if Digest(text) != digest {
		return ErrDigest
	}
	if !r.keep(digest, text) || r.options.Store == nil || r.paused() {
		return nil
	}
	waiting, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*r.options.Wait)
	defer cancel()
	if err := r.options.Store.Put(waiting, digest, text); err != nil {
		r.pause(context.WithoutCancel(ctx), err)
	}
	return nil
}

// recall returns a text that is kept in this process, which makes it the most recently used one. One that nobody has asked for in too long
// a time goes.
func (r *Registry) recall(digest string) (text string, found bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.texts[digest]
	if e == nil {
		return "", false
	}
	kept, now := e.Value.(*registered), time.Now()
	if now.Sub(kept.asked) > r.options.TTL {
		r.drop(e)
		return "", false
	}
	kept.asked = now
	r.recent.MoveToFront(e)
	return kept.text, true
}

// keep keeps a text, and reports whether it is small enough to be kept.
func (r *Registry) keep(digest, text string) bool {
	const share = 64 // so that no single text can push out all others
	if len(text) > r.options.MaxBytes/share {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.texts[digest] != nil {
		return true
	}
	r.texts[digest] = r.recent.PushFront(&registered{digest, text, time.Now()})
	r.bytes += len(text) + perText
	for r.bytes > r.options.MaxBytes {
		r.drop(r.recent.Back())
	}
	return true
}

// drop forgets a text. mu is held.
func (r *Registry) drop(e *list.Element) {
	gone := r.recent.Remove(e).(*registered)
	delete(r.texts, gone.digest)
	r.bytes -= len(gone.text) + perText
}

// paused reports whether the Store is not to be asked for now.
func (r *Registry) paused() bool { return time.Now().UnixMilli() < r.until.Load() }

// pause keeps everybody from asking the Store for a second, since each would wait for it in vain. ctx is the caller's: when that has
// ended, it is the caller who has gone, or had no more time, and the Store may be well.
func (r *Registry) pause(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	r.until.Store(time.Now().Add(time.Second).UnixMilli())
	if !r.failing.Swap(true) {
		r.options.Logger.Warn("persisted: registered operations are not shared with other processes; each second it is tried again", "error", err)
	}
}
