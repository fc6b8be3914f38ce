package httpcache_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is when the answers of the tables arrive.
var noon = time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)

// header parses a header written with a field a line.
func header(t testing.TB, text string) http.Header {
	t.Helper()
	h := http.Header{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			t.Fatalf("no field: %q", line)
		}
		h.Add(name, strings.TrimPrefix(value, " "))
	}
	return h
}

// date formats a time as fields have it.
func date(at time.Time) string { return at.UTC().Format(http.TimeFormat) }
