package failurelog_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/upstream"
	"weft/upstream/failurelog"
)

// written is what a logger has written: each line without what all have in common.
type written struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *written) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// lines are those since the last time.
func (w *written) lines() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	lines := slices.Collect(strings.Lines(w.text.String()))
	w.text.Reset()
	for i, line := range lines {
		lines[i] = strings.TrimSuffix(line, "\n")
	}
	return lines
}

func broken(pointer, got string) *upstream.Error {
	return &upstream.Error{
		Upstream: "catalog", Endpoint: "Product", At: "shop.graphql:3", Kind: upstream.BadResponse,
		Mismatch: &upstream.Mismatch{Pointer: pointer, Want: "Int", Got: got},
	}
}

const line = `level=WARN msg="an upstream's answer cannot be used" upstream=catalog binding=Product at=shop.graphql:3 kind=bad_response reason=`

func TestOncePerMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out written
		logger, log := out.logger(), new(failurelog.Log)
		for i := range 20 {
			log.Write(logger, broken(fmt.Sprintf("/sizes/%d", i), "string"))
		}
		log.Write(logger, broken("/width", "string"))
		log.Write(logger, broken("/width", "null"))
		want := []string{line + `"/sizes/0: want Int, got string"`, line + `"/width: want Int, got string"`, line + `"/width: want Int, got null"`}
		if diff := cmp.Diff(want, out.lines()); diff != "" {
			t.Errorf("in the first minute (-want +got):\n%s", diff)
		}
		time.Sleep(61 * time.Second)
		synctest.Wait()
		log.Write(logger, broken("/sizes/7", "string"))
		log.Write(logger, broken("/sizes/8", "string"))
		log.Write(logger, broken("/width", "null"))
		want = []string{line + `"/sizes/7: want Int, got string" more=19`, line + `"/width: want Int, got null"`}
		if diff := cmp.Diff(want, out.lines()); diff != "" {
			t.Errorf("in the second minute (-want +got):\n%s", diff)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		want = []string{line + `"/sizes/8: want Int, got string"`}
		if diff := cmp.Diff(want, out.lines()); diff != "" {
			t.Errorf("when it has ended (-want +got):\n%s", diff)
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if got := out.lines(); len(got) != 0 {
			t.Errorf("got %q, and nothing has failed since", got)
		}
	})
}

// TestManyKinds: what fails in ever new ways does not fill the log.
func TestManyKinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out written
		logger, log := out.logger(), new(failurelog.Log)
		for i := range 5000 {
			log.Write(logger, &upstream.Error{Upstream: "catalog", Endpoint: fmt.Sprint(i), Kind: upstream.Unavailable, Status: 503})
		}
		if n := len(out.lines()); n != 1001 {
			t.Errorf("got %d lines, want 1001", n)
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		want := []string{`level=WARN msg="an upstream failed" upstream=catalog binding=4999 at="" kind=unavailable status=503 more=3998`}
		if diff := cmp.Diff(want, out.lines()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestFlush: what a process has counted when it ends is written.
func TestFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out written
		logger, log := out.logger(), new(failurelog.Log)
		for i := range 4 {
			log.Write(logger, broken(fmt.Sprintf("/sizes/%d", i), "string"))
		}
		log.Write(logger, broken("/width", "string"))
		_ = out.lines()
		log.Flush()
		want := []string{line + `"/sizes/3: want Int, got string" more=2`}
		if diff := cmp.Diff(want, out.lines()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		log.Flush()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if got := out.lines(); len(got) != 0 {
			t.Errorf("got %q, which is written", got)
		}
		log.Write(logger, broken("/width", "string"))
		if want, got := []string{line + `"/width: want Int, got string"`}, out.lines(); !slices.Equal(got, want) {
			t.Errorf("got %q of what fails later, want %q", got, want)
		}
		log.Flush()
	})
}

func TestLevels(t *testing.T) {
	for kind, want := range map[upstream.Kind]string{
		upstream.Timeout: "WARN", upstream.Unavailable: "WARN", upstream.RateLimited: "WARN", upstream.BadResponse: "WARN",
		upstream.Rejected: "DEBUG", upstream.Unauthenticated: "DEBUG", upstream.Forbidden: "DEBUG",
		upstream.NotFound: "", upstream.BadInput: "", upstream.Canceled: "",
	} {
		synctest.Test(t, func(t *testing.T) {
			var out written
			new(failurelog.Log).Write(out.logger(), &upstream.Error{Upstream: "catalog", Kind: kind, Err: errors.New("why")})
			if got := strings.Join(out.lines(), ""); want == "" && got != "" || want != "" && !strings.Contains(got, "level="+want) || want != "" && !strings.Contains(got, "reason=why") {
				t.Errorf("%s: got %q, want level %q", kind, got, want)
			}
		})
	}
}
