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
			"max-age=1, s-maxage=2, stale-while-revalidate=3, stale-if-error=4, max-stale=5, min-fresh=6, no-store, no-cache",
			"private, public, must-revalidate, proxy-revalidate, must-understand, only-if-cached, no-transform",
		}, d{
			MaxAge: s(1), SMaxAge: s(2), StaleWhileRevalidate: s(3), StaleIfError: s(4), MaxStale: s(5), MinFresh: s(6),
			NoStore: true, NoCache: true, Private: true, Public: true, MustRevalidate: true, ProxyRevalidate: true,
			MustUnderstand: true, OnlyIfCached: true,
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
		{"RFC 9111 §5.2.1.2 MaxStaleOfAnyAge", []string{"max-stale"}, d{MaxStale: s(1 << 31)}},
		{"RFC 9111 §5.2.1.2 MaxStaleOfNoNumberIsNone", []string{"max-stale=x"}, d{MaxStale: s(0)}},
		{"RFC 9111 §5.2.1.2 OfTwoMaxStaleTheShorter", []string{"max-stale, max-stale=3"}, d{MaxStale: s(3)}},
		{"RFC 9111 §5.2.1.3 OfTwoMinFreshTheLonger", []string{"min-fresh=3, min-fresh=7, min-fresh=5"}, d{MinFresh: s(7)}},
		{"RFC 9111 §5.2.1.3 MinFreshOfNoNumberIsAll", []string{"min-fresh=x"}, d{MinFresh: s(1 << 31)}},
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

func TestParseTargeted(t *testing.T) {
	type d = httpcache.Directives
	tests := []struct {
		name  string
		lines []string
		want  d
		ok    bool
	}{
		{"RFC 9213 §2.1 Valid", []string{"max-age=60, private"}, d{MaxAge: s(60), Private: true}, true},
		{"RFC 9213 §2.1 SeveralLines", []string{"max-age=60", "no-store"}, d{MaxAge: s(60), NoStore: true}, true},
		{"RFC 9213 §2.1 UnknownIsIgnored", []string{`a="x, no-store", b=(1 "2";c=?0 t/*:);d;e=1.25, f=:YQ==:, *g=-1`}, d{}, true},
		{"RFC 9213 §2.1 ParametersAreIgnored", []string{"max-age=60;x; y=1 , no-cache;z"}, d{MaxAge: s(60), NoCache: true}, true},
		{"RFC 9213 §2.1 StringMaxAgeIsIgnored", []string{`max-age="60"`}, d{}, true},
		{"RFC 9213 §2.1 DecimalMaxAgeIsIgnored", []string{"max-age=60.5"}, d{}, true},
		{"RFC 9213 §2.1 BareMaxAgeIsIgnored", []string{"max-age"}, d{}, true},
		{"RFC 9213 §2.1 NegativeIsStale", []string{"max-age=-5"}, d{MaxAge: s(0)}, true},
		{"RFC 9213 §2.1 BareMaxStale", []string{"max-stale"}, d{MaxStale: s(1 << 31)}, true},
		{"RFC 9213 §2.1 FalseIsNot", []string{"no-store=?0, private=?1"}, d{Private: true}, true},
		{"RFC 9213 §2.1 FlagOfAnotherTypeStands", []string{`private="a", no-store=1`}, d{Private: true, NoStore: true}, true},
		{"RFC 8941 §3.2 TheLastCounts", []string{"max-age=60, max-age=5"}, d{MaxAge: s(5)}, true},
		{"RFC 8941 §3.2 TheLastCountsEvenIfIgnored", []string{"max-age=60, max-age=x"}, d{}, true},
		{"RFC 8941 §3.3.1 FifteenDigits", []string{"max-age=999999999999999"}, d{MaxAge: s(1 << 31)}, true},
		{"Empty", []string{" "}, d{}, false},
		{"RFC 8941 §4.2.2 TrailingComma", []string{"max-age=60,"}, d{}, false},
		{"RFC 8941 §4.2.2 EmptyMember", []string{"max-age=60,,no-store"}, d{}, false},
		{"RFC 8941 §4.2.2 NoComma", []string{"max-age=60 no-store"}, d{}, false},
		{"RFC 8941 §4.2.2 SpaceBeforeValue", []string{"max-age= 60"}, d{}, false},
		{"RFC 8941 §4.2.2 NoValue", []string{"max-age="}, d{}, false},
		{"RFC 8941 §4.2.3.3 UpperCaseKey", []string{"Max-Age=60"}, d{}, false},
		{"RFC 8941 §4.2.3.3 DigitKey", []string{"1a"}, d{}, false},
		{"RFC 8941 §4.2.3.2 ParameterWithoutKey", []string{"a;=1"}, d{}, false},
		{"RFC 8941 §4.2.3.2 ParameterWithoutValue", []string{"a;b="}, d{}, false},
		{"RFC 8941 §4.2.4 SixteenDigits", []string{"max-age=1000000000000000"}, d{}, false},
		{"RFC 8941 §4.2.4 NoFraction", []string{"a=1."}, d{}, false},
		{"RFC 8941 §4.2.4 LongFraction", []string{"a=1.1234"}, d{}, false},
		{"RFC 8941 §4.2.4 MinusOnly", []string{"a=-"}, d{}, false},
		{"RFC 8941 §4.2.5 OpenString", []string{`a="x`}, d{}, false},
		{"RFC 8941 §4.2.5 WrongEscape", []string{`a="\x"`}, d{}, false},
		{"RFC 8941 §4.2.5 NoASCII", []string{`a="é"`}, d{}, false},
		{"RFC 8941 §4.2.7 OpenBytes", []string{"a=:YQ=="}, d{}, false},
		{"RFC 8941 §4.2.8 NoBoolean", []string{"a=?2"}, d{}, false},
		{"RFC 8941 §4.2.1.2 OpenList", []string{"a=(1 2"}, d{}, false},
		{"RFC 8941 §4.2.1.2 ListWithoutSpace", []string{`a=("1""2")`}, d{}, false},
		{"RFC 8941 §4.2.3.1 NoItem", []string{"a=%"}, d{}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := httpcache.ParseTargeted(test.lines)
			if ok != test.ok {
				t.Errorf("%q: got ok %t, want %t", test.lines, ok, test.ok)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
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
		for _, v := range []httpcache.Seconds{d.MaxAge, d.SMaxAge, d.StaleWhileRevalidate, d.StaleIfError, d.MaxStale, d.MinFresh} {
			if v.Value < 0 || v.Value > 1<<31*time.Second || v.Value%time.Second != 0 || !v.Given && v.Value != 0 {
				t.Errorf("%q: got seconds %+v", line, v)
			}
		}
	})
}

// FuzzTargeted holds that a valid dictionary stays valid with a member more, which counts, and an invalid one invalid; and that
// both readings of it agree where they are equally strict.
func FuzzTargeted(f *testing.F) {
	for _, line := range []string{
		"max-age=60", `a="x, y";b=1, private`, "a=(1 2.5 :YQ==:);q, no-store=?0", "max-age=-1", "a,,b", `a="\"`, "*x=t:/",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		d, ok := httpcache.ParseTargeted([]string{line})
		if !ok && d != (httpcache.Directives{}) {
			t.Errorf("%q is invalid: got %+v", line, d)
		}
		more, moreOK := httpcache.ParseTargeted([]string{line + ", no-store, max-age=7"})
		if ok && (!moreOK || !more.NoStore || more.MaxAge != s(7)) {
			t.Errorf("%q with no-store, max-age=7: got %+v, %t", line, more, moreOK)
		}
		lenient := httpcache.ParseDirectives([]string{line})
		if ok && !strings.ContainsAny(line, `?"(;`) && (d.NoStore != lenient.NoStore || d.Private != lenient.Private) {
			t.Errorf("%q: got %+v, leniently %+v", line, d, lenient)
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
