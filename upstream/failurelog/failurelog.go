// Package failurelog writes failures of upstreams into a log: of those that have upstream, binding, kind and reason in common one line a
// minute, with the number of those that were not written since the line before. So a service that is down for an hour is sixty lines,
// whatever is asked of it, and one that has begun to answer otherwise is a line for each member that cannot be read.
//
// A line has no URL, no header, no key and no value: see [upstream.Error] and [upstream.Mismatch].
package failurelog

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"weft/upstream"
)

const (
	every    = time.Minute
	maxLines = 1000 // kinds of failure that are told apart within every; of more there is one line
)

// Log is such a log. It is safe for concurrent use; the zero value is ready.
type Log struct {
	mu    sync.Mutex // guards what follows
	lines map[line]*lately
	turn  *time.Timer // ends a minute; nil: nothing has failed lately
}

// line is what failures have in common that are one line.
type line struct {
	upstream, binding string
	kind              upstream.Kind
	status            int
	pointer           string // without indexes
	want, got         string
}

// lately is what has become of a line's failures since the last minute began.
type lately struct {
	written bool // in this minute
	more    int  // that were not written
	logger  *slog.Logger
	last    *upstream.Error
}

// Write writes a failure, unless one like it was written less than a minute ago: then it is counted. What is nobody's failure, such as
// a key that a service does not have or a client that has left, is not written.
func (l *Log) Write(logger *slog.Logger, e *upstream.Error) {
	if _, _, told := describe(e.Kind); !told {
		return
	}
	if more, now := l.admit(logger, e); now {
		write(logger, e, more)
	}
}

// admit counts a failure, and reports whether it is to be written now, and for how many others.
func (l *Log) admit(logger *slog.Logger, e *upstream.Error) (more int, now bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := lineOf(e)
	if len(l.lines) >= maxLines && l.lines[key] == nil {
		key = line{}
	}
	s := l.lines[key]
	if s == nil {
		if l.lines == nil {
			l.lines = map[line]*lately{}
		}
		s = &lately{}
		l.lines[key] = s
	}
	if l.turn == nil {
		l.turn = time.AfterFunc(every, l.end)
	}
	if s.written {
		s.more++
		s.logger, s.last = logger, withoutAnswer(e)
		return 0, false
	}
	more, s.more, s.written, s.last = s.more, 0, true, nil
	return more, true
}

// end ends a minute. What failed in it and was not written is a line of the next one: with the next failure of its kind, or at that
// minute's end where there is none.
func (l *Log) end() {
	for _, s := range l.turned() { // calls do not wait for the log
		write(s.logger, s.last, s.more-1)
	}
}

// Flush writes what was counted and not written, as the end of its minute would. It is for a process that ends before that.
func (l *Log) Flush() {
	l.mu.Lock()
	var late []*lately
	for _, s := range l.lines {
		if s.more > 0 {
			late = append(late, s)
		}
	}
	l.lines = nil
	if l.turn != nil {
		l.turn.Stop()
		l.turn = nil
	}
	l.mu.Unlock()
	for _, s := range late {
		write(s.logger, s.last, s.more-1)
	}
}

// turned begins the next minute, and returns what is to be written of the last one.
func (l *Log) turned() (late []*lately) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, s := range l.lines {
		switch {
		case s.written:
			s.written = false
			if s.more == 0 {
				delete(l.lines, key)
			}
		default:
			late = append(late, s)
			delete(l.lines, key)
		}
	}
	l.turn = nil
	if len(l.lines) > 0 {
		l.turn = time.AfterFunc(every, l.end)
	}
	return late
}

func lineOf(e *upstream.Error) line {
	k := line{upstream: e.Upstream, binding: e.Endpoint, kind: e.Kind, status: e.Status}
	if m := e.Mismatch; m != nil {
		k.pointer, k.want, k.got = withoutIndexes(m.Pointer), m.Want, m.Got
	}
	return k
}

// withoutIndexes is a pointer with * for each index: the elements of a list fail alike.
func withoutIndexes(pointer string) string {
	tokens := strings.Split(pointer, "/")
	for i, token := range tokens {
		if token != "" && strings.Trim(token, "0123456789") == "" {
			tokens[i] = "*"
		}
	}
	return strings.Join(tokens, "/")
}

// withoutAnswer is a failure that does not keep its answer in memory.
func withoutAnswer(e *upstream.Error) *upstream.Error {
	if e.Mismatch == nil || e.Mismatch.Exact == nil {
		return e
	}
	m, own := *e.Mismatch, *e
	m.Exact, own.Mismatch = nil, &m
	return &own
}

// describe says how a kind of failure is written; told is false where it is not.
func describe(kind upstream.Kind) (level slog.Level, message string, told bool) {
	switch kind {
	case upstream.Timeout, upstream.Unavailable, upstream.RateLimited:
		return slog.LevelWarn, "an upstream failed", true
	case upstream.BadResponse:
		return slog.LevelWarn, "an upstream's answer cannot be used", true
	case upstream.Unauthenticated, upstream.Forbidden, upstream.Rejected:
		return slog.LevelDebug, "an upstream refused a call", true // as it does where a client has no right to something
	}
	return 0, "", false
}

// write writes a failure, and how many others it stands for.
func write(logger *slog.Logger, e *upstream.Error, more int) {
	level, message, _ := describe(e.Kind)
	about := []slog.Attr{
		slog.String("upstream", e.Upstream), slog.String("binding", e.Endpoint), slog.String("at", e.At),
		slog.String("kind", string(e.Kind)),
	}
	if e.Status != 0 {
		about = append(about, slog.Int("status", e.Status))
	}
	switch {
	case e.Mismatch != nil:
		about = append(about, slog.String("reason", e.Mismatch.String()))
	case e.Err != nil:
		about = append(about, slog.String("reason", e.Err.Error()))
	}
	if more > 0 {
		about = append(about, slog.Int("more", more))
	}
	logger.LogAttrs(context.Background(), level, message, about...)
}
