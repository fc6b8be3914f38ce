package httpcache_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"weft/cache/httpcache"
)

const sec = time.Second

func TestAnswer(t *testing.T) {
	type p = httpcache.Part
	tests := []struct {
		name         string
		parts        []p
		control, age string
	}{
		{"NoParts", nil, "no-store", ""},
		{"One", []p{{Fresh: 60 * sec}}, "max-age=60", "0"},
		{"RFC 9111 §5.1 MaxAgeCountsFromBirth", []p{{Fresh: 40 * sec, Age: 20 * sec}}, "max-age=60", "20"},
		{"LeastFreshAndOldest", []p{{Fresh: 60 * sec, Age: 1 * sec}, {Fresh: 10 * sec}, {Fresh: 30 * sec, Age: 5 * sec}}, "max-age=15", "5"},
		{"PartsOfSecondsAreNotTime", []p{{Fresh: 1900 * time.Millisecond, Age: 1900 * time.Millisecond}}, "max-age=2", "1"},
		{"RFC 9111 §5.2.2.7 OneIsPrivate", []p{{Fresh: 60 * sec}, {Fresh: 90 * sec, Private: true}}, "private, max-age=60", "0"},
		{"RFC 9111 §5.2.2.5 OneIsNoStore", []p{{Fresh: 60 * sec, Private: true}, {Fresh: 60 * sec, NoStore: true}}, "no-store", ""},
		{"OneIsNotFresh", []p{{Fresh: 60 * sec}, {Age: 5 * sec}}, "no-cache", "5"},
		{"OneIsStale", []p{{Fresh: 60 * sec}, {Fresh: -5 * sec, StaleWhileRevalidate: 60 * sec, Private: true}}, "private, no-cache", "0"},
		{"LessThanASecondIsNotFresh", []p{{Fresh: 999 * time.Millisecond}}, "no-cache", "0"},
		{"RFC 5861 §3 Window", []p{{Fresh: 60 * sec, StaleWhileRevalidate: 30 * sec}}, "max-age=60, stale-while-revalidate=30", "0"},
		{
			"RFC 5861 §3 WindowEndsWithTheFirst",
			[]p{{Fresh: 60 * sec, StaleWhileRevalidate: 30 * sec}, {Fresh: 10 * sec, StaleWhileRevalidate: 55 * sec}},
			"max-age=10, stale-while-revalidate=55", "0",
		},
		{
			"RFC 5861 §3 WindowReachesIntoTheFreshness",
			[]p{{Fresh: 60 * sec}, {Fresh: 10 * sec, StaleWhileRevalidate: 500 * sec}},
			"max-age=10, stale-while-revalidate=50", "0",
		},
		{"RFC 5861 §3 OneHasNoWindow", []p{{Fresh: 60 * sec, StaleWhileRevalidate: 9 * sec}, {Fresh: 10 * sec}}, "max-age=10", "0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var a httpcache.Answer
			for _, part := range test.parts {
				a.Add(part)
			}
			if got := a.CacheControl(); got != test.control {
				t.Errorf("got Cache-Control %q, want %q", got, test.control)
			}
			if got := a.Age(); got != test.age {
				t.Errorf("got Age %q, want %q", got, test.age)
			}
		})
	}
}

// The order in which parts come together does not matter, and a copy is independent.
func TestAnswerJoin(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		parts := make([]httpcache.Part, 1+rnd.IntN(5))
		for i := range parts {
			parts[i] = httpcache.Part{
				Fresh: time.Duration(rnd.IntN(20)-5) * sec, StaleWhileRevalidate: time.Duration(rnd.IntN(20)) * sec,
				Age: time.Duration(rnd.IntN(20)) * sec, Private: rnd.IntN(3) == 0, NoStore: rnd.IntN(9) == 0,
			}
		}
		var all, left, right httpcache.Answer
		for _, part := range parts {
			all.Add(part)
		}
		cut := rnd.IntN(len(parts) + 1)
		for _, part := range parts[:cut] {
			right.Add(part)
		}
		for _, part := range parts[cut:] {
			left.Add(part)
		}
		copied := left
		left.Join(right)
		if left != all {
			t.Fatalf("%+v: joined %+v, added %+v", parts, left, all)
		}
		copied.Add(httpcache.Part{NoStore: true})
		if left != all {
			t.Fatalf("%+v: a copy changes the original", parts)
		}
	}
}

func TestDecisionPart(t *testing.T) {
	at := noon.Add(20 * sec)
	tests := []struct {
		name, header string
		request      httpcache.Request
		want         httpcache.Part
	}{
		{"Fresh", "Cache-Control: max-age=60, stale-while-revalidate=9\nAge: 5", httpcache.Request{}, httpcache.Part{Fresh: 35 * sec, StaleWhileRevalidate: 9 * sec, Age: 25 * sec}},
		{"Private", "Cache-Control: private, max-age=60", httpcache.Request{}, httpcache.Part{Fresh: 40 * sec, Age: 20 * sec, Private: true}},
		{"Authorized", "Cache-Control: max-age=60", authorized, httpcache.Part{Fresh: 40 * sec, Age: 20 * sec, Private: true}},
		{"NoStore", "Cache-Control: no-store", httpcache.Request{}, httpcache.Part{Fresh: -20 * sec, Age: 20 * sec, NoStore: true}},
		{"VaryAny", "Vary: *", httpcache.Request{}, httpcache.Part{Fresh: -20 * sec, Age: 20 * sec, NoStore: true}},
		{"Nothing", "", httpcache.Request{}, httpcache.Part{Fresh: -20 * sec, Age: 20 * sec}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := httpcache.Evaluate(test.request, httpcache.Response{Status: 200, Header: header(t, test.header), Received: noon}, shared)
			if got := d.Part(at); got != test.want {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}
