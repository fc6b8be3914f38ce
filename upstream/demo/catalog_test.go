package demo_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
)

type products struct {
	Data []object
	Meta struct{ Total, Limit, Offset int }
}

func TestCatalogProductPages(t *testing.T) {
	d := start(t)
	seen := map[any]bool{}
	for offset := "0"; offset != ""; {
		page := decode[products](t, d.get(t, "catalog", "/products?limit=90&offset="+offset), 200)
		for _, p := range page.Data {
			seen[p["id"]] = true
		}
		offset = map[string]string{"0": "90", "90": "180", "180": "270", "270": "360", "360": "450", "450": ""}[offset]
		if page.Meta.Total != 500 || page.Meta.Limit != 90 {
			t.Errorf("got meta %+v, want 500 in all, by 90", page.Meta)
		}
	}
	if len(seen) != 500 {
		t.Errorf("got %d products on all pages, want 500", len(seen))
	}
	beyond := d.get(t, "catalog", "/products?offset=500")
	if !strings.Contains(string(beyond.body), `"data":[]`) {
		t.Errorf("beyond the end: got %s, want an empty list", beyond.body)
	}
	if got := decode[products](t, d.get(t, "catalog", "/products"), 200).Meta; got != (struct{ Total, Limit, Offset int }{500, 20, 0}) {
		t.Errorf("without limit: got %+v, want 20 of 500 from 0", got)
	}
}

func TestCatalogProductFilters(t *testing.T) {
	d := start(t)
	for query, want := range map[string]int{"category=c-tents": 42, "category=d-outdoors": 126, "q=family+TENT": 11, "category=c-books&q=tent": 0} {
		page := decode[products](t, d.get(t, "catalog", "/products?"+query), 200)
		if page.Meta.Total != want {
			t.Errorf("%s: got %d products, want %d", query, page.Meta.Total, want)
		}
	}
}

func TestCatalogProductsByID(t *testing.T) {
	d := start(t)
	page := decode[products](t, d.get(t, "catalog", "/products?ids=p-0007,p-9999,p-0002,p-0007,p-2,,"), 200)
	if diff := cmp.Diff([]any{"p-0002", "p-0007"}, column(page.Data, "id")); diff != "" {
		t.Error(diff)
	}
	if empty := d.get(t, "catalog", "/products?ids="); !strings.Contains(string(empty.body), `"data":[]`) {
		t.Errorf("no ids: got %s, want an empty list", empty.body)
	}
	wantProblem(t, d.get(t, "catalog", "/products?ids="+strings.Repeat("p-0001,", 101)), 400, "at most 100")
}

func TestCatalogErrors(t *testing.T) {
	d := start(t)
	for path, detail := range map[string]string{
		"/products?limit=0":       "limit",
		"/products?limit=ten":     "ten",
		"/products?offset=-1":     "offset",
		"/products?category=c-xy": "c-xy",
		"/search?q=+":             "q:",
		"/search?q=tent&page=0":   "page",
	} {
		wantProblem(t, d.get(t, "catalog", path), 400, detail)
	}
	for _, path := range []string{"/products/p-0501", "/products/1", "/brands/b-99", "/categories/c-none", "/images/p-0001.gif", "/images/p-0501.jpg"} {
		wantProblem(t, d.get(t, "catalog", path), 404, "there is no")
	}
}

func TestCatalogBrandsAndCategories(t *testing.T) {
	d := start(t)
	if got := decode[[]object](t, d.get(t, "catalog", "/brands"), 200); len(got) != 40 {
		t.Errorf("got %d brands, want 40", len(got))
	}
	some := decode[[]object](t, d.get(t, "catalog", "/brands?id=b-03&id=b-77&id=b-01"), 200)
	if diff := cmp.Diff([]any{"b-01", "b-03"}, column(some, "id")); diff != "" {
		t.Error(diff)
	}
	shelves := decode[[]object](t, d.get(t, "catalog", "/categories"), 200)
	if len(shelves) != 12 {
		t.Errorf("got %d categories, want 12", len(shelves))
	}
	total := 0.0
	for _, c := range shelves {
		total += c["productCount"].(float64)
		if parent := c["parent"].(object); parent["parent"] != nil || parent["name"] == "" {
			t.Errorf("%v: got parent %v, want a department", c["id"], parent)
		}
	}
	if total != 500 {
		t.Errorf("categories hold %v products, want 500", total)
	}
	if d := decode[object](t, d.get(t, "catalog", "/categories/d-kitchen"), 200); d["name"] != "Kitchen" {
		t.Errorf("got department %v, want Kitchen", d)
	}
}

func TestCatalogSearch(t *testing.T) {
	d := start(t)
	type found struct {
		Results                     []object
		Page, PerPage, Pages, Total int
	}
	kinds, seen := map[any]int{}, map[any]bool{}
	first := decode[found](t, d.get(t, "catalog", "/search?q=garden"), 200)
	for page := 1; page <= first.Pages; page++ {
		got := decode[found](t, d.get(t, "catalog", "/search?q=garden&page="+string(rune('0'+page))), 200)
		for _, r := range got.Results {
			kinds[r["kind"]]++
			seen[r["id"]] = true
		}
	}
	if len(seen) != first.Total || kinds["category"] != 2 || kinds["product"] != first.Total-2 {
		t.Errorf("got %d results %v on %d pages, want %d", len(seen), kinds, first.Pages, first.Total)
	}
	if got := decode[found](t, d.get(t, "catalog", "/search?q=lyng"), 200).Results[0]; got["kind"] != "brand" || got["name"] != "Lyng" {
		t.Errorf("got %v first, want the brand", got)
	}
	none := decode[found](t, d.get(t, "catalog", "/search?q=submarine"), 200)
	if none.Total != 0 || none.Pages != 1 || none.Results == nil {
		t.Errorf("got %+v, want one empty page", none)
	}
	if beyond := decode[found](t, d.get(t, "catalog", "/search?q=garden&page=1000"), 200); len(beyond.Results) != 0 {
		t.Errorf("beyond the end: got %d results", len(beyond.Results))
	}
}

func TestCatalogConditional(t *testing.T) {
	d := start(t)
	first := d.get(t, "catalog", "/products/p-0001")
	tag := first.header.Get("ETag")
	if !strings.HasPrefix(tag, `"`) {
		t.Fatalf("got ETag %q, want a strong one", tag)
	}
	wantHeader(t, first, "Cache-Control", "public, max-age=60")
	for _, match := range []string{tag, `"other", ` + tag, "W/" + tag, "*"} {
		again := d.get(t, "catalog", "/products/p-0001", "If-None-Match", match)
		if again.status != 304 || len(again.body) != 0 {
			t.Errorf("If-None-Match %s: got %d with %d bytes, want an empty 304", match, again.status, len(again.body))
		}
		wantHeader(t, again, "ETag", tag)
		wantHeader(t, again, "Cache-Control", "public, max-age=60")
	}
	if other := d.get(t, "catalog", "/products/p-0002", "If-None-Match", tag); other.status != 200 {
		t.Errorf("another product: got %d, want 200", other.status)
	}
}

func TestCatalogGzip(t *testing.T) {
	d := start(t)
	plain := d.get(t, "catalog", "/products")
	wantHeader(t, plain, "Vary", "Accept-Encoding")
	packed := d.get(t, "catalog", "/products", "Accept-Encoding", "br;q=1, gzip;q=0.5")
	wantHeader(t, packed, "Content-Encoding", "gzip")
	r, err := gzip.NewReader(bytes.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	if unpacked, err := io.ReadAll(r); err != nil || !bytes.Equal(unpacked, plain.body) {
		t.Errorf("unpacked differs from plain (%v)", err)
	}
	if plain.header.Get("ETag") == packed.header.Get("ETag") {
		t.Error("one strong ETag for two encodings")
	}
	if again := d.get(t, "catalog", "/products", "Accept-Encoding", "gzip", "If-None-Match", packed.header.Get("ETag")); again.status != 304 {
		t.Errorf("got %d, want 304", again.status)
	}
	for _, accept := range []string{"gzip;q=0", "br", "gzip;q=0, *", "identity"} {
		wantHeader(t, d.get(t, "catalog", "/products", "Accept-Encoding", accept), "Content-Encoding", "")
	}
	wantHeader(t, d.get(t, "catalog", "/products", "Accept-Encoding", "*"), "Content-Encoding", "gzip")
	wantHeader(t, d.get(t, "catalog", "/brands/b-01", "Accept-Encoding", "gzip"), "Content-Encoding", "") // too small
}
