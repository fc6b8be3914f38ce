package httpcache_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/cache/httpcache"
)

func TestAnswer(t *testing.T) {
	const sec = time.Second
	tests := []struct {
		name         string
		answer       httpcache.Answer
		control, age string
	}{
		{"Fresh", httpcache.Answer{Fresh: 60 * sec}, "max-age=60", "0"},
		{"RFC 9111 §5.1 MaxAgeCountsFromBirth", httpcache.Answer{Fresh: 40 * sec, Age: 20 * sec}, "max-age=60", "20"},
		{"PartsOfSecondsAreNotTime", httpcache.Answer{Fresh: 1900 * time.Millisecond, Age: 1900 * time.Millisecond}, "max-age=2", "1"},
		{"RFC 9111 §5.2.2.7 Private", httpcache.Answer{Fresh: 60 * sec, Private: true}, "private, max-age=60", "0"},
		{"NotFresh", httpcache.Answer{Age: 5 * sec}, "no-cache", "5"},
		{"Stale", httpcache.Answer{Fresh: -5 * sec, StaleWhileRevalidate: 60 * sec, Private: true}, "private, no-cache", "0"},
		{"LessThanASecondIsNotFresh", httpcache.Answer{Fresh: 999 * time.Millisecond}, "no-cache", "0"},
		{"RFC 5861 §3 Window", httpcache.Answer{Fresh: 60 * sec, StaleWhileRevalidate: 30 * sec}, "max-age=60, stale-while-revalidate=30", "0"},
		{"RFC 5861 §3 LessThanASecondIsNoWindow", httpcache.Answer{Fresh: 60 * sec, StaleWhileRevalidate: 999 * time.Millisecond}, "max-age=60", "0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := http.Header{"Cache-Control": {test.control}, "Age": {test.age}}
			if diff := cmp.Diff(want, test.answer.Header()); diff != "" {
				t.Errorf("%+v (-want +got):\n%s", test.answer, diff)
			}
		})
	}
}
