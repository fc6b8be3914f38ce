package binding

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNextPage(t *testing.T) {
	for header, want := range map[string]string{
		`</items?page=2>; rel="next"`:                                 "/items?page=2",
		`<https://api.example/items?page=2>; rel="next"`:              "https://api.example/items?page=2",
		`<?page=2>; rel="next"`:                                       "?page=2",
		`<a>; rel="prev", <b>; rel="next", <c>; rel="last"`:           "b",
		`<a>; rel="prev",<b>;rel="next"`:                              "b",
		`<b>; rel=next`:                                               "b",
		`<b>; rel=next, <c>; rel=last`:                                "b",
		`<b>; REL="Next"`:                                             "b",
		`<b> ; rel = "next"`:                                          "b",
		`<b>; title="x"; rel="next"`:                                  "b",
		`<b>; rel="next"; title="x"`:                                  "b",
		`<b>; rel="last next"`:                                        "b",
		`<b>; rel="http://example.net/x next"`:                        "b",
		`<b>; title="a, <c>; rel=\"prev\""; rel="next"`:               "b",
		`<a>; title="; rel=\"next\", <x>"; rel="prev", <b>; rel=next`: "b",
		`<a,b;c>; rel="next"`:                                         "a,b;c",
		`<a?q=%3E>; rel="next"`:                                       "a?q=%3E",
		`<b>; title*=UTF-8''%e2%82%ac; rel="next"`:                    "b",
		`<b>; crossorigin; rel="next"`:                                "b",
		`,, <b>; rel="next",`:                                         "b",
		`<b>;;; rel="next"`:                                           "b",
		`<b>; rel="next`:                                              "b", // an end is missing: as good as there
		`<>; rel="next"`:                                              "",
		`<a>; rel="prev"; rel="next"`:                                 "none", // the first rel counts
		`<a>; rel="nextish"`:                                          "none",
		`<a>; rel="prev", <b>; rel="next"; anchor="/other"`:           "none",
		`<a>; rev="next"`:                                             "none",
		`<a>`:                                                         "none",
		`<a`:                                                          "none",
		`a>; rel="next"`:                                              "none",
		`rel="next"`:                                                  "none",
		``:                                                            "none",
		`<%zz>; rel="next", <b>; rel="next"`:                          "b", // the first is no URL
		"<a>; rel=\"prev\", <b>; title=\"\\\\\"; rel=\"next\", <c>": "b",
		`<a>; title="\`:                         "none",
		`<a>; rel="prev" junk, <b>; rel="next"`: "none", // what comes behind junk is not guessed
	} {
		got := "none"
		if next, ok := nextLink(http.Header{"Link": {header}}); ok {
			got = next
		}
		if got != want {
			t.Errorf("Link: %s\n got %q\nwant %q", header, got, want)
		}
	}
	if next, ok := nextLink(http.Header{"Link": {`<a>; rel="prev"`, `<b>; rel="next"`}}); !ok || next != "b" {
		t.Errorf("two headers: %q", next)
	}
}

// FuzzLinks writes a link that no value around it can hide, and reads it back.
func FuzzLinks(f *testing.F) {
	f.Add("/items?page=2", "a title", "prev")
	f.Add("a,b;c", `", <x>; rel="next`, "last")
	f.Fuzz(func(t *testing.T, target, title, relation string) {
		for range links(title) { // anything may come: it ends
		}
		if strings.ContainsAny(target, ">") || strings.ContainsAny(relation, "\"\\") {
			return
		}
		quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(title)
		header := `<first>; title="` + quote + `"; rel="prev" , <` + target + `>; title="` + quote + `";rel="next ` + relation + `"`
		var got []link
		for l := range links(header) {
			got = append(got, l)
		}
		want := []link{
			{target: "first", rel: []string{"prev"}},
			{target: target, rel: append([]string{"next"}, strings.Fields(strings.ToLower(relation))...)},
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(link{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", header, diff)
		}
	})
}
