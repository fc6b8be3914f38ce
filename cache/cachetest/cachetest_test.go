package cachetest_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"weft/cache"
	"weft/cache/cachetest"
)

// faultVariable names the fault of the tier that TestSimpleTier tests.
const faultVariable = "WEFT_CACHETEST_FAULT"

func TestSimpleTier(t *testing.T) {
	cachetest.Run(t, func(*testing.T) cachetest.Subject {
		s := &store{fault: os.Getenv(faultVariable), entries: map[cache.Key]*cache.Entry{}}
		return s.subject()
	})
}

// Each fault of a tier is found, by the test that is there for it. A test that fails fails all around it, so faulty tiers are
// tested in processes of their own.
func TestFaultsAreFound(t *testing.T) {
	for fault, by := range map[string]string{
		"cuts keys at zero":                   "Hostile",
		"deletes":                             "Interleavings",
		"gives up an invalidation":            "CancelledInvalidate",
		"forgets an invalidation that failed": "Unreachable",
		"hears only when idle":                "EachTag",
		"hides that the store is away":        "Unreachable",
		"invalidates in this process only":    "EachTag",
		"invalidates later":                   "Interleavings",
		"invalidates one tag":                 "EachTag",
		"looks at no tag":                     "EachTag",
		"looks at one tag":                    "EachTag",
		"loses a field":                       "RoundTrip",
		"loses what is null":                  "RoundTrip",
		"notes positions late":                "Interleavings",
		"serves fresh entries only":           "Stale",
		"serves what has expired":             "Expired",
		"shortens keys":                       "Hostile",
		"touches what it lacks":               "Missing",
	} {
		t.Run(fault, func(t *testing.T) {
			test := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSimpleTier$/^"+by+"$")
			test.Env = append(os.Environ(), faultVariable+"="+fault)
			out, err := test.CombinedOutput()
			if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) {
				t.Fatalf("the tests pass: %v", err)
			}
			if !strings.Contains(string(out), "--- FAIL: TestSimpleTier/"+by+" ") {
				t.Errorf("not found by %s:\n%s", by, out)
			}
		})
	}
}
