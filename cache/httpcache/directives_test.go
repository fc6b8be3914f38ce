package httpcache_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/cache/httpcache"
)

// s is a directive's argument of n seconds.
func s(n int64) httpcache.Seconds {
	return httpcache.Seconds{Value: time.Duration(n) * time.Second, Given: true}
}

func TestParseDirectives(t *testing.T) {
	type d = httpcache.Directives
	tests := []struct {
		name  string
		lines []string
		want  d
	}{
		{"None", nil, d{}},
		{"Empty", []string{"", " , ,; "}, d{}},
		{"RFC 9111 §5.2 All", []string{
			"max-age=1, s-maxage=2, stale-while-revalidate=3, stale-if-error=4, no-store, no-cache",
			"private, public, must-revalidate, proxy-revalidate, must-understand, no-transform",
		}, d{
			MaxAge: s(1), SMaxAge: s(2), StaleWhileRevalidate: s(3), StaleIfError: s(4),
			NoStore: true, NoCache: true, Private: true, Public: true, MustRevalidate: true, ProxyRevalidate: true,
			MustUnderstand: true,
		}},
		{"RFC 9111 §5.2 NamesInAnyCase", []string{"Max-AGE=1, NO-store"}, d{MaxAge: s(1), NoStore: true}},
		{"RFC 9111 §5.2 QuotedArgument", []string{`max-age="10"`}, d{MaxAge: s(10)}},
		{"RFC 9111 §5.2.3 UnknownIsIgnored", []string{`foo, bar="no-store, private", max-age=1, immutable`}, d{MaxAge: s(1)}},
		{"RFC 9111 §5.2.2.4 FieldNamesAreAll", []string{`no-cache="set-cookie, x", private="a"`}, d{NoCache: true, Private: true}},
		{"RFC 9111 §1.2.2 OverflowSaturates", []string{"max-age=99999999999999999999999999"}, d{MaxAge: s(1 << 31)}},
		{"RFC 9111 §1.2.2 OneAboveTheLongest", []string{"max-age=2147483649"}, d{MaxAge: s(1 << 31)}},
		{"RFC 9111 §4.2.1 NoNumberIsStale", []string{"max-age=soon"}, d{MaxAge: s(0)}},
		{"RFC 9111 §4.2.1 NegativeIsStale", []string{"max-age=-1"}, d{MaxAge: s(0)}},
		{"RFC 9111 §4.2.1 FractionIsStale", []string{"max-age=1.5"}, d{MaxAge: s(0)}},
		{"RFC 9111 §4.2.1 MissingIsStale", []string{"max-age"}, d{MaxAge: s(0)}},
		{"RFC 9111 §4.2.1 OfTwoTheShorter", []string{"max-age=5, max-age=3", "max-age=9"}, d{MaxAge: s(3)}},
		{"RFC 9111 §4.2.1 OfTwoTheInvalid", []string{"max-age=5, max-age=x"}, d{MaxAge: s(0)}},
		{"SpacesAndTabs", []string{" max-age = 5\t,\tno-store "}, d{MaxAge: s(5), NoStore: true}},
		{"SemicolonSeparates", []string{"private; max-age=5"}, d{Private: true, MaxAge: s(5)}},
		{"ArgumentOfAFlagIsIgnored", []string{"no-store=0"}, d{NoStore: true}},
		{"OpenQuoteHidesNothing", []string{`a="b, no-store`}, d{NoStore: true}},
		{"EscapedQuoteHidesNothing", []string{`a="b\", no-store`}, d{NoStore: true}},
		{"OtherNameInsideAName", []string{"x-no-store, no-storey, s-max-age=5"}, d{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, httpcache.ParseDirectives(test.lines)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", test.lines, diff)
			}
		})
	}
}

// FuzzDirectives holds that a prohibition is heard whatever stands before it, and that more text never makes an answer live
// longer.
func FuzzDirectives(f *testing.F) {
	for _, line := range []string{
		"max-age=60", `private="a, b", max-age="5"`, `a="b`, `"\"\"\"`, "MAX-age = 1;no-store", "max-age=99999999999", ",;,=", `="`,
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		d := httpcache.ParseDirectives([]string{line})
		for _, more := range []httpcache.Directives{
			httpcache.ParseDirectives([]string{line + ", no-store, max-age=7"}),
			httpcache.ParseDirectives([]string{line, "no-store, max-age=7"}),
		} {
			if !more.NoStore || !more.MaxAge.Given || more.MaxAge.Value > 7*time.Second {
				t.Errorf("%q with no-store, max-age=7: got %+v", line, more)
			}
			if d.MaxAge.Given && more.MaxAge.Value > d.MaxAge.Value || d.Private && !more.Private || d.NoCache && !more.NoCache {
				t.Errorf("%q: got %+v, and with more %+v", line, d, more)
			}
		}
		for _, v := range []httpcache.Seconds{d.MaxAge, d.SMaxAge, d.StaleWhileRevalidate, d.StaleIfError} {
			if v.Value < 0 || v.Value > 1<<31*time.Second || v.Value%time.Second != 0 || !v.Given && v.Value != 0 {
				t.Errorf("%q: got seconds %+v", line, v)
			}
		}
	})
}

// Reading takes time in proportion to the text, quotes or not.
func TestParseDirectivesLong(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, alphabet := range []string{`"`, `"\`, `,"`, `;,="\ a`} {
		var b strings.Builder
		for range 1 << 20 {
			b.WriteByte(alphabet[rnd.IntN(len(alphabet))])
		}
		if d := httpcache.ParseDirectives([]string{b.String() + `",no-store`, "no-store"}); !d.NoStore {
			t.Errorf("1 MiB of %q hides no-store", alphabet)
		}
	}
}
