package main

import (
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Every request is sent at its time, also while the first one waits for the fiftieth, and what comes of it is counted.
func TestOpen(t *testing.T) {
	var asked atomic.Int64
	hold := make(chan struct{})
	l := loadOf(t, func(w http.ResponseWriter, _ *http.Request) {
		switch n := asked.Add(1); {
		case n == 1:
			<-hold
		case n == 50:
			close(hold)
		case n%10 == 3:
			http.Error(w, "later", http.StatusServiceUnavailable)
			return
		case n%10 == 4:
			_, _ = w.Write([]byte("other"))
			return
		case n%10 == 5:
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write([]byte("right"))
	})
	l.duration = 100 * time.Millisecond
	o := outcomeOf("a load", 1000, open{load: l, rate: 1000}.run(t.Context()))
	if len(o.right) != 70 || len(o.refused) != 10 || o.wrong != 10 || o.unanswered != 10 || o.lastRefused.IsZero() {
		t.Errorf("got %d right, %d refused, %d wrong, %d without an answer", len(o.right), len(o.refused), o.wrong, o.unanswered)
	}
}

// A request that was sent late has waited since it was due.
func TestOpenWaitsSinceDue(t *testing.T) {
	due := time.Now().Add(-time.Minute)
	c := openConnection{load: loadOf(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("right")) })}
	c.request = c.onWire()
	none := make(chan time.Time)
	close(none)
	if all := c.run(due, none); len(all) != 1 || all[0].status != 200 || all[0].took < time.Minute || !all[0].due.Equal(due) {
		t.Errorf("got %+v", all)
	}
}

func TestOutcomeLine(t *testing.T) {
	at := time.Unix(1, 0)
	o := outcomeOf("twice", 4, []arrival{
		{at, time.Second, 200, ""},
		{at.Add(time.Second), 3 * time.Second, 200, ""},
		{at, time.Millisecond, 503, ""},
		{at, 0, 0, "EOF"},
		{at, 0, -1, "{}"},
		{at, 0, 500, "500 "},
	})
	if o.said != "EOF" {
		t.Errorf("said: got %q", o.said)
	}
	o.processor = 2 * time.Second
	if got, want := o.line(1), "| twice | 4 | 0 | 50 % | 1000.0 | 3000.0 | 1 | 1.0 | 1.0 | 2 | 1 | 0.50 |\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOverload(t *testing.T) {
	var out, progress strings.Builder
	if err := run(t.Context(), []string{"-operations", "q3", "-duration", "100ms", "-generator", "builtin", "-upstream", "builtin", "-overload", "200ms"}, &out, &progress); err != nil {
		t.Fatalf("%v\n%s", err, progress.String())
	}
	if n := len(regexp.MustCompile(`(?m)^\| (four|the peak|twice|half).* \| [1-9]\d* \|.* \| 0 \| 0 \| \d\.\d\d \|$`).FindAllString(out.String(), -1)); n != 3*len(overloads) || !strings.Contains(out.String(), "Peak RSS: ") {
		t.Errorf("got %s", &out)
	}
}

func TestIdle(t *testing.T) {
	var out, progress strings.Builder
	if err := run(t.Context(), []string{"-operations", "q3", "-duration", "100ms", "-generator", "builtin", "-upstream", "builtin", "-idle", "50"}, &out, &progress); err != nil {
		t.Fatalf("%v\n%s", err, progress.String())
	}
	if !regexp.MustCompile(`50 idle connections: RSS [1-9]\d* MB without connections, [1-9]\d* MB with them`).MatchString(out.String()) {
		t.Errorf("got %s", &out)
	}
}
