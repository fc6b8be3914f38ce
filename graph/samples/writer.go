package samples

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"

	"weft/graph/binding"
	"weft/graph/schedule"
)

// Bounds of what waits to be looked at, and of how often it is.
const (
	maxAnswer  = 1 << 20 // bytes of an answer
	maxWaiting = 8 << 20 // bytes of all that wait
	maxEach    = 4       // answers of one file that wait
	maxSkipped = 255     // answers of a file that are left out after one that showed nothing new
)

// Options say what a [Writer] writes, and where.
type Options struct {
	// Dir is the folder that samples are written to. It is made where it is missing.
	Dir string
	// Values are members, by their names in JSON, whose values are written as they were sent, and all that is in them.
	Values []string
	// Words are the strings that a schema knows, which stay: enum values as upstreams spell them, and what discriminators tell.
	Words []string
	// Schedule runs what is to be done. The Writer must be closed after it.
	Schedule *schedule.Scheduler
	// Logger is told of samples that are written, and of those that cannot be; nil = slog.Default().
	Logger *slog.Logger
}

// Writer writes samples. It may be used by any number of goroutines at once.
type Writer struct {
	dir           string
	values, words map[string]bool
	tasks         *schedule.Scheduler
	logger        *slog.Logger

	mu      sync.Mutex // guards what follows
	files   map[string]*file
	waiting int // bytes of all files' answers
}

// file is a sample, and what may be added to it.
type file struct {
	name    string
	rules   rules
	waiting [][]byte
	skip    int // answers to leave out
	skipped int // as many were left out last time
	broken  bool
}

// New returns a Writer into a folder. It says at once, as a warning, that it writes there, since that is for development.
func New(o Options) (*Writer, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	w := &Writer{
		dir: o.Dir, values: set(o.Values), words: set(o.Words), tasks: o.Schedule, logger: cmp.Or(o.Logger, slog.Default()), files: map[string]*file{},
	}
	w.logger.Warn("record: what services answer is written into a folder, which is for development", "folder", o.Dir)
	if len(o.Values) > 0 {
		w.logger.Warn("record: the values of these members are written as they are sent, whomever they are about", "members", o.Values)
	}
	return w, nil
}

func set(list []string) map[string]bool {
	names := make(map[string]bool, len(list))
	for _, name := range list {
		names[name] = true
	}
	return names
}

// Add has what an upstream answered by a binding looked at, off the request path, unless there is no room for it. The body is not changed, and
// must not be.
func (w *Writer) Add(b *binding.Binding, r *binding.Request, body []byte) {
	if len(body) == 0 || len(body) > maxAnswer {
		return
	}
	if name := w.take(b, r, body); name != "" {
		w.tasks.Add(schedule.Tasks{Of: w, Name: "write samples", Keys: []string{name}, Priority: schedule.Likely, Max: 1, Run: w.run})
	}
}

// take keeps an answer for its file, and returns the file's name; "" when the answer is left out.
func (w *Writer) take(b *binding.Binding, r *binding.Request, body []byte) string {
	name := fileOf(b, r)
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.files[name]
	if f == nil {
		f = &file{name: name, rules: w.rulesOf(b, r)}
		w.files[name] = f
	}
	switch {
	case f.broken || len(f.waiting) == maxEach || w.waiting+len(body) > maxWaiting:
		return ""
	case f.skip > 0:
		f.skip--
		return ""
	}
	f.waiting = append(f.waiting, body)
	w.waiting += len(body)
	return name
}

// fileOf is the name of a sample of a binding's requests, as generation reads it.
func fileOf(b *binding.Binding, r *binding.Request) string {
	if b.Entity && r == b.ForMany() {
		return b.Name + ".batch.json"
	}
	return b.Name + ".json"
}

// rulesOf are those for the answers to a binding's requests.
func (w *Writer) rulesOf(b *binding.Binding, r *binding.Request) rules {
	of := rules{words: w.words, values: w.values}
	for _, pointer := range b.Maps {
		of.maps = append(of.maps, strings.Split(pointer[1:], "/"))
	}
	if b.Page != nil {
		of.next = b.Page.Next
	}
	switch {
	case r == b.ForMany() && b.Batch.Map:
		of.isKeyed, of.keyed = true, b.Batch.At
	case r == b.ForOne() && b.Single.Entries != nil:
		of.isKeyed, of.keyed = true, b.Single.At
	}
	return of
}

// run looks at all answers that wait for some files.
func (w *Writer) run(_ context.Context, names []string) {
	for _, name := range names {
		w.write(name)
	}
}

// Close writes what still waits. Nothing may be added any more, and the scheduler must be closed.
func (w *Writer) Close() {
	w.mu.Lock()
	var names []string
	for name := range w.files {
		names = append(names, name)
	}
	w.mu.Unlock()
	w.run(context.Background(), names)
}

// write adds to a file what its answers show that it has not.
func (w *Writer) write(name string) {
	for {
		f, answers := w.next(name)
		if len(answers) == 0 {
			return
		}
		added, err := f.add(w.dir, answers)
		if errors.Is(err, errFull) {
			w.logger.Warn("record: a sample is as large as one may be, and stays as it is", "file", name)
		} else if err != nil {
			w.logger.Warn("record: a sample cannot be written", "file", name, "error", err)
		}
		if added {
			w.logger.Info("record: a sample has more to show", "file", name)
		}
		w.mu.Lock()
		f.broken = err != nil
		switch {
		case added:
			f.skipped = 0
		default:
			f.skipped = min(2*f.skipped+1, maxSkipped)
		}
		f.skip = f.skipped
		w.mu.Unlock()
	}
}

// next takes the answers that wait for a file. Those that came while the file was found to be broken are dropped.
func (w *Writer) next(name string) (*file, [][]byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.files[name]
	answers := f.waiting
	f.waiting = nil
	for _, a := range answers {
		w.waiting -= len(a)
	}
	if f.broken {
		return f, nil
	}
	return f, answers
}
