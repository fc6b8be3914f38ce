package tour

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// table is what is shown, row by row.
type table struct {
	out  io.Writer
	curl bool
	rows []Row
}

const layout = "%-40s  %5s  %8s  %6s  %s\n"

func (t *table) head() { t.print(layout, "what the service does", "calls", "ms", "bytes", "") }

func (t *table) add(r Row, command string) {
	t.rows = append(t.rows, r)
	t.print(layout, r.Name, fmt.Sprint(r.Calls), milliseconds(r.Took), fmt.Sprint(r.Bytes), r.Note)
	if t.curl {
		t.print("  %s\n", command)
	}
}

func (t *table) note(text string) { t.print("%s\n", text) }

func (t *table) print(format string, args ...any) {
	line := strings.TrimRight(fmt.Sprintf(format, args...), " \n")
	_, _ = fmt.Fprintln(t.out, line)
}

// milliseconds has a digit behind the point where there is none before it that counts.
func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	if ms < 10 {
		return fmt.Sprintf("%.1f", ms)
	}
	return fmt.Sprintf("%.0f", ms)
}

// curl is a request as a command for a shell.
func (s service) curl(r request) string {
	sent, err := s.http(context.Background(), r)
	if err != nil {
		return err.Error()
	}
	words := []string{"curl", "-s"}
	if r.known != "" {
		words = append(words, "-i") // there is nothing else to see
	}
	words = append(words, shell(sent.URL.String()))
	names := make([]string, 0, len(sent.Header))
	for name := range sent.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		words = append(words, "-H", shell(name+": "+sent.Header.Get(name)))
	}
	if sent.Method == http.MethodPost {
		words = append(words, "-d", shell(fmt.Sprintf(`{"query":%s}`, quoted(r.query))))
	}
	if r.coding != "" {
		words = append(words, "|", "wc", "-c") // it is not to be read
	}
	return strings.Join(words, " ")
}

// shell quotes a word for a shell.
func shell(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
