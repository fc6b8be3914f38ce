package demo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

type reviewItems struct {
	Items []object
	Next  *string
}

func TestReviewsNewestOfEach(t *testing.T) {
	d := start(t)
	a := d.get(t, "reviews", "/reviews?product_id=p-0001&product_id=p-9999&product_id=p-0005&first=2")
	wantHeader(t, a, "Cache-Control", "public, max-age=30")
	wantHeader(t, a, "Vary", "Accept-Language, Accept-Encoding")
	count, last := map[any]int{}, map[any]string{}
	for _, r := range decode[reviewItems](t, a, 200).Items {
		id := r["productId"]
		count[id]++
		if written := r["writtenAt"].(string); last[id] != "" && written > last[id] {
			t.Errorf("%v: %s comes after the older %s", id, written, last[id])
		}
		last[id] = r["writtenAt"].(string)
	}
	if count["p-0001"] != 2 || count["p-0005"] != 2 || len(count) != 2 {
		t.Errorf("got %v, want two of each product that exists", count)
	}
}

func TestReviewsPages(t *testing.T) {
	d := start(t)
	rated := decode[reviewItems](t, d.get(t, "reviews", "/ratings?product_id=p-0005"), 200).Items[0]
	seen, after, pages := map[any]bool{}, "", 0
	for {
		page := decode[reviewItems](t, d.get(t, "reviews", "/products/p-0005/reviews?limit=2&after="+url.QueryEscape(after)), 200)
		pages++
		for _, r := range page.Items {
			seen[r["id"]] = true
		}
		if page.Next == nil {
			break
		}
		after = *page.Next
	}
	if n := int(rated["count"].(float64)); len(seen) != n || pages != (n+1)/2 {
		t.Errorf("got %d reviews on %d pages, want %d by two", len(seen), pages, n)
	}
}

func TestReviewsRatings(t *testing.T) {
	d := start(t)
	items := decode[reviewItems](t, d.get(t, "reviews", "/ratings?product_id=p-0001&product_id=p-9999&product_id=p-0003"), 200).Items
	if len(items) != 2 {
		t.Fatalf("got %v, want two ratings", items)
	}
	for _, r := range items {
		stars, count := 0.0, 0.0
		for i, n := range r["histogram"].([]any) {
			stars += float64(i+1) * n.(float64)
			count += n.(float64)
		}
		if got := r["average"].(float64); count != r["count"] || got < stars/count-0.006 || got > stars/count+0.006 {
			t.Errorf("got %v, want an average of %.3f", r, stars/count)
		}
	}
}

func TestReviewsSpeakTheReadersLanguage(t *testing.T) {
	d := start(t)
	for accept, want := range map[string]string{"": "Excellent", "de-AT, en;q=0.5": "Hervorragend", "fr": "Excellent", "ja": "Excellent"} {
		for _, r := range decode[reviewItems](t, d.get(t, "reviews", "/reviews?product_id=p-0005&first=20", "Accept-Language", accept), 200).Items {
			if r["stars"] == 5.0 && r["verdict"] != want {
				t.Errorf("%q: got verdict %v, want %s", accept, r["verdict"], want)
			}
		}
	}
}

func TestReviewsZstd(t *testing.T) {
	d := start(t)
	const path = "/reviews?product_id=p-0001&product_id=p-0005&first=20"
	plain, packed := d.get(t, "reviews", path), d.get(t, "reviews", path, "Accept-Encoding", "gzip, zstd")
	wantHeader(t, packed, "Content-Encoding", "zstd")
	r, err := zstd.NewReader(bytes.NewReader(packed.body), zstd.WithDecoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if unpacked, err := io.ReadAll(r); err != nil || !bytes.Equal(unpacked, plain.body) {
		t.Errorf("unpacked differs from plain (%v)", err)
	}
}

func TestReviewsAdd(t *testing.T) {
	d := start(t)
	const text = `Dry and "quiet" – in a gale. I would go again.`
	body := fmt.Sprintf(`{"product": "p-0001", "stars": 5, "text": %q, "user": 2}`, text)
	added := decode[object](t, d.send(t, "POST", "reviews", "/reviews", body), 200)
	if added["id"] != "r-05001" || added["productId"] != "p-0001" || added["text"] != text || added["userId"] != 2.0 || added["verdict"] != "Excellent" {
		t.Errorf("got %v", added)
	}
	if added["title"] != `Dry and "quiet" – in a gale` {
		t.Errorf("got title %v, want the first sentence", added["title"])
	}
	newest := decode[reviewItems](t, d.get(t, "reviews", "/reviews?product_id=p-0001&first=1"), 200).Items
	if len(newest) != 1 || newest[0]["id"] != added["id"] {
		t.Errorf("got %v, want the new review first", newest)
	}
	one := decode[object](t, d.get(t, "reviews", "/reviews/r-05001"), 200)
	if one["stars"] != 5.0 {
		t.Errorf("got %v", one)
	}
	guest := decode[object](t, d.send(t, "POST", "reviews", "/reviews", `{"product": "p-0001", "stars": 1, "text": "No.", "title": "No"}`), 200)
	if guest["userId"] != nil || guest["title"] != "No" {
		t.Errorf("got %v, want a guest's", guest)
	}
}

// What clients add is bounded: the oldest addition goes, the shop's own reviews stay.
func TestReviewsAddIsBounded(t *testing.T) {
	d := start(t)
	for range 1001 {
		decode[object](t, d.send(t, "POST", "reviews", "/reviews", `{"product": "p-0001", "stars": 4, "text": "Good."}`), 200)
	}
	for id, want := range map[string]bool{"r-00001": true, "r-05000": true, "r-05001": false, "r-05002": true, "r-06001": true} {
		if _, failed := decode[object](t, d.get(t, "reviews", "/reviews/"+id), 200)["error"]; failed == want {
			t.Errorf("%s: got failed %v, want found %v", id, failed, want)
		}
	}
}

// Failures have status 200 and a member "error", and are not to be stored.
func TestReviewsErrors(t *testing.T) {
	d := start(t)
	check := func(a answer, code, text string) {
		t.Helper()
		got := decode[struct{ Error struct{ Code, Text string } }](t, a, 200).Error
		if got.Code != code || !strings.Contains(got.Text, text) {
			t.Errorf("got %+v, want %s about %s", got, code, text)
		}
		wantHeader(t, a, "Cache-Control", "no-store")
	}
	check(d.get(t, "reviews", "/reviews"), "BAD_REQUEST", "product_id")
	check(d.get(t, "reviews", "/reviews?product_id=p-0001&first=21"), "BAD_REQUEST", "first")
	check(d.get(t, "reviews", "/reviews/r-99999"), "NOT_FOUND", "r-99999")
	check(d.get(t, "reviews", "/products/p-9999/reviews"), "NOT_FOUND", "p-9999")
	check(d.get(t, "reviews", "/products/p-0001/reviews?after=xyz"), "BAD_REQUEST", "xyz")
	check(d.get(t, "reviews", "/ratings?product_id="+strings.Repeat("a&product_id=", 50)), "BAD_REQUEST", "at most 50")
	for code, bodies := range map[string][]string{
		"BAD_REQUEST": {`{`, `{"product": "p-0001", "stars": 6, "text": "x"}`, `{"product": "p-0001", "stars": 5, "text": " "}`, `{"product": "p-0001", "stars": 5, "text": "x", "user": 999}`},
		"NOT_FOUND":   {`{"product": "p-9999", "stars": 5, "text": "x"}`},
	} {
		for _, body := range bodies {
			check(d.send(t, "POST", "reviews", "/reviews", body), code, "")
		}
	}
	long, _ := json.Marshal(object{"product": "p-0001", "stars": 5, "text": strings.Repeat("ä", 2001)})
	check(d.send(t, "POST", "reviews", "/reviews", string(long)), "BAD_REQUEST", "2001")
}
