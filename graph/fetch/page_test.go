package fetch_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/upstream/upstreamtest"
)

// style is a paged field, and an upstream that pages as the field says.
type style struct {
	field string
	total bool // the connection has a total
	max   int
	serve func(s *upstreamtest.Server, n int) // a list of n products
}

var styles = []style{
	{"byOffset", true, 30, func(s *upstreamtest.Server, n int) {
		s.Handle("GET /offset", func(w http.ResponseWriter, r *http.Request) {
			offset, limit := number(r, "offset"), number(r, "limit")
			fmt.Fprintf(w, `{"data": %s, "meta": {"total": %d}}`, products(n, offset, limit), n)
		})
	}},
	{"byOffsetNext", false, 100, func(s *upstreamtest.Server, n int) {
		s.Handle("GET /offset-next", func(w http.ResponseWriter, r *http.Request) {
			offset, limit := number(r, "offset"), number(r, "limit")
			fmt.Fprintf(w, `{"data": %s, "more": %t}`, products(n, offset, limit), offset+limit < n)
		})
	}},
	{"byOffsetAlone", false, 7, func(s *upstreamtest.Server, n int) {
		s.Handle("GET /offset-alone", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, products(n, number(r, "offset"), min(7, number(r, "limit"))))
		})
	}},
	{"byNumber", true, 100, func(s *upstreamtest.Server, n int) {
		s.Handle("GET /number", func(w http.ResponseWriter, r *http.Request) {
			page, size := number(r, "page"), number(r, "per_page")
			w.Header().Set("X-Total-Count", strconv.Itoa(n))
			if page > 1 && (page-1)*size >= n { // as many services do
				http.Error(w, `{"detail": "no such page"}`, http.StatusNotFound)
				return
			}
			fmt.Fprint(w, products(n, (page-1)*size, size))
		})
	}},
	{"byNumberNext", false, 100, func(s *upstreamtest.Server, n int) {
		s.Handle("GET /number-next", func(w http.ResponseWriter, r *http.Request) {
			page, size := number(r, "page"), number(r, "per_page")
			links := `{}`
			if page*size < n {
				links = `{"next": {"href": "/number-next?page=` + strconv.Itoa(page+1) + `"}}`
			}
			fmt.Fprintf(w, `{"data": %s, "links": %s}`, products(n, (page-1)*size, size), links)
		})
	}},
	{"byCursor", true, 10, func(s *upstreamtest.Server, n int) {
		s.Handle("GET /cursor", func(w http.ResponseWriter, r *http.Request) {
			text, _ := base64.StdEncoding.DecodeString(r.URL.Query().Get("from"))
			begin, _ := strconv.Atoi(string(text))
			end, next := begin+min(10, number(r, "count")), "null"
			if end < n {
				next = strconv.Quote(base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(end))))
			}
			fmt.Fprintf(w, `{"data": %s, "next": %s, "total": %d}`, products(n, begin, end-begin), next, n)
		})
	}},
	{"byNumberFromZero", true, 100, func(s *upstreamtest.Server, n int) {
		s.Handle("GET /number-zero", func(w http.ResponseWriter, r *http.Request) {
			page, size := number(r, "page"), number(r, "size")
			fmt.Fprintf(w, `{"content": %s, "totalElements": %d}`, products(n, page*size, size), n)
		})
	}},
	{"byKeyset", true, 10, func(s *upstreamtest.Server, n int) {
		s.Handle("GET /keyset", func(w http.ResponseWriter, r *http.Request) {
			begin, size := behindKey(r, "starting_after"), min(10, number(r, "limit"))
			w.Header().Set("Content-Range", fmt.Sprintf("items %d-%d/%d", begin, min(n, begin+size)-1, n))
			fmt.Fprintf(w, `{"data": %s, "has_more": %t}`, products(n, begin, size), begin+size < n)
		})
	}},
	{"byKeysetAlone", false, 7, func(s *upstreamtest.Server, n int) {
		s.Handle("GET /keyset-alone", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, products(n, behindKey(r, "since"), min(7, number(r, "limit"))))
		})
	}},
	{"byLink", true, 100, func(s *upstreamtest.Server, n int) {
		s.Handle("GET /link", func(w http.ResponseWriter, r *http.Request) {
			page, size := max(1, number(r, "page")), number(r, "per_page")
			w.Header().Set("X-Total-Count", strconv.Itoa(n))
			if page*size < n {
				w.Header().Set("Link", fmt.Sprintf(`</link?per_page=%d&page=1>; rel="first", </link?per_page=%[1]d&page=%d>; rel="next"`, size, page+1))
			}
			fmt.Fprint(w, products(n, (page-1)*size, size))
		})
	}},
}

func number(r *http.Request, name string) int {
	n, _ := strconv.Atoi(r.URL.Query().Get(name))
	return n
}

// behindKey is the index behind the product whose id a parameter has.
func behindKey(r *http.Request, name string) int {
	if !r.URL.Query().Has(name) {
		return 0
	}
	return number(r, name) + 1
}

// products is a JSON list of those from begin to before begin+size, of n.
func products(n, begin, size int) string {
	var list []string
	for i := begin; i < min(n, begin+size); i++ {
		list = append(list, fmt.Sprintf(`{"id": %d, "name": "p%[1]d"}`, i))
	}
	return "[" + strings.Join(list, ", ") + "]"
}

type page struct {
	Edges []struct {
		Cursor string
		Node   struct{ ID string }
	}
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       *string
	}
	TotalCount *int
}

func (p page) ids() []string {
	ids := []string{}
	for _, e := range p.Edges {
		ids = append(ids, e.Node.ID)
	}
	return ids
}

// page asks for a page of a style's field.
func (s *shop) page(t testing.TB, of style, first int, after *string) page {
	t.Helper()
	total := ""
	if of.total {
		total = "totalCount"
	}
	text := `query($first: Int, $after: String) { page: ` + of.field + `(first: $first, after: $after) {
		edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } ` + total + ` } }`
	return query[struct{ Page page }](t, s, text, map[string]any{"first": first, "after": after}).Page
}

// eachStyle runs a test with every style under every executor, over a list of n.
func eachStyle(t *testing.T, n int, test func(*testing.T, *shop, style)) {
	for _, of := range styles {
		for _, executor := range executors {
			t.Run(of.field+"/"+executor, func(t *testing.T) {
				t.Parallel()
				s := newShop(t, withExecutor(executor))
				of.serve(s.catalog, n)
				test(t, s, of)
			})
		}
	}
}

func ids(from, to int) []string {
	list := []string{}
	for i := from; i < to; i++ {
		list = append(list, strconv.Itoa(i))
	}
	return list
}

// walk follows a list of 25 with the sizes in turn, and returns the number of pages.
func (s *shop) walk(t *testing.T, of style, sizes ...int) int {
	t.Helper()
	var got []string
	var after *string
	for pages := 1; ; pages++ {
		first := sizes[(pages-1)%len(sizes)]
		p := s.page(t, of, first, after)
		if p.PageInfo.HasPreviousPage != (pages > 1) {
			t.Errorf("first %v, page %d: hasPreviousPage is %t", sizes, pages, p.PageInfo.HasPreviousPage)
		}
		if of.total && (p.TotalCount == nil || *p.TotalCount != 25) {
			t.Errorf("first %v, page %d: totalCount is %v", sizes, pages, p.TotalCount)
		}
		// Behind a page of one, numbers count pages of one: a bounded number of them is asked for.
		short := of.field == "byLink" && len(p.Edges) == 5 && p.PageInfo.HasNextPage
		if want := min(first, 25-len(got)); len(p.Edges) != want && !short {
			t.Errorf("first %v, page %d: %d elements, want %d", sizes, pages, len(p.Edges), want)
		}
		got = append(got, p.ids()...)
		if !p.PageInfo.HasNextPage {
			if diff := cmp.Diff(ids(0, 25), got); diff != "" {
				t.Errorf("first %v (-want +got):\n%s", sizes, diff)
			}
			return pages
		}
		if pages > 25 || len(p.Edges) == 0 {
			t.Fatalf("first %v: no end after %v", sizes, got)
		}
		if *p.PageInfo.StartCursor != p.Edges[0].Cursor || *p.PageInfo.EndCursor != p.Edges[len(p.Edges)-1].Cursor {
			t.Errorf("first %v, page %d: start and end are not those of the edges", sizes, pages)
		}
		after = p.PageInfo.EndCursor
	}
}

// Whoever keeps to one first pays one call a page.
func TestPagesForward(t *testing.T) {
	eachStyle(t, 25, func(t *testing.T, s *shop, of style) {
		for first := 1; first <= 7; first++ {
			s.catalog.Forget()
			if pages, want := s.walk(t, of, first), (25+first-1)/first; pages != want {
				t.Errorf("first %d: %d pages, want %d", first, pages, want)
			}
			if calls, want := len(s.catalog.Calls()), (25+first-1)/first; calls != want {
				t.Errorf("first %d: %d calls, want %d: %v", first, calls, want, s.catalog.Lines())
			}
		}
	})
}

func TestPagesOfChangingSize(t *testing.T) {
	eachStyle(t, 25, func(t *testing.T, s *shop, of style) {
		for _, sizes := range [][]int{{1, 2, 3, 4, 5, 6, 7}, {7, 6, 5, 4, 3, 2, 1}, {3, 5}, {5, 3}, {2, 7, 1}, {7, 1, 1}, {4, 6, 2}} {
			s.walk(t, of, sizes...)
		}
	})
}

// A cursor in the middle of a page is as good as the last one.
func TestPagesFromAnyCursor(t *testing.T) {
	eachStyle(t, 25, func(t *testing.T, s *shop, of style) {
		first := s.page(t, of, 6, nil)
		second := s.page(t, of, 6, first.PageInfo.EndCursor)
		for i, e := range slices.Concat(first.Edges, second.Edges) {
			for size := 1; size <= 7; size += 2 {
				p := s.page(t, of, size, &e.Cursor)
				if diff := cmp.Diff(ids(i+1, i+1+size), p.ids()); diff != "" {
					t.Errorf("first %d behind %d (-want +got):\n%s", size, i, diff)
				}
				if !p.PageInfo.HasNextPage || !p.PageInfo.HasPreviousPage {
					t.Errorf("first %d behind %d: %+v", size, i, p.PageInfo)
				}
			}
		}
	})
}

func TestPageOfEmptyList(t *testing.T) {
	eachStyle(t, 0, func(t *testing.T, s *shop, of style) {
		for _, first := range []int{0, 1, 5} {
			s.catalog.Forget()
			p := s.page(t, of, first, nil)
			if len(p.Edges) > 0 || p.PageInfo.HasNextPage || p.PageInfo.HasPreviousPage || p.PageInfo.StartCursor != nil || p.PageInfo.EndCursor != nil {
				t.Errorf("first %d: %+v", first, p)
			}
			if of.total && (p.TotalCount == nil || *p.TotalCount != 0) {
				t.Errorf("first %d: totalCount is %v", first, p.TotalCount)
			}
			if calls := s.catalog.Lines(); len(calls) != 1 {
				t.Errorf("first %d: calls %v", first, calls)
			}
		}
	})
}

func TestPageOfExactSize(t *testing.T) {
	eachStyle(t, 6, func(t *testing.T, s *shop, of style) {
		p := s.page(t, of, 6, nil)
		if len(p.Edges) != 6 || p.PageInfo.HasNextPage {
			t.Errorf("all at once: %d elements, hasNextPage %t", len(p.Edges), p.PageInfo.HasNextPage)
		}
		beyond := s.page(t, of, 6, p.PageInfo.EndCursor)
		if len(beyond.Edges) > 0 || beyond.PageInfo.HasNextPage || !beyond.PageInfo.HasPreviousPage {
			t.Errorf("beyond the end: %+v", beyond)
		}
		half := s.page(t, of, 3, nil)
		last := s.page(t, of, 3, half.PageInfo.EndCursor)
		if !half.PageInfo.HasNextPage || len(last.Edges) != 3 || last.PageInfo.HasNextPage {
			t.Errorf("halves: %+v, %+v", half.PageInfo, last)
		}
		if calls := len(s.catalog.Calls()); calls != 4 {
			t.Errorf("%d calls, want one a page: %v", calls, s.catalog.Lines())
		}
	})
}

// With first: 0 a client asks for the total, or whether there is anything.
func TestPageOfNothing(t *testing.T) {
	eachStyle(t, 1, func(t *testing.T, s *shop, of style) {
		begin := s.page(t, of, 0, nil)
		if len(begin.Edges) > 0 || !begin.PageInfo.HasNextPage || begin.PageInfo.EndCursor != nil {
			t.Errorf("at the beginning: %+v", begin)
		}
		if of.total && *begin.TotalCount != 1 {
			t.Errorf("totalCount is %d", *begin.TotalCount)
		}
		one := s.page(t, of, 1, nil)
		end := s.page(t, of, 0, one.PageInfo.EndCursor)
		if end.PageInfo.HasNextPage || !end.PageInfo.HasPreviousPage {
			t.Errorf("at the end: %+v", end)
		}
	})
}

func TestPageRefusesFirst(t *testing.T) {
	eachStyle(t, 25, func(t *testing.T, s *shop, of style) {
		for _, first := range []int{-1, of.max + 1, 1 << 30} {
			r := s.do(t.Context(), nil, `query($first: Int) { page: `+of.field+`(first: $first) { edges { cursor } } }`, map[string]any{"first": first})
			want := fmt.Sprintf("first must be from 0 to %d, not %d", of.max, first)
			if !refused(r, want) {
				t.Errorf("first %d: %v, want %s", first, r.Errors, want)
			}
		}
		wantCalls(t, s.catalog)
		if p := s.page(t, of, of.max, nil); len(p.Edges) != min(25, of.max) {
			t.Errorf("first %d: %d elements", of.max, len(p.Edges))
		}
	})
}
