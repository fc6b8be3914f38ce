package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// row is one line of the table.
type row struct {
	label  string
	rate   float64 // requests a second
	cpu    time.Duration
	fixed  float64 // cpu as a multiple of the first limit's, which makes no calls; 0: it is a limit
	ratio  float64 // the same of the limit's that makes the same calls; 0: it is a limit
	p50    time.Duration
	p99    time.Duration
	calls  float64 // of the upstream for a request
	trips  float64 // to Redis for a request
	peak   int64   // bytes of memory
	kept   int64   // bytes of values in memory
	wrong  int
	breaks int64 // of the breaker for Redis
	failed error // why there is nothing else in the row; nil: there is
}

// rows are measurements as the table shows them: medians of rounds, percentiles of all answers, and each service's processor
// time as a multiple of limits'.
func rows(list []*measurement) []row {
	var out []row
	for _, m := range list {
		r := row{
			label: m.label(), rate: median(m.rates), cpu: median(m.cpu), calls: median(m.calls), trips: median(m.trips),
			p50: percentile(m.latencies, 50), p99: percentile(m.latencies, 99), peak: m.peak, kept: m.kept, wrong: m.wrong, breaks: m.breaks, failed: m.refused,
		}
		if !m.limit {
			r.fixed = r.times(limitOf(none, list))
			r.ratio = r.times(limitOf(m.calling, list))
		}
		out = append(out, r)
	}
	return out
}

// times is how many times as much processor time as a limit a row takes; 0: that is not known.
func (r row) times(limit *measurement) float64 {
	if limit == nil || len(limit.cpu) == 0 || median(limit.cpu) == 0 {
		return 0
	}
	return float64(r.cpu) / float64(median(limit.cpu))
}

// limitOf is the limit whose calls are such; or the one that makes none, where it is the only one.
func limitOf(calls calling, list []*measurement) *measurement {
	var found *measurement
	for _, l := range list {
		if l.limit && (l.calling == calls || found == nil && l.calling == none) {
			found = l
		}
	}
	return found
}

// printTable writes rows as a Markdown table.
func printTable(w io.Writer, o operation, list []row) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s `%s`\n\n", o.name, o.query)
	b.WriteString("| server | req/s | CPU µs/req | × fixed bytes | × its limit | p50 ms | p99 ms | p99/p50 | upstream calls/req | Redis trips/req | peak RSS MB | kept MB | wrong |\n")
	b.WriteString("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range list {
		if r.failed != nil {
			fmt.Fprintf(&b, "| %s | not measured: %s ||||||||||||\n", r.label, oneLine(r.failed.Error()))
			continue
		}
		fmt.Fprintf(&b, "| %s | %.0f | %.1f | %s | %s | %.1f | %.1f | %.1f | %.2f | %.2f | %.0f | %.1f | %d |\n",
			r.label, r.rate, micros(r.cpu), multiple(r.fixed), multiple(r.ratio), millis(r.p50), millis(r.p99), float64(r.p99)/float64(max(r.p50, 1)),
			r.calls, r.trips, float64(r.peak)/1e6, float64(r.kept)/1e6, r.wrong)
	}
	for _, r := range list {
		if r.breaks > 0 {
			fmt.Fprintf(&b, "\n%s: the breaker opened %s, since Redis seemed slow; then it is not asked.\n", r.label, counted(int(r.breaks), "time"))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// multiple is a ratio, or a dash where there is none.
func multiple(ratio float64) string {
	if ratio == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", ratio)
}

// oneLine is text that fits into a cell of the table.
func oneLine(text string) string {
	fields := strings.Fields(strings.ReplaceAll(text, "|", "/"))
	return strings.Join(fields, " ")
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// counted is a number of things, in words.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
