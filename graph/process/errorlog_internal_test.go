package process

import (
	"bytes"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// written is what loggers write, from any goroutine.
type written struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

// counts returns what was written since it was called last: lines of two kinds, and what was said to be left out.
func (w *written) counts() (handshakes, panics int, leftOut string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := w.text.String()
	w.text.Reset()
	for _, found := range regexp.MustCompile(`begin="([^"]*)" leftOut=(\d+)`).FindAllStringSubmatch(text, -1) {
		leftOut += found[1] + " " + found[2] + ";"
	}
	return strings.Count(text, "handshake error from"), strings.Count(text, "panic serving"), leftOut
}

// TestErrorLog tries what is left of many lines, and when it is said how many are not.
func TestErrorLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out written
		l := newErrorLog(slog.New(slog.NewTextHandler(&out, nil)))
		p := l.printer()
		expect := func(when string, handshakes, panics int, leftOut string) {
			if h, p, o := out.counts(); h != handshakes || p != panics || o != leftOut {
				t.Errorf("%s: got %d handshakes, %d panics, left out %q", when, h, p, o)
			}
		}
		flood := func() {
			for i := range 2000 {
				p.Printf("http: TLS handshake error from 192.0.2.%d:%d: EOF", i%256, i)
			}
			p.Printf("http: panic serving 192.0.2.1:1: %v\n%s", "no", "goroutine 1\nmain")
		}
		for range 3 {
			flood()
			expect("within a minute", 10, 1, "")
			time.Sleep(linesFor)
			synctest.Wait()
			expect("at its end", 0, 0, "http: TLS 1990;")
		}
		time.Sleep(10 * linesFor)
		expect("when nothing is written", 0, 0, "")
		flood()
		l.close()
		expect("at the end", 10, 1, "http: TLS 1990;")
		l.close()
		expect("after the end", 0, 0, "")
	})
}
