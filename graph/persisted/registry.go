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

// Shared keeps texts where other processes find them, too. It may be used by any number of goroutines at once, and bounds itself.
type Shared interface {
	// Get returns the text of a digest, "" if there is none. Nobody relies on it being the right one. The error is [ErrDigest] where
	// there was another one, which is there no more.
	Get(ctx context.Context, digest string) (text string, err error)
	Put(ctx context.Context, digest, text string) error
}

// RegistryOptions bound a registry. The zero RegistryOptions make one in this process, with 16 MiB.
type RegistryOptions struct {
	// MaxBytes bounds what is kept in this process; 0 = 16 MiB. A text of more than a 64th of that is not kept at all.
	MaxBytes int

	// Shared is where replicas keep texts together; nil: nowhere.
	Shared Shared

	// Wait bounds how long a Lookup waits for Shared; 0 = 50 ms. A Register may take twice as long. After a failure Shared is not asked
	// for a second.
	Wait time.Duration

	// Logger receives what an operator should look at. Nil means slog.Default().
	Logger *slog.Logger
}

// Registry keeps texts that clients have registered, the least recently used going first. It may be used by any number of
// goroutines at once.
type Registry struct {
	options RegistryOptions
	alone   atomic.Int64 // Shared is left alone until then, in milliseconds of Unix time
	failing atomic.Bool  // it has failed, and has not done its work since
	wrong   atomic.Int64 // texts that it had under others' digests

	mu     sync.Mutex // guards what follows
	texts  map[string]*list.Element
	recent *list.List // of registered, most recently used first
	bytes  int
}

type registered struct{ digest, text string }

// What a registry keeps of a text, beside the text: its digest twice, and what a map and a list take.
const perText = 2*digestLength + 160

// NewRegistry returns a registry that knows nothing, but for what is in o.Shared.
func NewRegistry(o RegistryOptions) *Registry {
	o.MaxBytes = cmp.Or(o.MaxBytes, 16<<20)
	o.Wait = cmp.Or(o.Wait, 50*time.Millisecond)
	o.Logger = cmp.Or(o.Logger, slog.Default())
	return &Registry{options: o, texts: map[string]*list.Element{}, recent: list.New()}
}

// Lookup returns the text of a digest. What Shared answers is checked against the digest first.
func (r *Registry) Lookup(ctx context.Context, digest string) (text string, found bool) {
	if text, found := r.recall(digest); found {
		return text, true
	}
	if r.options.Shared == nil || !IsDigest(digest) || r.isAlone() {
		return "", false
	}
	waiting, cancel := context.WithTimeout(ctx, r.options.Wait)
	defer cancel()
	text, err := r.options.Shared.Get(waiting, digest)
	if err == nil && text != "" && Digest(text) != digest {
		err = ErrDigest
	}
	if err != nil && !errors.Is(err, ErrDigest) {
		r.leaveAlone(ctx, err)
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
	if !r.keep(digest, text) || r.options.Shared == nil || r.isAlone() {
		return nil
	}
	waiting, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*r.options.Wait)
	defer cancel()
	if err := r.options.Shared.Put(waiting, digest, text); err != nil {
		r.leaveAlone(context.WithoutCancel(ctx), err)
	}
	return nil
}

func (r *Registry) recall(digest string) (text string, found bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.texts[digest]
	if e == nil {
		return "", false
	}
	r.recent.MoveToFront(e)
	return e.Value.(registered).text, true
}

// keep keeps a text, and reports whether it is small enough to be kept.
func (r *Registry) keep(digest, text string) bool {
	const share = 64
	if len(text) > r.options.MaxBytes/share {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.texts[digest] != nil {
		return true
	}
	r.texts[digest] = r.recent.PushFront(registered{digest, text})
	r.bytes += len(text) + perText
	for r.bytes > r.options.MaxBytes {
		last := r.recent.Remove(r.recent.Back()).(registered)
		delete(r.texts, last.digest)
		r.bytes -= len(last.text) + perText
	}
	return true
}

func (r *Registry) isAlone() bool { return time.Now().UnixMilli() < r.alone.Load() }

// leaveAlone leaves Shared alone for a second, unless it is the caller who has gone, or who had no more time: ctx is the caller's.
func (r *Registry) leaveAlone(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	r.alone.Store(time.Now().Add(time.Second).UnixMilli())
	if !r.failing.Swap(true) {
		r.options.Logger.Warn("persisted: registered operations are not shared with other processes; each second it is tried again", "error", err)
	}
}
