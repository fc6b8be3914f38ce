// Command tests reads what `go test -json` says. It prints what go test would, the tests that were skipped at the end, and exits with 1
// if one of them may not be: in CI everything is there that a test may need.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// maySkip are the tests that may be skipped, with the reasons.
var maySkip = map[string]string{
	"weft/cache/memory TestTier/Unreachable":           "memory has no store that could be away",
	"weft/cache/memory TestTierWithClock/Unreachable":  "memory has no store that could be away",
	"weft/cache/redis TestTierOverCluster/Unreachable": "a single server is away in TestTier; here it would be each of the cluster's",
}

// event is one line of `go test -json`: see go doc test2json.
type event struct{ Action, Package, Test, Output string }

func main() {
	skipped, failed, err := read(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	bad := report(os.Stdout, skipped)
	if failed || bad {
		os.Exit(1)
	}
}

// read prints the output of tests that failed, and the results of packages. It returns the tests that were skipped, with what they said.
func read(r io.Reader, w io.Writer) (skipped map[string]string, failed bool, err error) {
	skipped = map[string]string{}
	said := map[string]*strings.Builder{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil { // what a build says stands between the events
			fmt.Fprintln(w, lines.Text())
			continue
		}
		name := strings.TrimSpace(e.Package + " " + e.Test)
		if said[name] == nil {
			said[name] = &strings.Builder{}
		}
		output := said[name]
		switch e.Action {
		case "output", "build-output":
			if line := strings.TrimSpace(e.Output); !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- SKIP") {
				output.WriteString(e.Output)
			}
			continue
		case "skip":
			if e.Test != "" {
				skipped[name] = output.String()
			}
		case "fail", "build-fail":
			failed = true
			fmt.Fprint(w, output)
		case "pass":
			if e.Test == "" {
				fmt.Fprint(w, last(output.String()))
			}
		default:
			continue
		}
		delete(said, name)
	}
	for _, rest := range said { // of what has neither passed nor failed: it was ended, or did not compile
		fmt.Fprint(w, rest)
	}
	return skipped, failed, lines.Err()
}

// last is the last line of a package's output, which is its result.
func last(output string) string {
	all := slices.Collect(strings.Lines(output))
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// report prints the tests that were skipped, and reports whether one of them may not be.
func report(w io.Writer, skipped map[string]string) (bad bool) {
	names := make([]string, 0, len(skipped))
	for name := range skipped {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if reason, ok := maySkip[name]; ok {
			fmt.Fprintf(w, "skipped: %s: %s\n", name, reason)
			continue
		}
		bad = true
		fmt.Fprintf(w, "skipped, and it may not be: %s\n%s", name, skipped[name])
	}
	if bad {
		fmt.Fprintln(w, "install what these need, or say in .ci/tests why they may be skipped")
	}
	return bad
}
