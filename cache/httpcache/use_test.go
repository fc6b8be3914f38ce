package httpcache_test

import (
	"testing"
	"time"

	"weft/cache/httpcache"
)

func TestUse(t *testing.T) {
	const (
		serve, stale       = httpcache.Serve, httpcache.ServeStale
		refresh, validate  = httpcache.ServeRefresh, httpcache.Validate
		windows            = "max-age=60, stale-while-revalidate=10"
		plain, must, never = "max-age=60", "max-age=60, must-revalidate", "no-cache"
	)
	tests := []struct {
		name    string
		control string // of the answer
		age     int    // seconds after it arrived
		asked   string // of the request
		want    httpcache.Use
	}{
		{"RFC 9111 §4.2 Fresh", plain, 59, "", serve},
		{"RFC 9111 §4.2 LifetimeMustExceedAge", plain, 60, "", validate},
		{"RFC 9111 §4.2.4 MaxStaleAny", plain, 1000, "max-stale", stale},
		{"RFC 9111 §5.2.1.2 MaxStale", plain, 65, "max-stale=5", stale},
		{"RFC 9111 §5.2.1.2 MaxStaleExceeded", plain, 66, "max-stale=5", validate},
		{"RFC 9111 §4.2.4 MaxStaleAgainstMustRevalidate", must, 61, "max-stale", validate},
		{"RFC 9111 §5.2.2.2 MustRevalidateFresh", must, 59, "", serve},
		{"RFC 9111 §5.2.2.4 NoCache", never, 0, "", validate},
		{"RFC 9111 §5.2.2.4 NoCacheAgainstMaxStale", never, 0, "max-stale", validate},
		{"RFC 9111 §5.2.1.4 RequestNoCache", plain, 1, "no-cache", validate},
		{"RFC 9111 §5.2.1.4 RequestNoCacheBeforeMaxStale", plain, 1, "no-cache, max-stale", validate},
		{"RFC 9111 §5.2.1.5 RequestNoStoreMayUseWhatIsStored", plain, 1, "no-store", serve},
		{"RFC 9111 §5.2.1.1 MaxAge", plain, 10, "max-age=10", serve},
		{"RFC 9111 §5.2.1.1 MaxAgeExceeded", plain, 11, "max-age=10", validate},
		{"RFC 9111 §5.2.1.1 MaxAgeZero", plain, 1, "max-age=0", validate},
		{"RFC 9111 §5.2.1.1 MaxAgeExceededWithMaxStale", plain, 11, "max-age=10, max-stale", validate},
		{"RFC 9111 §5.2.1.1 MaxAgeAndStale", windows, 65, "max-age=100", validate},
		{"RFC 9111 §5.2.1.1 MaxAgeAndMaxStale", plain, 65, "max-age=100, max-stale=10", stale},
		{"RFC 9111 §5.2.1.3 MinFresh", plain, 50, "min-fresh=10", serve},
		{"RFC 9111 §5.2.1.3 MinFreshExceeded", plain, 51, "min-fresh=10", validate},
		{"RFC 5861 §3 InTheWindow", windows, 69, "", refresh},
		{"RFC 5861 §3 AfterTheWindow", windows, 70, "", validate},
		{"RFC 5861 §3 MinFreshInTheWindow", windows, 61, "min-fresh=0", validate},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := decide(t, test.control)
			asked := httpcache.ParseDirectives([]string{test.asked})
			if got := d.Use(noon.Add(time.Duration(test.age)*time.Second), asked); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestIfError(t *testing.T) {
	tests := []struct {
		name, control string
		age           int
		asked         string
		want          bool
	}{
		{"RFC 5861 §4 InTheWindow", "max-age=60, stale-if-error=10", 69, "", true},
		{"RFC 5861 §4 AfterTheWindow", "max-age=60, stale-if-error=10", 70, "", false},
		{"RFC 5861 §4 NoWindow", "max-age=60", 61, "", false},
		{"RFC 5861 §4 TheRequestsWindow", "max-age=60", 69, "stale-if-error=10", true},
		{"RFC 5861 §4 AfterTheRequestsWindow", "max-age=60", 70, "stale-if-error=10", false},
		{"RFC 5861 §4 FreshButRefusedByAge", "max-age=60, stale-if-error=10", 20, "max-age=10", false},
		{"RFC 9111 §5.2.2.2 MustRevalidate", "max-age=60, must-revalidate, stale-if-error=10", 61, "stale-if-error=10", false},
		{"RFC 9111 §5.2.1.4 RequestNoCache", "max-age=60, stale-if-error=10", 61, "no-cache", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := decide(t, test.control)
			asked := httpcache.ParseDirectives([]string{test.asked})
			if got := d.IfError(noon.Add(time.Duration(test.age)*time.Second), asked); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

// decide returns the decision about an answer that arrives at noon.
func decide(t testing.TB, control string) httpcache.Decision {
	t.Helper()
	h := header(t, "Cache-Control: "+control)
	return httpcache.Evaluate(httpcache.Request{Sent: noon}, httpcache.Response{Status: 200, Header: h, Received: noon}, shared)
}
