package httpcache_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/cache/httpcache"
)

func TestCacheStatus(t *testing.T) {
	type cs = httpcache.CacheStatus
	tests := []struct {
		name   string
		status cs
		want   string
	}{
		{"RFC 9211 §2.1 Hit", cs{Cache: "weft", Hit: true, TTL: s(37)}, "weft; hit; ttl=37"},
		{
			"RFC 9211 §2 All",
			cs{Cache: "weft", Forward: httpcache.URIMiss, ForwardStatus: 200, TTL: s(60), Stored: true, Collapsed: true, Key: "/a", Detail: "x"},
			`weft; fwd=uri-miss; fwd-status=200; ttl=60; stored; collapsed; key="/a"; detail=x`,
		},
		{"RFC 9211 §2.4 Stale", cs{Cache: "weft", Hit: true, TTL: httpcache.Seconds{Value: -5 * time.Second, Given: true}}, "weft; hit; ttl=-5"},
		{"RFC 8941 §3.3.3 NameWithSpace", cs{Cache: "a b", Detail: "no, why?"}, `"a b"; detail="no, why?"`},
		{"RFC 8941 §3.3.3 Escapes", cs{Cache: "1a", Key: "a\"b\\c\x00é"}, `"1a"; key="a\"b\\c%00%C3%A9"`},
		{"NoName", cs{}, `""`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.status.String(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// RFC 9211 §2: the caches nearer to the origin come first.
func TestCacheStatusAddTo(t *testing.T) {
	h := http.Header{"Cache-Status": {"origin; hit"}}
	httpcache.CacheStatus{Cache: "weft", Hit: true}.AddTo(h)
	if diff := cmp.Diff([]string{"origin; hit", "weft; hit"}, h.Values("Cache-Status")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// FuzzCacheStatus holds that what is written is a structured field, whatever the names: the parameters of a dictionary's member
// have the same form.
func FuzzCacheStatus(f *testing.F) {
	f.Add("weft", "k\"\\\n", "dé", int64(-1))
	f.Fuzz(func(t *testing.T, name, key, detail string, ttl int64) {
		member := httpcache.CacheStatus{
			Cache: name, Key: key, Detail: detail, Hit: true, Forward: httpcache.VaryMiss, ForwardStatus: 200,
			TTL: httpcache.Seconds{Value: time.Duration(ttl), Given: true}, Stored: true, Collapsed: true,
		}.String()
		if _, ok := httpcache.ParseTargeted([]string{"a=" + member}); !ok {
			t.Errorf("not a structured item: %s", member)
		}
	})
}
