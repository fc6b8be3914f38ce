package process

import (
	"bytes"
	"log"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// What net/http writes of connections is bounded, since whoever can connect can make it write: a broken TLS handshake is a line.
const (
	maxLines   = 10 // of a kind in each linesFor
	linesFor   = time.Minute
	kindLength = 2 // words that a kind of line begins with, such as "http: TLS" or "http: panic"
)

// errorLog hands lines of net/http on to a logger, maxLines of a kind a minute, and at the minute's end how many it has left out. It is an
// [io.Writer] for package log, which gives it one line, or a panic with its stack, at a time.
type errorLog struct {
	logger *slog.Logger

	mu     sync.Mutex // guards what follows
	lines  map[string]int
	minute *time.Timer // since the first of the lines; nil: there is none
}

func newErrorLog(logger *slog.Logger) *errorLog {
	return &errorLog{logger: logger, lines: map[string]int{}}
}

// printer returns what a server writes to.
func (l *errorLog) printer() *log.Logger { return log.New(l, "", 0) }

// TakeLog has a logger get what package log is given in this process, until end is called, within the same bounds. Of what is used here only
// net/http's client writes there, and what a service has sent that nobody had asked for, as it is: that is left out.
func TakeLog(logger *slog.Logger) (end func()) {
	l := newErrorLog(logger)
	before, flags := log.Writer(), log.Flags()
	log.SetOutput(l)
	log.SetFlags(0)
	return func() {
		log.SetOutput(before)
		log.SetFlags(flags)
		l.close()
	}
}

// Write implements io.Writer.
func (l *errorLog) Write(line []byte) (int, error) {
	text := string(bytes.TrimSuffix(line, []byte("\n")))
	text, _, _ = strings.Cut(text, " starting with ") // which is followed by a peer's bytes
	if l.admit(kindOf(text)) {
		l.logger.Warn(text)
	}
	return len(line), nil
}

// kindOf is what lines that differ in addresses and causes have in common.
func kindOf(line string) string {
	words := strings.SplitN(line, " ", kindLength+1)
	return strings.Join(words[:min(len(words), kindLength)], " ")
}

// admit counts a line, and reports whether it is handed on.
func (l *errorLog) admit(kind string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.minute == nil {
		l.minute = time.AfterFunc(linesFor, l.turn)
	}
	l.lines[kind]++
	return l.lines[kind] <= maxLines
}

// turn ends a minute.
func (l *errorLog) turn() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for kind, n := range l.lines {
		if n > maxLines {
			l.logger.Warn("process: more lines of a kind within a minute are left out", "begin", kind, "leftOut", n-maxLines)
		}
	}
	clear(l.lines)
	l.minute = nil
}

// close says what was left out so far. Nothing is to be written afterwards.
func (l *errorLog) close() {
	l.mu.Lock()
	pending := l.minute != nil && l.minute.Stop()
	l.mu.Unlock()
	if pending {
		l.turn()
	}
}
