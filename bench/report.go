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
	ratio  float64 // of cpu to its limit's; 0: it has none
	p50    time.Duration
	p99    time.Duration
	calls  float64
	peak   int64
	wrong  int
	failed error
}

// rows are measurements as the table shows them: medians of rounds, percentiles of all answers, and each service's processor
// time as a multiple of the limit that shares as it does.
func rows(list []*measurement) []row {
	var out []row
	for _, m := range list {
		r := row{
			label: m.label(), rate: median(m.rates), cpu: median(m.cpu), calls: median(m.calls),
			p50: percentile(m.latencies, 50), p99: percentile(m.latencies, 99), peak: m.peak, wrong: m.wrong, failed: m.refused,
		}
		if l := limitOf(m, list); l != nil && len(l.cpu) > 0 && median(l.cpu) > 0 {
			r.ratio = float64(r.cpu) / float64(median(l.cpu))
		}
		out = append(out, r)
	}
	return out
}

// limitOf is the last limit that shares as m does, the one that makes calls if there is one; nil for a limit.
func limitOf(m *measurement, list []*measurement) *measurement {
	if m.limit {
		return nil
	}
	var found *measurement
	for _, l := range list {
		if l.limit && (l.shared == m.shared || found == nil) {
			found = l
		}
	}
	return found
}

// printTable writes rows as a Markdown table.
func printTable(w io.Writer, o operation, list []row) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s `%s`\n\n", o.name, o.query)
	b.WriteString("| server | req/s | CPU µs/req | × its limit | p50 ms | p99 ms | p99/p50 | upstream calls/req | peak RSS MB | wrong |\n")
	b.WriteString("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range list {
		if r.failed != nil {
			fmt.Fprintf(&b, "| %s | not measured: %s |||||||||\n", r.label, oneLine(r.failed.Error()))
			continue
		}
		ratio := "–"
		if r.ratio > 0 {
			ratio = fmt.Sprintf("%.2f", r.ratio)
		}
		fmt.Fprintf(&b, "| %s | %.0f | %.1f | %s | %.1f | %.1f | %.1f | %.2f | %.0f | %d |\n",
			r.label, r.rate, micros(r.cpu), ratio, millis(r.p50), millis(r.p99), float64(r.p99)/float64(max(r.p50, 1)), r.calls, float64(r.peak)/1e6, r.wrong)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

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
