package main_test

import (
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"weft/graph/service/processtest"
)

// TestTour takes the tour of a demo, and holds what its table says: the calls of each row, and whether bytes become fewer.
func TestTour(t *testing.T) {
	t.Parallel() // it waits until prices are old
	program := processtest.Build(t)
	demo := processtest.Start(t, exec.Command(program, "-demo-latency=1ms"))
	addr := strings.TrimSuffix(strings.TrimPrefix(demo.URL, "http://"), "/graphql")
	out, err := exec.Command(program, "tour", "-addr", addr).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("\n%s", out)
	checkTour(t, string(out))
	t.Run("README", func(t *testing.T) { checkTour(t, readmeSection(t, "# Weft")) })
	demo.Terminate(t)
	demo.Ends(t)
}

// checkTour compares the rows of a tour's table, in a text: names, calls, bytes and notes.
func checkTour(t *testing.T, text string) {
	t.Helper()
	_, text, _ = strings.Cut(text, "what the service does")
	rows := regexp.MustCompile(`(?m)^(\S.*?) {2,}(\d+) +[\d.]+ +(\d+)(?: +(\S.*))?$`).FindAllStringSubmatch(text, -1)
	const whole = 4768
	for i, want := range []struct {
		name        string
		calls       int
		least, most int // bytes
		note        string
	}{
		{"every key by itself, one after another", 101, whole, whole, ""},
		{"each key once, and batched", 5, whole, whole, ""},
		{"and in parallel", 5, whole, whole, ""},
		{"asked again", 0, whole, whole, ""},
		{"the same, compressed (zstd)", 0, whole / 10, whole / 2, ""},
		{"by its id, and unchanged (304)", 0, 0, 0, ""},
		{"the next page, prefetched", 0, whole - 500, whole + 500, ""},
		{"pricing is down, and prices are kept", 1, whole, whole, "20 prices are 1\\d s old"},
		{"pricing is down, and nothing is kept", 5, whole / 2, whole, "20 prices are null, each with an error; all else is there"},
	} {
		if i >= len(rows) {
			t.Fatalf("there is no row %q", want.name)
		}
		name, note := rows[i][1], rows[i][4]
		calls, _ := strconv.Atoi(rows[i][2])
		bytes, _ := strconv.Atoi(rows[i][3])
		if name != want.name || calls != want.calls || bytes < want.least || bytes > want.most || !regexp.MustCompile("^"+want.note+"$").MatchString(note) {
			t.Errorf("got %q, %d calls, %d bytes, %q, want %+v", name, calls, bytes, note, want)
		}
	}
}
