// Package files has what files say, and reads them again when they have changed: secrets and certificates that somebody renews while the
// service runs.
//
//	Get ── every 2 s, who comes first looks ── changed, and not since the look before ── parse ── what all get from then on
//
// Whoever asks gets what the files said last that could be used, and never waits for more than a look of its own. A file that cannot be
// read, or makes no sense, leaves that as it is, and is logged. Nothing here prints what a file has.
package files

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	defaultEvery = 2 * time.Second
	maxBytes     = 1 << 20 // of a file
)

// Options say how files are looked after. The zero Options are good for a service.
type Options struct {
	// Every is how long nobody looks whether a file has changed. One that has is taken when it has not changed again by the next look, since
	// somebody may be writing it. 0: 2 s.
	Every time.Duration

	// Logger is told of files that cannot be used any more, that can be again, and that everybody on this machine may read though they hold a
	// secret. Nil: slog.Default().
	Logger *slog.Logger
}

// Source is where a T comes from.
type Source[T any] struct {
	// What they are, for the log.
	What string

	// Names are the files' paths.
	Names []string

	// Secret says which of them nobody else should be able to read, by their indexes.
	Secret []int

	// Parse makes a T of what the files have, in the order of Names. Its errors quote nothing of that.
	Parse func(texts [][]byte) (T, error)

	// Replaced is called with a T that has gone out of use; nil: nothing is.
	Replaced func(T)
}

// Value is what files say. It is safe for concurrent use.
type Value[T any] struct {
	Source[T]
	Options

	current atomic.Pointer[T]
	looked  atomic.Int64 // when somebody looked last, in Unix nanoseconds

	mu      sync.Mutex // guards what follows
	texts   [][]byte   // of which current is made
	pending [][]byte   // what the last look has found, where that is something else
	failed  string     // why the last look was for nothing
	open    []bool     // which of the files everybody may read
}

// New reads files for the first time. The error names the file that cannot be used.
func New[T any](s Source[T], o Options) (*Value[T], error) {
	o.Logger = cmp.Or(o.Logger, slog.Default())
	o.Every = cmp.Or(o.Every, defaultEvery)
	v := &Value[T]{Source: s, Options: o, open: make([]bool, len(s.Names))}
	v.looked.Store(time.Now().UnixNano())
	texts, err := v.read()
	if err == nil {
		err = v.take(texts)
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// Current returns what the files said last, without a look.
func (v *Value[T]) Current() T { return *v.current.Load() }

// Get returns what the files say.
func (v *Value[T]) Get() T {
	now, looked := time.Now().UnixNano(), v.looked.Load()
	if now-looked >= int64(v.Every) && v.looked.CompareAndSwap(looked, now) {
		v.look()
	}
	return v.Current()
}

// look takes what the files have when that has changed, and has not since the last look.
func (v *Value[T]) look() {
	v.mu.Lock()
	defer v.mu.Unlock()
	texts, err := v.read()
	switch {
	case err != nil:
	case equal(texts, v.texts):
		v.pending = nil
	case equal(texts, v.pending):
		err = v.take(texts)
	default:
		v.pending = texts
		return
	}
	v.report(err)
}

// report tells the operator what has changed.
func (v *Value[T]) report(err error) {
	before := v.failed
	v.failed = ""
	if err != nil {
		v.failed = err.Error()
	}
	switch {
	case v.failed != "" && v.failed != before:
		v.Logger.Error("what a file says cannot be used, and what it said before stays", "of", v.What, "error", err)
	case v.failed == "" && before != "":
		v.Logger.Info("what a file says can be used again", "of", v.What)
	}
}

// take makes what the files have current.
func (v *Value[T]) take(texts [][]byte) error {
	parsed, err := v.Parse(texts)
	if err != nil {
		return err
	}
	v.texts, v.pending = texts, nil
	if before := v.current.Swap(&parsed); before != nil && v.Replaced != nil {
		v.Replaced(*before)
	}
	return nil
}

func (v *Value[T]) read() ([][]byte, error) {
	texts := make([][]byte, len(v.Names))
	for i, name := range v.Names {
		text, open, err := read(name)
		if err != nil {
			return nil, err
		}
		texts[i] = text
		for _, secret := range v.Secret {
			if secret == i && open && !v.open[i] {
				v.Logger.Warn("everybody on this machine may read a file with a secret: take that right away, as chmod o-r does", "of", v.What, "file", name)
			}
		}
		v.open[i] = open
	}
	return texts, nil
}

// read returns what a file has, and whether everybody may read it.
func read(name string) (text []byte, open bool, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, false, err
	}
	text, err = io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err == nil && len(text) > maxBytes {
		err = fmt.Errorf("%s has more than %d bytes", name, maxBytes)
	}
	return text, info.Mode().Perm()&0o004 != 0, err
}

func equal(a, b [][]byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// Secret is the secret in a file's text: without white space around it, such as the line break that editors put behind it.
func Secret(text []byte) (string, error) {
	secret := bytes.TrimSpace(text)
	if len(secret) == 0 {
		return "", errors.New("it is empty")
	}
	return string(secret), nil
}
