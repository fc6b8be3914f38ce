package httpcache_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/cache/httpcache"
)

func TestSetConditions(t *testing.T) {
	tests := []struct{ name, etag, modified, before, want string }{
		{"RFC 9111 §4.3.1 Both", `"a"`, date(noon), "", "If-None-Match: \"a\"\nIf-Modified-Since: " + date(noon)},
		{"RFC 9111 §4.3.1 Tag", `W/"a"`, "", "X: y", "X: y\nIf-None-Match: W/\"a\""},
		{"RFC 9111 §4.3.1 Date", "", date(noon), "", "If-Modified-Since: " + date(noon)},
		{"RFC 9111 §4.3.1 InPlaceOfItsOwn", `"a"`, "", "If-None-Match: \"b\"\nIf-Modified-Since: x", "If-None-Match: \"a\""},
		{"RFC 9111 §4.3.1 None", "", "", "If-None-Match: \"b\"", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := header(t, test.before)
			httpcache.SetConditions(h, test.etag, test.modified)
			if diff := cmp.Diff(header(t, test.want), h); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFreshen(t *testing.T) {
	tests := []struct{ name, stored, got, want string }{
		{"RFC 9111 §3.2 Replaces", "Cache-Control: max-age=1\nX: a\nX: b\nY: c", "Cache-Control: max-age=2\nX: d\nZ: e", "Cache-Control: max-age=2\nX: d\nY: c\nZ: e"},
		{
			"RFC 9111 §3.2 LeavesTheBody", "Content-Type: a\nContent-Length: 1\nContent-Encoding: gzip",
			"Content-Type: b\nContent-Length: 0\nContent-Encoding: br\nContent-Range: x\nContent-Language: de",
			"Content-Type: a\nContent-Length: 1\nContent-Encoding: gzip\nContent-Language: de",
		},
		{"RFC 9111 §3.1 DropsTheConnection", "X: a\nY: b", "Connection: X, close\nX: c\nKeep-Alive: d\nTransfer-Encoding: e\nProxy-Authenticate: f", "X: a\nY: b"},
		{"RFC 9111 §4.2.3 AgeIsTheNew", "Age: 100", "", ""},
		{"RFC 9111 §4.2.3 AgeOfTheNew", "Age: 100", "Age: 3", "Age: 3"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			stored, got := header(t, test.stored), header(t, test.got)
			if diff := cmp.Diff(header(t, test.want), httpcache.Freshen(stored, got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(header(t, test.stored), stored) + cmp.Diff(header(t, test.got), got); diff != "" {
				t.Errorf("changes its arguments:\n%s", diff)
			}
		})
	}
	if got := httpcache.Freshen(nil, http.Header{"X": {"a"}}); got.Get("X") != "a" {
		t.Errorf("without stored fields: got %v", got)
	}
}

func TestConfirms(t *testing.T) {
	tests := []struct {
		name, got, stored string
		want              bool
	}{
		{"RFC 9111 §4.3.4 SameTag", `ETag: "a"`, `ETag: "a"`, true},
		{"RFC 9111 §4.3.4 WeakerTag", `ETag: "a"`, `ETag: W/"a"`, true},
		{"RFC 9111 §4.3.4 OtherTag", `ETag: "b"`, `ETag: "a"`, false},
		{"RFC 9111 §4.3.4 TagWithoutOne", `ETag: "b"`, "Last-Modified: " + date(noon), false},
		{"RFC 9111 §4.3.4 SameDate", "Last-Modified: " + date(noon), "Last-Modified: " + date(noon), true},
		{"RFC 9111 §4.3.4 OtherDate", "Last-Modified: " + date(noon.Add(time.Second)), "Last-Modified: " + date(noon), false},
		{"RFC 9111 §4.3.4 NoValidator", "", `ETag: "a"`, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := httpcache.Confirms(header(t, test.got), header(t, test.stored)); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestMatch(t *testing.T) { // the table of RFC 9110 §8.8.3.2
	tests := []struct {
		a, b         string
		strong, weak bool
	}{
		{`W/"1"`, `W/"1"`, false, true},
		{`W/"1"`, `W/"2"`, false, false},
		{`W/"1"`, `"1"`, false, true},
		{`"1"`, `"1"`, true, true},
		{"", "", false, false},
	}
	for _, test := range tests {
		if got := httpcache.StrongMatch(test.a, test.b); got != test.strong {
			t.Errorf("StrongMatch(%s, %s): got %t", test.a, test.b, got)
		}
		if got := httpcache.WeakMatch(test.a, test.b); got != test.weak {
			t.Errorf("WeakMatch(%s, %s): got %t", test.a, test.b, got)
		}
	}
}

func TestNotModified(t *testing.T) {
	later := date(noon.Add(time.Hour))
	tests := []struct {
		name, request, stored string
		want                  bool
	}{
		{"NoCondition", "", `ETag: "a"`, false},
		{"RFC 9110 §13.1.2 Tag", `If-None-Match: "a"`, `ETag: "a"`, true},
		{"RFC 9110 §13.1.2 WeakTag", `If-None-Match: "x", W/"a"`, `ETag: "a"`, true},
		{"RFC 9110 §13.1.2 TagWithComma", `If-None-Match: "x,\", "a,b"`, `ETag: "a,b"`, true},
		{"RFC 9110 §13.1.2 PartOfATag", `If-None-Match: "x,a"`, `ETag: a`, false},
		{"RFC 9110 §13.1.2 OtherTag", `If-None-Match: "b"`, `ETag: "a"`, false},
		{"RFC 9110 §13.1.2 AnyTag", `If-None-Match: *`, "", true},
		{"RFC 9110 §13.1.2 SeveralLines", "If-None-Match: \"b\"\nIf-None-Match: \"a\"", `ETag: "a"`, true},
		{"RFC 9110 §13.2.2 TagGoesBeforeDate", "If-None-Match: \"b\"\nIf-Modified-Since: " + later, "ETag: \"a\"\nLast-Modified: " + date(noon), false},
		{"RFC 9110 §13.1.3 Date", "If-Modified-Since: " + date(noon), "Last-Modified: " + date(noon), true},
		{"RFC 9110 §13.1.3 EarlierDate", "If-Modified-Since: " + date(noon), "Last-Modified: " + later, false},
		{"RFC 9110 §13.1.3 NoDate", "If-Modified-Since: yesterday", "Last-Modified: " + date(noon), false},
		{"RFC 9111 §4.3.2 DateOfTheAnswer", "If-Modified-Since: " + date(noon), "Date: " + later, false},
		{"RFC 9111 §4.3.2 DateOfArrival", "If-Modified-Since: " + later, "", true},
		{"RFC 9111 §4.3.2 DateBeforeArrival", "If-Modified-Since: " + date(noon.Add(-time.Second)), "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := httpcache.NotModified(header(t, test.request), header(t, test.stored), noon); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}
