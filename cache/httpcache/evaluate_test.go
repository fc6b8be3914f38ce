package httpcache_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"weft/cache/httpcache"
)

// shape is a Decision with times as seconds, from noon.
type shape struct {
	refusal         httpcache.Refusal
	private         bool
	age             int // at noon
	fresh           int // until
	revalidate, if_ int // how long after that
}

func shapeOf(d httpcache.Decision) shape {
	seconds := func(d time.Duration) int { return int(d / time.Second) }
	return shape{
		refusal: d.Refusal, private: d.Private,
		age: seconds(noon.Sub(d.Born)), fresh: seconds(d.FreshUntil.Sub(noon)),
		revalidate: seconds(d.StaleWhileRevalidateUntil.Sub(d.FreshUntil)), if_: seconds(d.StaleIfErrorUntil.Sub(d.FreshUntil)),
	}
}

// evaluation is a case: an answer that arrives at noon, sent at noon unless the case says otherwise.
type evaluation struct {
	name     string
	header   string
	request  httpcache.Request
	status   int // 0: 200
	override httpcache.Override
	want     shape
}

func (e evaluation) run(t *testing.T) {
	t.Helper()
	if e.status == 0 {
		e.status = 200
	}
	if e.request.Sent.IsZero() {
		e.request.Sent = noon
	}
	response := httpcache.Response{Status: e.status, Header: header(t, e.header), Received: noon}
	d := httpcache.Evaluate(e.request, response, e.override)
	if got := shapeOf(d); got != e.want {
		t.Errorf("got  %+v\nwant %+v\nfor %+v", got, e.want, e)
	}
	if d.Store != (d.Refusal == httpcache.None) {
		t.Errorf("got Store %t with refusal %q", d.Store, d.Refusal)
	}
}

func runAll(t *testing.T, tests []evaluation) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, test.run)
	}
}

var (
	asIs       = httpcache.Override{}
	authorized = httpcache.Request{Authorized: true}
)

func maxAge(d time.Duration) httpcache.Override {
	return httpcache.Override{MaxAge: d, HasMaxAge: true}
}

func TestEvaluateStores(t *testing.T) {
	const (
		noStore, method, status = httpcache.NoStore, httpcache.Method, httpcache.Status
		varyAny                 = httpcache.VaryAny
		notMarked, noUse        = httpcache.NotMarked, httpcache.NoUse
	)
	runAll(t, []evaluation{
		{"RFC 9111 §3 Fresh", "Cache-Control: max-age=60", httpcache.Request{}, 0, asIs, shape{fresh: 60}},
		{"RFC 9111 §3 GetOnly", "Cache-Control: max-age=60", httpcache.Request{Method: "POST"}, 0, asIs, shape{refusal: method, fresh: 60}},
		{"RFC 9111 §3 Head", "Cache-Control: max-age=60", httpcache.Request{Method: "HEAD"}, 0, asIs, shape{refusal: method, fresh: 60}},
		{"RFC 9111 §3 Interim", "Cache-Control: max-age=60", httpcache.Request{}, 103, asIs, shape{refusal: status, fresh: 60}},
		{"RFC 9111 §3 Partial", "Cache-Control: max-age=60", httpcache.Request{}, 206, asIs, shape{refusal: status, fresh: 60}},
		{"RFC 9111 §3 NotModified", "Cache-Control: max-age=60", httpcache.Request{}, 304, asIs, shape{refusal: status, fresh: 60}},
		{"RFC 9111 §3 NoStatus", "Cache-Control: max-age=60", httpcache.Request{}, 600, asIs, shape{refusal: status, fresh: 60}},
		{"RFC 9111 §3 UnmarkedError", "ETag: \"a\"", httpcache.Request{}, 500, asIs, shape{refusal: notMarked}},
		{"RFC 9111 §3 MarkedError", "Cache-Control: max-age=60", httpcache.Request{}, 500, asIs, shape{fresh: 60}},
		{"RFC 9111 §3 UnmarkedRedirect", "ETag: \"a\"", httpcache.Request{}, 302, asIs, shape{refusal: notMarked}},
		{"RFC 9111 §3 RedirectWithExpires", "Expires: " + date(noon.Add(time.Minute)), httpcache.Request{}, 302, asIs, shape{fresh: 60}},
		{"RFC 9111 §3 PublicError", "Cache-Control: public\nETag: \"a\"", httpcache.Request{}, 500, asIs, shape{}},
		{"RFC 9111 §3 SMaxAgeMarks", "Cache-Control: s-maxage=60", httpcache.Request{}, 500, asIs, shape{fresh: 60}},
		{"RFC 9111 §3 SMaxAgeDoesNotMarkForOne", "Cache-Control: s-maxage=60\nETag: \"a\"", authorized, 500, asIs, shape{refusal: notMarked, private: true}},
		{"RFC 9111 §3 PrivateMarks", "Cache-Control: private\nETag: \"a\"", httpcache.Request{}, 500, asIs, shape{private: true}},
		{"RFC 9111 §3 NotFound", "Cache-Control: max-age=60", httpcache.Request{}, 404, asIs, shape{fresh: 60}},
		{"RFC 9111 §3 ValidatorIsOfUse", "ETag: \"a\"", httpcache.Request{}, 0, asIs, shape{}},
		{"RFC 9111 §3 DateIsAValidator", "Last-Modified: " + date(noon), httpcache.Request{}, 0, asIs, shape{}},
		{"RFC 9111 §3 NothingIsNoUse", "", httpcache.Request{}, 0, asIs, shape{refusal: noUse}},
		{"RFC 9111 §3 StaleOnArrivalIsNoUse", "Cache-Control: max-age=60\nAge: 60", httpcache.Request{}, 0, asIs, shape{refusal: noUse, age: 60}},
		{
			"RFC 9111 §3 StaleOnArrivalIsOfUseForAWhile", "Cache-Control: max-age=60, stale-while-revalidate=5\nAge: 62",
			httpcache.Request{},
			0, asIs,
			shape{age: 62, fresh: -2, revalidate: 5},
		},
		{"RFC 9111 §5.2.2.5 NoStore", "Cache-Control: no-store, max-age=60, stale-if-error=5", httpcache.Request{}, 0, asIs, shape{refusal: noStore}},
		{"RFC 9111 §5.2.2.4 NoCache", "Cache-Control: no-cache, max-age=60, stale-if-error=5\nETag: \"a\"", httpcache.Request{}, 0, asIs, shape{}},
		{"RFC 9111 §5.2.2.4 NoCacheOfAField", "Cache-Control: no-cache=\"x\", max-age=60\nETag: \"a\"", httpcache.Request{}, 0, asIs, shape{}},
		{"RFC 9111 §5.2.2.4 NoCacheWithoutValidator", "Cache-Control: no-cache, max-age=60", httpcache.Request{}, 0, asIs, shape{refusal: noUse}},
		{"RFC 9111 §5.2.2.3 MustUnderstandKnown", "Cache-Control: must-understand, no-store, max-age=60", httpcache.Request{}, 0, asIs, shape{fresh: 60}},
		{"RFC 9111 §5.2.2.3 MustUnderstandUnknown", "Cache-Control: must-understand, no-store, max-age=60", httpcache.Request{}, 299, asIs, shape{refusal: noStore}},
		{"RFC 9111 §5.2.2.3 MustUnderstandWithoutNoStore", "Cache-Control: must-understand, max-age=60", httpcache.Request{}, 299, asIs, shape{refusal: status, fresh: 60}},
		{"RFC 9111 §5.2.2.3 UnknownWithoutMustUnderstand", "Cache-Control: max-age=60", httpcache.Request{}, 299, asIs, shape{fresh: 60}},
		{"RFC 9111 §5.2.2.7 Private", "Cache-Control: private, max-age=60", httpcache.Request{}, 0, asIs, shape{private: true, fresh: 60}},
		{"RFC 9111 §5.2.2.7 PrivateOfAField", "Cache-Control: private=\"x\", max-age=60", httpcache.Request{}, 0, asIs, shape{private: true, fresh: 60}},
		{"RFC 9111 §5.2.2.7 PrivateBeforePublic", "Cache-Control: public, private, max-age=60", httpcache.Request{}, 0, asIs, shape{private: true, fresh: 60}},
		{"RFC 9111 §3.5 Authorization", "Cache-Control: max-age=60", authorized, 0, asIs, shape{private: true, fresh: 60}},
		{"RFC 9111 §3.5 Public", "Cache-Control: public, max-age=60", authorized, 0, asIs, shape{fresh: 60}},
		{"RFC 9111 §3.5 SMaxAgeIsNotEnough", "Cache-Control: s-maxage=60, max-age=30", authorized, 0, asIs, shape{private: true, fresh: 30}},
		{"RFC 9111 §3.5 MustRevalidateIsNotEnough", "Cache-Control: must-revalidate, max-age=60", authorized, 0, asIs, shape{private: true, fresh: 60}},
		{"RFC 9111 §3.5 PublicLivesByTheRulesForAll", "Cache-Control: public, max-age=60, s-maxage=9", authorized, 0, asIs, shape{fresh: 9}},
		{"RFC 9111 §7.3 CookieIsPrivate", "Cache-Control: public, max-age=60\nSet-Cookie: a=b", httpcache.Request{}, 0, asIs, shape{private: true, fresh: 60}},
		{"RFC 9111 §4.1 VaryAny", "Cache-Control: max-age=60\nVary: Accept, *", httpcache.Request{}, 0, asIs, shape{refusal: varyAny, fresh: 60}},
		{"RFC 9111 §4.1 VarySome", "Cache-Control: max-age=60\nVary: Accept", httpcache.Request{}, 0, asIs, shape{fresh: 60}},
	})
}

func TestEvaluateTimes(t *testing.T) {
	sent := func(before time.Duration) httpcache.Request { return httpcache.Request{Sent: noon.Add(-before)} }
	in := func(d time.Duration) string { return date(noon.Add(d)) }
	runAll(t, []evaluation{
		{"RFC 9111 §4.2.1 SMaxAgeFirst", "Cache-Control: max-age=60, s-maxage=5\nExpires: " + in(time.Hour), httpcache.Request{}, 0, asIs, shape{fresh: 5}},
		{"RFC 9111 §4.2.1 SMaxAgeNotForOne", "Cache-Control: private, max-age=60, s-maxage=5", httpcache.Request{}, 0, asIs, shape{private: true, fresh: 60}},
		{"RFC 9111 §4.2.1 SMaxAgeNotWithCredentials", "Cache-Control: max-age=60, s-maxage=5", authorized, 0, asIs, shape{private: true, fresh: 60}},
		{"RFC 9111 §4.2.1 MaxAgeBeforeExpires", "Cache-Control: max-age=60\nExpires: " + in(time.Hour), httpcache.Request{}, 0, asIs, shape{fresh: 60}},
		{"RFC 9111 §4.2.1 InvalidMaxAgeBeforeExpires", "Cache-Control: max-age=x\nETag: \"a\"\nExpires: " + in(time.Hour), httpcache.Request{}, 0, asIs, shape{}},
		{"RFC 9111 §4.2.1 ExpiresAgainstDate", "Date: " + in(-10*time.Second) + "\nExpires: " + in(50*time.Second), httpcache.Request{}, 0, asIs, shape{age: 10, fresh: 50}},
		{"RFC 9111 §5.3 ExpiresWithoutDate", "Expires: " + in(50*time.Second), httpcache.Request{}, 0, asIs, shape{fresh: 50}},
		{"RFC 9110 §6.6.1 DateThatIsNoneIsTheArrival", "Date: yesterday\nExpires: " + in(50*time.Second), httpcache.Request{}, 0, asIs, shape{fresh: 50}},
		{"RFC 9111 §5.3 ExpiresZeroIsPast", "Expires: 0\nETag: \"a\"", httpcache.Request{}, 0, asIs, shape{}},
		{"RFC 9111 §5.3 ExpiresPast", "ETag: \"a\"\nExpires: " + in(-time.Hour), httpcache.Request{}, 0, asIs, shape{}},
		{"RFC 9111 §5.3 ExpiresInAnOldForm", "Expires: Thursday, 05-Nov-26 12:00:50 GMT", httpcache.Request{}, 0, asIs, shape{fresh: 50}},
		{"RFC 9111 §5.3 ExpiresOfAnotherFormIsPast", "ETag: \"a\"\nExpires: Thu, 5 Nov 2026 12:00:50 GMT", httpcache.Request{}, 0, asIs, shape{}},
		{"RFC 9111 §4.2 ExpiresInSmallLetters", "Expires: thu, 05 nov 2026 12:00:50 gmt", httpcache.Request{}, 0, asIs, shape{fresh: 50}},
		{"RFC 9111 §4.2 ExpiresInAnotherZoneIsPast", "ETag: \"a\"\nExpires: Thursday, 05-Nov-26 12:00:50 CET", httpcache.Request{}, 0, asIs, shape{}},
		{"RFC 9111 §4.2.1 OfTwoExpiresTheFirst", "Expires: " + in(50*time.Second) + "\nExpires: " + in(time.Hour), httpcache.Request{}, 0, asIs, shape{fresh: 50}},
		{"RFC 9111 §4.2.2 NoGuessByLastModified", "ETag: \"a\"\nLast-Modified: " + in(-1000*time.Second), httpcache.Request{}, 0, asIs, shape{}},
		{"RFC 9111 §4.2.3 AgeValue", "Cache-Control: max-age=60\nAge: 20", httpcache.Request{}, 0, asIs, shape{age: 20, fresh: 40}},
		{"RFC 9111 §4.2.3 Delay", "Cache-Control: max-age=60\nAge: 20", sent(3 * time.Second), 0, asIs, shape{age: 23, fresh: 37}},
		{"RFC 9111 §4.2.3 DelayWithoutAge", "Cache-Control: max-age=60", sent(3 * time.Second), 0, asIs, shape{age: 3, fresh: 57}},
		{"RFC 9111 §4.2.3 SentAfterReceivedIsNoDelay", "Cache-Control: max-age=60", sent(-3 * time.Second), 0, asIs, shape{fresh: 60}},
		{"RFC 9111 §4.2.3 ApparentAge", "Cache-Control: max-age=60\nAge: 20\nDate: " + in(-30*time.Second), sent(3 * time.Second), 0, asIs, shape{age: 30, fresh: 30}},
		{"RFC 9111 §4.2.3 DateInFuture", "Cache-Control: max-age=60\nDate: " + in(time.Hour), httpcache.Request{}, 0, asIs, shape{fresh: 60}},
		{"RFC 9111 §5.1 OfSeveralAgesTheFirst", "Cache-Control: max-age=60\nAge: 20, 30\nAge: 40", httpcache.Request{}, 0, asIs, shape{age: 20, fresh: 40}},
		{"RFC 9111 §5.1 InvalidAgeIsIgnored", "Cache-Control: max-age=60\nAge: -20", httpcache.Request{}, 0, asIs, shape{fresh: 60}},
		{"RFC 9111 §1.2.2 LongAge", "Cache-Control: max-age=60\nETag: \"a\"\nAge: 99999999999999", httpcache.Request{}, 0, asIs, shape{age: 1 << 31, fresh: 60 - 1<<31}},
		{"RFC 5861 §3 Window", "Cache-Control: max-age=60, stale-while-revalidate=30", httpcache.Request{}, 0, asIs, shape{fresh: 60, revalidate: 30}},
		{"RFC 5861 §4 Window", "Cache-Control: max-age=60, stale-if-error=30", httpcache.Request{}, 0, asIs, shape{fresh: 60, if_: 30}},
		{"RFC 5861 §3 InvalidIsNone", "Cache-Control: max-age=60, stale-while-revalidate", httpcache.Request{}, 0, asIs, shape{fresh: 60}},
		{"RFC 9111 §5.2.2.2 MustRevalidate", "Cache-Control: max-age=60, must-revalidate, stale-while-revalidate=9, stale-if-error=9", httpcache.Request{}, 0, asIs, shape{fresh: 60}},
		{"RFC 9111 §5.2.2.2 MustRevalidateForOne", "Cache-Control: private, max-age=60, must-revalidate, stale-while-revalidate=9, stale-if-error=9", httpcache.Request{}, 0, asIs, shape{private: true, fresh: 60}},
		{"RFC 9111 §5.2.2.4 NoCacheLeavesNoWindow", "Cache-Control: no-cache, stale-while-revalidate=9, stale-if-error=9\nETag: \"a\"", httpcache.Request{}, 0, asIs, shape{}},
		{"RFC 9111 §5.2.2.8 ProxyRevalidate", "Cache-Control: max-age=60, proxy-revalidate, stale-if-error=9", httpcache.Request{}, 0, asIs, shape{fresh: 60}},
		{"RFC 9111 §5.2.2.8 ProxyRevalidateNotForOne", "Cache-Control: private, max-age=60, proxy-revalidate, stale-if-error=9", httpcache.Request{}, 0, asIs, shape{private: true, fresh: 60, if_: 9}},
		{"RFC 9111 §5.2.2.10 SMaxAgeRevalidates", "Cache-Control: s-maxage=60, stale-while-revalidate=9", httpcache.Request{}, 0, asIs, shape{fresh: 60}},
	})
}

func TestEvaluateOverride(t *testing.T) {
	windows := httpcache.Override{MaxAge: time.Minute, HasMaxAge: true, StaleWhileRevalidate: 5 * time.Second, StaleIfError: 7 * time.Second}
	all := shape{fresh: 60, revalidate: 5, if_: 7}
	only := httpcache.Override{StaleWhileRevalidate: 5 * time.Second}
	runAll(t, []evaluation{
		{"WithoutHeader", "", httpcache.Request{}, 0, windows, all},
		{"Lengthens", "Cache-Control: max-age=1, stale-if-error=1", httpcache.Request{}, 0, windows, all},
		{"Shortens", "Cache-Control: max-age=600, stale-while-revalidate=600, stale-if-error=600", httpcache.Request{}, 0, windows, all},
		{"ReplacesSMaxAgeAndExpires", "Cache-Control: s-maxage=1\nExpires: 0", httpcache.Request{}, 0, maxAge(time.Minute), shape{fresh: 60}},
		{"CountsFromBirth", "Age: 20", httpcache.Request{}, 0, maxAge(time.Minute), shape{age: 20, fresh: 40}},
		{"NeverFresh", "Cache-Control: max-age=60\nETag: \"a\"", httpcache.Request{}, 0, maxAge(0), shape{}},
		{"NegativeIsNeverFresh", "Cache-Control: max-age=60\nETag: \"a\"", httpcache.Request{}, 0, maxAge(-time.Hour), shape{}},
		{"ForeverIsTheLongest", "", httpcache.Request{}, 0, maxAge(1<<63 - 1), shape{fresh: 1 << 31}},
		{"WindowsOnly", "Cache-Control: max-age=60, stale-if-error=1", httpcache.Request{}, 0, only, shape{fresh: 60, revalidate: 5, if_: 1}},
		{"IgnoresNoCache", "Cache-Control: no-cache, max-age=60", httpcache.Request{}, 0, httpcache.Override{IgnoreNoCache: true}, shape{fresh: 60}},
		{"IgnoresNoCacheOnly", "Cache-Control: no-cache, private, max-age=60", httpcache.Request{}, 0, httpcache.Override{IgnoreNoCache: true}, shape{private: true, fresh: 60}},
		{
			"IgnoresPrivate", "Cache-Control: no-cache, private",
			httpcache.Request{},
			0,
			httpcache.Override{MaxAge: time.Minute, HasMaxAge: true, IgnoreNoCache: true, IgnorePrivate: true},
			shape{fresh: 60},
		},
		{"IgnoresNoCookie", "Cache-Control: private, max-age=60\nSet-Cookie: a=1", httpcache.Request{}, 0, httpcache.Override{IgnorePrivate: true}, shape{private: true, fresh: 60}},
		{"IgnoresNoCredentials", "Cache-Control: private, max-age=60", authorized, 0, httpcache.Override{IgnorePrivate: true}, shape{private: true, fresh: 60}},
		{
			"IgnoresNoNoStore", "Cache-Control: no-store, max-age=60",
			httpcache.Request{},
			0,
			httpcache.Override{IgnoreNoCache: true, IgnorePrivate: true},
			shape{refusal: httpcache.NoStore},
		},
		{"MakesPrivate", "Cache-Control: public, max-age=60", httpcache.Request{}, 0, httpcache.Override{Private: true}, shape{private: true, fresh: 60}},
		{"NeverWeakensNoStore", "Cache-Control: no-store", httpcache.Request{}, 0, windows, shape{refusal: httpcache.NoStore}},
		{"NeverWeakensPrivate", "Cache-Control: private", httpcache.Request{}, 0, windows, shape{private: true, fresh: 60, revalidate: 5, if_: 7}},
		{"NeverWeakensAuthorization", "", authorized, 0, maxAge(time.Minute), shape{private: true, fresh: 60}},
		{"NeverWeakensNoCache", "Cache-Control: no-cache\nETag: \"a\"", httpcache.Request{}, 0, windows, shape{}},
		{"NeverWeakensMustRevalidate", "Cache-Control: max-age=0, must-revalidate", httpcache.Request{}, 0, windows, shape{fresh: 60}},
		{"NeverMarksErrors", "", httpcache.Request{}, 500, windows, shape{refusal: httpcache.NotMarked}},
		{"NeverLengthensErrors", "Cache-Control: max-age=1", httpcache.Request{}, 500, windows, shape{fresh: 1}},
		{"ShortensErrors", "Cache-Control: max-age=600", httpcache.Request{}, 500, windows, shape{fresh: 60}},
		{"NotFound", "", httpcache.Request{}, 404, maxAge(5 * time.Second), shape{fresh: 5}},
	})
}

func TestEvaluateValidators(t *testing.T) {
	h := header(t, "ETag: \"a\"\nETag: \"b\"\nLast-Modified: "+date(noon))
	d := httpcache.Evaluate(httpcache.Request{}, httpcache.Response{Status: 200, Header: h, Received: noon}, asIs)
	if d.ETag != `"a"` || d.LastModified != date(noon) {
		t.Errorf("got %q and %q", d.ETag, d.LastModified)
	}
}

// Fractions of a second in our clock must not make answers look older than dates can say.
func TestEvaluateSubsecond(t *testing.T) {
	h := header(t, "Cache-Control: max-age=60\nDate: "+date(noon))
	received := noon.Add(999 * time.Millisecond)
	request := httpcache.Request{Sent: received.Add(-5 * time.Millisecond)}
	d := httpcache.Evaluate(request, httpcache.Response{Status: 200, Header: h, Received: received}, asIs)
	if age := received.Sub(d.Born); age != 5*time.Millisecond {
		t.Errorf("got age %v, want 5ms", age)
	}
}

// FuzzEvaluate holds what is true of every decision.
func FuzzEvaluate(f *testing.F) {
	f.Add("max-age=60", "", "20", false, 200, int64(30), true)
	f.Add("private, no-cache, s-maxage=1", "0", "x", true, 404, int64(-1), false)
	f.Add("no-store, must-understand", date(noon), "", false, 299, int64(1<<62), true)
	f.Add("must-revalidate", "", "", false, 200, int64(60), true)
	f.Add("no-cache", "", "", false, 200, int64(60), true)
	f.Fuzz(func(t *testing.T, control, when, age string, credentials bool, status int, override int64, has bool) {
		h := http.Header{"Cache-Control": {control}, "Expires": {when}, "Date": {when}, "Age": {age}}
		request := httpcache.Request{Sent: noon.Add(-time.Second), Authorized: credentials}
		response := httpcache.Response{Status: status, Header: h, Received: noon}
		plain := httpcache.Evaluate(request, response, asIs)
		overridden := httpcache.Evaluate(request, response, httpcache.Override{
			MaxAge: time.Duration(override), HasMaxAge: has,
			StaleWhileRevalidate: time.Duration(override), StaleIfError: time.Duration(override),
		})
		if plain.Refusal == httpcache.NoStore != (overridden.Refusal == httpcache.NoStore) || plain.Private != overridden.Private {
			t.Errorf("the override lifts a prohibition: %+v, then %+v", plain, overridden)
		}
		for _, d := range []httpcache.Decision{plain, overridden} {
			check(t, d, control)
		}
	})
}

// check reports what is wrong with a decision about an answer that arrived at noon.
func check(t *testing.T, d httpcache.Decision, control string) {
	t.Helper()
	lower := strings.ToLower(control)
	switch {
	case d.Born.After(noon), d.FreshUntil.Before(d.Born), d.StaleWhileRevalidateUntil.Before(d.FreshUntil), d.StaleIfErrorUntil.Before(d.FreshUntil):
		t.Errorf("times in the wrong order: %+v", d)
	case lower == "no-store" && d.Store, lower == "private" && !d.Private:
		t.Errorf("%q: got %+v", control, d)
	case lower == "must-revalidate" && (d.StaleWhileRevalidateUntil != d.FreshUntil || d.StaleIfErrorUntil != d.FreshUntil):
		t.Errorf("must be validated and may be stale: %+v", d)
	case lower == "no-cache" && d.FreshUntil != d.Born:
		t.Errorf("must be validated and is fresh: %+v", d)
	}
}

// An answer that a redirect led to is kept no longer than both allow, and as privately as either asks.
func TestAnd(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	of := func(status int, control string) httpcache.Decision {
		r := httpcache.Response{Status: status, Header: http.Header{}, Received: at}
		if control != "" {
			r.Header.Set("Cache-Control", control)
		}
		return httpcache.Evaluate(httpcache.Request{Sent: at}, r, httpcache.Override{})
	}
	for _, tt := range []struct {
		redirect httpcache.Decision
		store    bool
		fresh    time.Duration
		private  bool
	}{
		{of(301, "max-age=10"), true, 10 * time.Second, false},
		{of(302, "max-age=100"), true, 60 * time.Second, false},
		{of(301, "private, max-age=10"), true, 10 * time.Second, true},
		{of(302, ""), false, 0, false},
		{of(307, "no-store"), false, 0, false},
		{of(308, "no-cache"), false, 0, false},
	} {
		for _, got := range []httpcache.Decision{of(200, "max-age=60").And(tt.redirect), tt.redirect.And(of(200, "max-age=60"))} {
			if got.Store != tt.store || got.Store && got.FreshUntil.Sub(at) != tt.fresh || got.Private != tt.private || got.Store != (got.Refusal == httpcache.None) {
				t.Errorf("got %+v, want %+v", got, tt)
			}
		}
	}
}
