package fetch_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// wantRefused asks behind a cursor that must be refused without a call.
func wantRefused(t *testing.T, s *shop, field, after string) {
	t.Helper()
	s.catalog.Forget()
	r := s.do(t.Context(), nil, `query($after: String) { `+field+` { edges { cursor } } }`, map[string]any{"after": after})
	if !refused(r, "after is not a cursor of this field with these arguments") {
		t.Errorf("%s behind %.80q: %s, %v", field, after, r.Data, r.Errors)
	}
	wantCalls(t, s.catalog)
}

func TestCursorOfAnother(t *testing.T) {
	s := newShop(t)
	for _, of := range styles {
		of.serve(s.catalog, 25)
	}
	field := map[string]bool{}
	for _, of := range styles {
		after := *s.page(t, of, 2, nil).PageInfo.EndCursor
		for _, other := range styles {
			if field[of.field] = true; other.field != of.field {
				wantRefused(t, s, other.field+"(after: $after)", after)
			}
		}
		if of.field == "byOffset" {
			wantRefused(t, s, "byOffset(after: $after, state: SOLD_OUT)", after)
			wantRefused(t, s, `byOffset(after: $after, ids: ["1"])`, after)
		}
	}
}

// TestCursorNullArgument: null and absent make the same URL, so they are the same list.
func TestCursorNullArgument(t *testing.T) {
	s := newShop(t)
	for _, of := range styles {
		of.serve(s.catalog, 25)
	}
	for _, of := range styles {
		if of.field != "byOffset" {
			continue
		}
		after := *s.page(t, of, 2, nil).PageInfo.EndCursor
		r := s.do(t.Context(), nil, `query($after: String) { byOffset(after: $after, state: null) { edges { cursor } } }`, map[string]any{"after": after})
		if len(r.Errors) > 0 {
			t.Errorf("got %v, want none", r.Errors)
		}
	}
}

func TestCursorThatIsNone(t *testing.T) {
	eachStyle(t, 25, func(t *testing.T, s *shop, of style) {
		good := *s.page(t, of, 2, nil).PageInfo.EndCursor
		raw, err := base64.RawURLEncoding.DecodeString(good)
		if err != nil {
			t.Fatal(err)
		}
		bad := []string{"", " ", "garbage", "%%%", good + "=", "0" + good, strings.Repeat("A", 1<<16), good + strings.Repeat("A", 1<<16)}
		for i := range min(len(raw), 8) { // the scope and the numbers
			bad = append(bad, base64.RawURLEncoding.EncodeToString(raw[:i]))
		}
		scope := string(raw[:6])
		for _, forged := range []string{
			"\x00\x00", "\x01", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "\xff\xff\xff\xff\x0f\x00", "\x01\xff\xff\x03x",
			"\x00\xff\xff\x7fx", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00",
		} {
			bad = append(bad, base64.RawURLEncoding.EncodeToString([]byte(scope+forged)))
		}
		for _, after := range bad {
			wantRefused(t, s, of.field+"(after: $after)", after)
		}
	})
}

// A forged position is no way to make an upstream work more than an honest one does.
func TestCursorFarAway(t *testing.T) {
	eachStyle(t, 25, func(t *testing.T, s *shop, of style) {
		raw, err := base64.RawURLEncoding.DecodeString(*s.page(t, of, 2, nil).PageInfo.EndCursor)
		if err != nil {
			t.Fatal(err)
		}
		size := "\x00"
		if of.field == "byLink" {
			size = "\x02"
		}
		far := base64.RawURLEncoding.EncodeToString([]byte(string(raw[:6]) + "\xff\xff\xff\x7f" + size))
		s.catalog.Forget()
		p := s.page(t, of, 2, &far)
		if len(p.Edges) > 0 {
			t.Errorf("%d elements far behind the end", len(p.Edges))
		}
		for _, call := range s.catalog.Calls() {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, call.Path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			if n := max(number(request, "limit"), number(request, "per_page"), number(request, "count")); n > of.max {
				t.Errorf("asked for %d: %s", n, call)
			}
		}
		if calls := len(s.catalog.Calls()); calls > 5 {
			t.Errorf("%d calls", calls)
		}
	})
}

// An alias is the same field: its cursors are interchangeable, and so are equal arguments however they are written.
func TestCursorOfTheSame(t *testing.T) {
	s := newShop(t)
	styles[0].serve(s.catalog, 25)
	type nodes struct {
		Edges []struct{ Cursor string }
	}
	a := query[struct{ A nodes }](t, s, `{ a: byOffset(first: 1, ids: [1, "2"]) { edges { cursor } } }`, nil).A.Edges[0].Cursor
	for _, again := range []string{`byOffset(first: 3, ids: ["1", 2], after: $a)`, `byOffset(ids: $ids, after: $a)`} {
		text := fmt.Sprintf(`query($a: String, $ids: [ID!] = ["1", "2"]) { b: %s { edges { cursor } } c: byOffset(first: 1, ids: $ids) { totalCount } }`, again)
		if got := query[struct{ B nodes }](t, s, text, map[string]any{"a": a}).B.Edges; len(got) == 0 {
			t.Errorf("%s: no elements", again)
		}
	}
}
