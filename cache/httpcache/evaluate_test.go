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
	must            bool
	age             int // at noon
	fresh           int // until
	revalidate, if_ int // how long after that
}

func shapeOf(d httpcache.Decision) shape {
	seconds := func(d time.Duration) int { return int(d / time.Second) }
	return shape{
		refusal: d.Refusal, private: d.Private, must: d.MustRevalidate,
		age: seconds(d.Age(noon)), fresh: seconds(d.FreshUntil.Sub(noon)),
		revalidate: seconds(d.StaleWhileRevalidateUntil.Sub(d.FreshUntil)), if_: seconds(d.StaleIfErrorUntil.Sub(d.FreshUntil)),
	}
}

// evaluation is a case: an answer that arrives at noon, sent at noon unless the case says otherwise.
type evaluation struct {
	name    string
	header  string
	request httpcache.Request
	status  int // 0: 200
	options httpcache.Options
	want    shape
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
	d := httpcache.Evaluate(e.request, response, e.options)
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
	shared      = httpcache.Options{}
	private     = httpcache.Options{Scope: httpcache.Private}
	partitioned = httpcache.Options{Scope: httpcache.Partitioned}
	authorized  = httpcache.Request{Authorized: true}
)

// overridden is a partitioned cache with an override.
func overridden(o httpcache.Override) httpcache.Options {
	return httpcache.Options{Scope: httpcache.Partitioned, Override: o}
}

func maxAge(d time.Duration) httpcache.Override {
	return httpcache.Override{MaxAge: d, HasMaxAge: true}
}

func TestEvaluateStores(t *testing.T) {
	const (
		noStore, method, status = httpcache.NoStore, httpcache.Method, httpcache.Status
		forOne, varyAny         = httpcache.ForOne, httpcache.VaryAny
		notMarked, noUse        = httpcache.NotMarked, httpcache.NoUse
	)
	runAll(t, []evaluation{
		{"RFC 9111 §3 Fresh", "Cache-Control: max-age=60", httpcache.Request{}, 0, shared, shape{fresh: 60}},
		{"RFC 9111 §3 GetOnly", "Cache-Control: max-age=60", httpcache.Request{Method: "POST"}, 0, shared, shape{refusal: method, fresh: 60}},
		{"RFC 9111 §3 Head", "Cache-Control: max-age=60", httpcache.Request{Method: "HEAD"}, 0, shared, shape{refusal: method, fresh: 60}},
		{"RFC 9111 §3 Interim", "Cache-Control: max-age=60", httpcache.Request{}, 103, shared, shape{refusal: status, fresh: 60}},
		{"RFC 9111 §3 Partial", "Cache-Control: max-age=60", httpcache.Request{}, 206, shared, shape{refusal: status, fresh: 60}},
		{"RFC 9111 §3 NotModified", "Cache-Control: max-age=60", httpcache.Request{}, 304, shared, shape{refusal: status, fresh: 60}},
		{"RFC 9111 §3 NoStatus", "Cache-Control: max-age=60", httpcache.Request{}, 600, shared, shape{refusal: status, fresh: 60}},
		{"RFC 9111 §3 UnmarkedError", "ETag: \"a\"", httpcache.Request{}, 500, shared, shape{refusal: notMarked}},
		{"RFC 9111 §3 MarkedError", "Cache-Control: max-age=60", httpcache.Request{}, 500, shared, shape{fresh: 60}},
		{"RFC 9111 §3 UnmarkedRedirect", "ETag: \"a\"", httpcache.Request{}, 302, shared, shape{refusal: notMarked}},
		{"RFC 9111 §3 RedirectWithExpires", "Expires: " + date(noon.Add(time.Minute)), httpcache.Request{}, 302, shared, shape{fresh: 60}},
		{"RFC 9111 §3 PublicError", "Cache-Control: public\nETag: \"a\"", httpcache.Request{}, 500, shared, shape{}},
		{"RFC 9111 §3 SMaxAgeMarksForShared", "Cache-Control: s-maxage=60", httpcache.Request{}, 500, shared, shape{fresh: 60, must: true}},
		{"RFC 9111 §3 SMaxAgeDoesNotMarkForPrivate", "Cache-Control: s-maxage=60\nETag: \"a\"", httpcache.Request{}, 500, private, shape{refusal: notMarked}},
		{"RFC 9111 §3 PrivateMarksForPrivate", "Cache-Control: private\nETag: \"a\"", httpcache.Request{}, 500, private, shape{private: true}},
		{"RFC 9111 §3 NotFound", "Cache-Control: max-age=60", httpcache.Request{}, 404, shared, shape{fresh: 60}},
		{"RFC 9111 §3 ValidatorIsOfUse", "ETag: \"a\"", httpcache.Request{}, 0, shared, shape{}},
		{"RFC 9111 §3 DateIsAValidator", "Last-Modified: " + date(noon), httpcache.Request{}, 0, shared, shape{}},
		{"RFC 9111 §3 NothingIsNoUse", "", httpcache.Request{}, 0, shared, shape{refusal: noUse}},
		{"RFC 9111 §3 StaleOnArrivalIsNoUse", "Cache-Control: max-age=60\nAge: 60", httpcache.Request{}, 0, shared, shape{refusal: noUse, age: 60}},
		{
			"RFC 9111 §3 StaleOnArrivalIsOfUseForAWhile", "Cache-Control: max-age=60, stale-while-revalidate=5\nAge: 62",
			httpcache.Request{},
			0, shared,
			shape{age: 62, fresh: -2, revalidate: 5},
		},
		{"RFC 9111 §5.2.1.5 RequestNoStore", "Cache-Control: max-age=60", httpcache.Request{NoStore: true}, 0, shared, shape{refusal: noStore}},
		{"RFC 9111 §5.2.2.5 NoStore", "Cache-Control: no-store, max-age=60, stale-if-error=5", httpcache.Request{}, 0, private, shape{refusal: noStore}},
		{"RFC 9111 §5.2.2.4 NoCache", "Cache-Control: no-cache, max-age=60, stale-if-error=5\nETag: \"a\"", httpcache.Request{}, 0, shared, shape{must: true}},
		{"RFC 9111 §5.2.2.4 NoCacheOfAField", "Cache-Control: no-cache=\"x\", max-age=60\nETag: \"a\"", httpcache.Request{}, 0, shared, shape{must: true}},
		{"RFC 9111 §5.2.2.4 NoCacheWithoutValidator", "Cache-Control: no-cache, max-age=60", httpcache.Request{}, 0, shared, shape{refusal: noUse, must: true}},
		{"RFC 9111 §5.2.2.3 MustUnderstandKnown", "Cache-Control: must-understand, no-store, max-age=60", httpcache.Request{}, 0, shared, shape{fresh: 60}},
		{"RFC 9111 §5.2.2.3 MustUnderstandUnknown", "Cache-Control: must-understand, no-store, max-age=60", httpcache.Request{}, 299, shared, shape{refusal: noStore}},
		{"RFC 9111 §5.2.2.3 MustUnderstandWithoutNoStore", "Cache-Control: must-understand, max-age=60", httpcache.Request{}, 299, shared, shape{refusal: status, fresh: 60}},
		{"RFC 9111 §5.2.2.3 UnknownWithoutMustUnderstand", "Cache-Control: max-age=60", httpcache.Request{}, 299, shared, shape{fresh: 60}},
		{"RFC 9111 §5.2.2.3 MustUnderstandLeavesTheRequest", "Cache-Control: must-understand, max-age=60", httpcache.Request{NoStore: true}, 0, shared, shape{refusal: noStore}},
		{"RFC 9111 §5.2.2.7 PrivateInShared", "Cache-Control: private, max-age=60", httpcache.Request{}, 0, shared, shape{refusal: forOne, private: true, fresh: 60}},
		{"RFC 9111 §5.2.2.7 PrivateOfAField", "Cache-Control: private=\"x\", max-age=60", httpcache.Request{}, 0, shared, shape{refusal: forOne, private: true, fresh: 60}},
		{"RFC 9111 §5.2.2.7 PrivateInPrivate", "Cache-Control: private, max-age=60", httpcache.Request{}, 0, private, shape{private: true, fresh: 60}},
		{"RFC 9111 §5.2.2.7 PrivateInPartitioned", "Cache-Control: private, max-age=60", httpcache.Request{}, 0, partitioned, shape{private: true, fresh: 60}},
		{"RFC 9111 §5.2.2.7 PrivateBeforePublic", "Cache-Control: public, private, max-age=60", httpcache.Request{}, 0, shared, shape{refusal: forOne, private: true, fresh: 60}},
		{"RFC 9111 §3.5 Authorization", "Cache-Control: max-age=60", authorized, 0, shared, shape{refusal: forOne, private: true, fresh: 60}},
		{"RFC 9111 §3.5 Public", "Cache-Control: public, max-age=60", authorized, 0, shared, shape{fresh: 60}},
		{"RFC 9111 §3.5 SMaxAgeIsNotEnough", "Cache-Control: s-maxage=60", authorized, 0, shared, shape{refusal: forOne, private: true, must: true, fresh: 60}},
		{"RFC 9111 §3.5 MustRevalidateIsNotEnough", "Cache-Control: must-revalidate, max-age=60", authorized, 0, shared, shape{refusal: forOne, private: true, must: true, fresh: 60}},
		{"RFC 9111 §3.5 TheKeyDoes", "Cache-Control: max-age=60", authorized, 0, partitioned, shape{private: true, fresh: 60}},
		{"RFC 9111 §3.5 PublicInPartitioned", "Cache-Control: public, max-age=60, s-maxage=9", authorized, 0, partitioned, shape{must: true, fresh: 9}},
		{"RFC 9111 §7.3 CookieIsPrivate", "Cache-Control: public, max-age=60\nSet-Cookie: a=b", httpcache.Request{}, 0, shared, shape{refusal: forOne, private: true, fresh: 60}},
		{"RFC 9111 §4.1 VaryAny", "Cache-Control: max-age=60\nVary: Accept, *", httpcache.Request{}, 0, private, shape{refusal: varyAny, fresh: 60}},
		{"RFC 9111 §4.1 VarySome", "Cache-Control: max-age=60\nVary: Accept", httpcache.Request{}, 0, shared, shape{fresh: 60}},
	})
}

func TestEvaluateTimes(t *testing.T) {
	sent := func(before time.Duration) httpcache.Request { return httpcache.Request{Sent: noon.Add(-before)} }
	in := func(d time.Duration) string { return date(noon.Add(d)) }
	heuristic := httpcache.Options{Heuristic: time.Hour}
	runAll(t, []evaluation{
		{"RFC 9111 §4.2.1 SMaxAgeFirst", "Cache-Control: max-age=60, s-maxage=5\nExpires: " + in(time.Hour), httpcache.Request{}, 0, shared, shape{must: true, fresh: 5}},
		{"RFC 9111 §4.2.1 SMaxAgeOnlyForShared", "Cache-Control: max-age=60, s-maxage=5", httpcache.Request{}, 0, private, shape{fresh: 60}},
		{"RFC 9111 §4.2.1 SMaxAgeNotForAPartition", "Cache-Control: private, max-age=60, s-maxage=5", httpcache.Request{}, 0, partitioned, shape{private: true, fresh: 60}},
		{"RFC 9111 §4.2.1 SMaxAgeForAllOfAPartitioned", "Cache-Control: max-age=60, s-maxage=5", httpcache.Request{}, 0, partitioned, shape{must: true, fresh: 5}},
		{"RFC 9111 §4.2.1 MaxAgeBeforeExpires", "Cache-Control: max-age=60\nExpires: " + in(time.Hour), httpcache.Request{}, 0, shared, shape{fresh: 60}},
		{"RFC 9111 §4.2.1 InvalidMaxAgeBeforeExpires", "Cache-Control: max-age=x\nETag: \"a\"\nExpires: " + in(time.Hour), httpcache.Request{}, 0, shared, shape{}},
		{"RFC 9111 §4.2.1 ExpiresAgainstDate", "Date: " + in(-10*time.Second) + "\nExpires: " + in(50*time.Second), httpcache.Request{}, 0, shared, shape{age: 10, fresh: 50}},
		{"RFC 9111 §5.3 ExpiresWithoutDate", "Expires: " + in(50*time.Second), httpcache.Request{}, 0, shared, shape{fresh: 50}},
		{"RFC 9111 §5.3 ExpiresZeroIsPast", "Expires: 0\nETag: \"a\"", httpcache.Request{}, 0, shared, shape{}},
		{"RFC 9111 §5.3 ExpiresPast", "ETag: \"a\"\nExpires: " + in(-time.Hour), httpcache.Request{}, 0, shared, shape{}},
		{"RFC 9111 §5.3 ExpiresInAnOldForm", "Expires: Thursday, 05-Nov-26 12:00:50 GMT", httpcache.Request{}, 0, shared, shape{fresh: 50}},
		{"RFC 9111 §4.2.1 OfTwoExpiresTheFirst", "Expires: " + in(50*time.Second) + "\nExpires: " + in(time.Hour), httpcache.Request{}, 0, shared, shape{fresh: 50}},
		{"RFC 9111 §4.2.2 HeuristicOff", "ETag: \"a\"\nLast-Modified: " + in(-1000*time.Second), httpcache.Request{}, 0, shared, shape{}},
		{"RFC 9111 §4.2.2 HeuristicTenth", "Last-Modified: " + in(-1000*time.Second), httpcache.Request{}, 0, heuristic, shape{fresh: 100}},
		{"RFC 9111 §4.2.2 HeuristicBound", "Last-Modified: " + in(-1000*time.Hour), httpcache.Request{}, 0, heuristic, shape{fresh: 3600}},
		{"RFC 9111 §4.2.2 HeuristicInFuture", "Last-Modified: " + in(time.Hour), httpcache.Request{}, 0, heuristic, shape{}},
		{"RFC 9111 §4.2.2 HeuristicNotWithMaxAge", "Cache-Control: max-age=7\nLast-Modified: " + in(-1000*time.Second), httpcache.Request{}, 0, heuristic, shape{fresh: 7}},
		{"RFC 9111 §4.2.2 HeuristicWithPublic", "Cache-Control: public\nLast-Modified: " + in(-1000*time.Second), httpcache.Request{}, 302, heuristic, shape{fresh: 100}},
		{"RFC 9111 §4.2.3 AgeValue", "Cache-Control: max-age=60\nAge: 20", httpcache.Request{}, 0, shared, shape{age: 20, fresh: 40}},
		{"RFC 9111 §4.2.3 Delay", "Cache-Control: max-age=60\nAge: 20", sent(3 * time.Second), 0, shared, shape{age: 23, fresh: 37}},
		{"RFC 9111 §4.2.3 DelayWithoutAge", "Cache-Control: max-age=60", sent(3 * time.Second), 0, shared, shape{age: 3, fresh: 57}},
		{"RFC 9111 §4.2.3 SentAfterReceivedIsNoDelay", "Cache-Control: max-age=60", sent(-3 * time.Second), 0, shared, shape{fresh: 60}},
		{"RFC 9111 §4.2.3 ApparentAge", "Cache-Control: max-age=60\nAge: 20\nDate: " + in(-30*time.Second), sent(3 * time.Second), 0, shared, shape{age: 30, fresh: 30}},
		{"RFC 9111 §4.2.3 DateInFuture", "Cache-Control: max-age=60\nDate: " + in(time.Hour), httpcache.Request{}, 0, shared, shape{fresh: 60}},
		{"RFC 9111 §5.1 OfSeveralAgesTheFirst", "Cache-Control: max-age=60\nAge: 20, 30\nAge: 40", httpcache.Request{}, 0, shared, shape{age: 20, fresh: 40}},
		{"RFC 9111 §5.1 InvalidAgeIsIgnored", "Cache-Control: max-age=60\nAge: -20", httpcache.Request{}, 0, shared, shape{fresh: 60}},
		{"RFC 9111 §1.2.2 LongAge", "Cache-Control: max-age=60\nETag: \"a\"\nAge: 99999999999999", httpcache.Request{}, 0, shared, shape{age: 1 << 31, fresh: 60 - 1<<31}},
		{"RFC 5861 §3 Window", "Cache-Control: max-age=60, stale-while-revalidate=30", httpcache.Request{}, 0, shared, shape{fresh: 60, revalidate: 30}},
		{"RFC 5861 §4 Window", "Cache-Control: max-age=60, stale-if-error=30", httpcache.Request{}, 0, shared, shape{fresh: 60, if_: 30}},
		{"RFC 5861 §3 InvalidIsNone", "Cache-Control: max-age=60, stale-while-revalidate", httpcache.Request{}, 0, shared, shape{fresh: 60}},
		{"RFC 9111 §5.2.2.2 MustRevalidate", "Cache-Control: max-age=60, must-revalidate, stale-while-revalidate=9, stale-if-error=9", httpcache.Request{}, 0, private, shape{must: true, fresh: 60}},
		{"RFC 9111 §5.2.2.8 ProxyRevalidate", "Cache-Control: max-age=60, proxy-revalidate, stale-if-error=9", httpcache.Request{}, 0, shared, shape{must: true, fresh: 60}},
		{"RFC 9111 §5.2.2.8 ProxyRevalidateInPrivate", "Cache-Control: max-age=60, proxy-revalidate, stale-if-error=9", httpcache.Request{}, 0, private, shape{fresh: 60, if_: 9}},
		{"RFC 9111 §5.2.2.10 SMaxAgeRevalidates", "Cache-Control: s-maxage=60, stale-while-revalidate=9", httpcache.Request{}, 0, shared, shape{must: true, fresh: 60}},
	})
}

func TestEvaluateTargets(t *testing.T) {
	options := httpcache.Options{Targets: []string{"BFF-Cache-Control", "CDN-Cache-Control"}}
	expires := "\nExpires: " + date(noon.Add(time.Hour)) + "\nETag: \"a\""
	runAll(t, []evaluation{
		{"RFC 9213 §2.2 First", "BFF-Cache-Control: max-age=1\nCDN-Cache-Control: max-age=2\nCache-Control: no-store", httpcache.Request{}, 0, options, shape{fresh: 1}},
		{"RFC 9213 §2.2 InvalidIsSkipped", "BFF-Cache-Control: max-age=1,\nCDN-Cache-Control: max-age=2\nCache-Control: max-age=3", httpcache.Request{}, 0, options, shape{fresh: 2}},
		{"RFC 9213 §2.2 EmptyIsSkipped", "BFF-Cache-Control:\nCDN-Cache-Control: max-age=2", httpcache.Request{}, 0, options, shape{fresh: 2}},
		{"RFC 9213 §2.2 NoneIsValid", "BFF-Cache-Control: A\nCache-Control: max-age=3", httpcache.Request{}, 0, options, shape{fresh: 3}},
		{"RFC 9213 §2.2 ReplacesExpires", "CDN-Cache-Control: foo" + expires, httpcache.Request{}, 0, options, shape{}},
		{"RFC 9213 §2.2 WrongTypeStillReplaces", "CDN-Cache-Control: max-age=\"5\"\nCache-Control: max-age=3" + expires, httpcache.Request{}, 0, options, shape{}},
		{"RFC 9213 §2.2 OthersAreNotRead", "CDN-Cache-Control: no-store\nCache-Control: max-age=3", httpcache.Request{}, 0, shared, shape{fresh: 3}},
	})
}

func TestEvaluateOverride(t *testing.T) {
	windows := httpcache.Override{MaxAge: time.Minute, HasMaxAge: true, StaleWhileRevalidate: 5 * time.Second, StaleIfError: 7 * time.Second}
	all := shape{fresh: 60, revalidate: 5, if_: 7}
	only := httpcache.Override{StaleWhileRevalidate: 5 * time.Second}
	runAll(t, []evaluation{
		{"WithoutHeader", "", httpcache.Request{}, 0, overridden(windows), all},
		{"Lengthens", "Cache-Control: max-age=1, stale-if-error=1", httpcache.Request{}, 0, overridden(windows), all},
		{"Shortens", "Cache-Control: max-age=600, stale-while-revalidate=600, stale-if-error=600", httpcache.Request{}, 0, overridden(windows), all},
		{"ReplacesSMaxAgeAndExpires", "Cache-Control: s-maxage=1\nExpires: 0", httpcache.Request{}, 0, overridden(maxAge(time.Minute)), shape{must: true, fresh: 60}},
		{"CountsFromBirth", "Age: 20", httpcache.Request{}, 0, overridden(maxAge(time.Minute)), shape{age: 20, fresh: 40}},
		{"NeverFresh", "Cache-Control: max-age=60\nETag: \"a\"", httpcache.Request{}, 0, overridden(maxAge(0)), shape{}},
		{"NegativeIsNeverFresh", "Cache-Control: max-age=60\nETag: \"a\"", httpcache.Request{}, 0, overridden(maxAge(-time.Hour)), shape{}},
		{"ForeverIsTheLongest", "", httpcache.Request{}, 0, overridden(maxAge(1<<63 - 1)), shape{fresh: 1 << 31}},
		{"WindowsOnly", "Cache-Control: max-age=60, stale-if-error=1", httpcache.Request{}, 0, overridden(only), shape{fresh: 60, revalidate: 5, if_: 1}},
		{"MakesPrivate", "Cache-Control: public, max-age=60", httpcache.Request{}, 0, overridden(httpcache.Override{Private: true}), shape{private: true, fresh: 60}},
		{"NeverWeakensNoStore", "Cache-Control: no-store", httpcache.Request{}, 0, overridden(windows), shape{refusal: httpcache.NoStore}},
		{"NeverWeakensPrivate", "Cache-Control: private", httpcache.Request{}, 0, httpcache.Options{Override: windows}, shape{refusal: httpcache.ForOne, private: true, fresh: 60, revalidate: 5, if_: 7}},
		{"NeverWeakensAuthorization", "", authorized, 0, overridden(maxAge(time.Minute)), shape{private: true, fresh: 60}},
		{"NeverWeakensNoCache", "Cache-Control: no-cache\nETag: \"a\"", httpcache.Request{}, 0, overridden(windows), shape{must: true}},
		{"NeverWeakensMustRevalidate", "Cache-Control: max-age=0, must-revalidate", httpcache.Request{}, 0, overridden(windows), shape{must: true, fresh: 60}},
		{"NeverMarksErrors", "", httpcache.Request{}, 500, overridden(windows), shape{refusal: httpcache.NotMarked}},
		{"NeverLengthensErrors", "Cache-Control: max-age=1", httpcache.Request{}, 500, overridden(windows), shape{fresh: 1}},
		{"ShortensErrors", "Cache-Control: max-age=600", httpcache.Request{}, 500, overridden(windows), shape{fresh: 60}},
		{"NotFound", "", httpcache.Request{}, 404, overridden(maxAge(5 * time.Second)), shape{fresh: 5}},
	})
}

func TestEvaluateValidators(t *testing.T) {
	h := header(t, "ETag: \"a\"\nETag: \"b\"\nLast-Modified: "+date(noon))
	d := httpcache.Evaluate(httpcache.Request{}, httpcache.Response{Status: 200, Header: h, Received: noon}, shared)
	if d.ETag != `"a"` || d.LastModified != date(noon) {
		t.Errorf("got %q and %q", d.ETag, d.LastModified)
	}
}

// Fractions of a second in our clock must not make answers look older than dates can say.
func TestEvaluateSubsecond(t *testing.T) {
	h := header(t, "Cache-Control: max-age=60\nDate: "+date(noon))
	received := noon.Add(999 * time.Millisecond)
	request := httpcache.Request{Sent: received.Add(-5 * time.Millisecond)}
	d := httpcache.Evaluate(request, httpcache.Response{Status: 200, Header: h, Received: received}, shared)
	if age := d.Age(received); age != 5*time.Millisecond {
		t.Errorf("got age %v, want 5ms", age)
	}
}

func TestRefusalString(t *testing.T) {
	seen := map[string]bool{}
	for r := httpcache.None; r <= httpcache.NoUse; r++ {
		if seen[r.String()] {
			t.Errorf("%d: %q is not its own", r, r)
		}
		seen[r.String()] = true
	}
}

// FuzzEvaluate holds what is true of every decision.
func FuzzEvaluate(f *testing.F) {
	f.Add("max-age=60", "", "20", uint8(0), 200, int64(30), true)
	f.Add("private, no-cache, s-maxage=1", "0", "x", uint8(2), 404, int64(-1), false)
	f.Add("no-store, must-understand", date(noon), "", uint8(1), 299, int64(1<<62), true)
	f.Fuzz(func(t *testing.T, control, when, age string, scope uint8, status int, override int64, has bool) {
		h := http.Header{"Cache-Control": {control}, "Expires": {when}, "Date": {when}, "Age": {age}}
		request := httpcache.Request{Sent: noon.Add(-time.Second), Authorized: scope&4 != 0}
		response := httpcache.Response{Status: status, Header: h, Received: noon}
		options := httpcache.Options{Scope: httpcache.Scope(scope % 3)}
		plain := httpcache.Evaluate(request, response, options)
		options.Override = httpcache.Override{
			MaxAge: time.Duration(override), HasMaxAge: has,
			StaleWhileRevalidate: time.Duration(override), StaleIfError: time.Duration(override),
		}
		overridden := httpcache.Evaluate(request, response, options)
		if plain.Refusal == httpcache.NoStore != (overridden.Refusal == httpcache.NoStore) || plain.Private != overridden.Private {
			t.Errorf("the override lifts a prohibition: %+v, then %+v", plain, overridden)
		}
		for _, d := range []httpcache.Decision{plain, overridden} {
			check(t, d, options.Scope, control)
		}
	})
}

// check reports what is wrong with a decision about an answer that arrived at noon.
func check(t *testing.T, d httpcache.Decision, scope httpcache.Scope, control string) {
	t.Helper()
	lower := strings.ToLower(control)
	switch {
	case d.Born.After(noon), d.FreshUntil.Before(d.Born), d.StaleWhileRevalidateUntil.Before(d.FreshUntil), d.StaleIfErrorUntil.Before(d.FreshUntil):
		t.Errorf("times in the wrong order: %+v", d)
	case d.Store && d.Private && scope == httpcache.Shared:
		t.Errorf("a shared cache stores what is private: %+v", d)
	case lower == "no-store" && d.Store, lower == "private" && !d.Private:
		t.Errorf("%q: got %+v", control, d)
	case d.MustRevalidate && (d.StaleWhileRevalidateUntil != d.FreshUntil || d.StaleIfErrorUntil != d.FreshUntil):
		t.Errorf("must be validated and may be stale: %+v", d)
	case d.Use(d.FreshUntil, httpcache.Directives{}) == httpcache.Serve:
		t.Errorf("fresh after its time: %+v", d)
	}
}
