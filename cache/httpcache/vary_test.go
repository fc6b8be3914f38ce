package httpcache_test

import (
	"testing"

	"weft/cache/httpcache"
)

func TestVariant(t *testing.T) {
	tests := []struct {
		name, vary  string
		one, two    string // headers of requests
		same, never bool
	}{
		{"RFC 9111 §4.1 NoVary", "", "Accept: a", "Accept: b", true, false},
		{"RFC 9111 §4.1 Equal", "Vary: accept", "Accept: a", "Accept: a\nX: y", true, false},
		{"RFC 9111 §4.1 Different", "Vary: Accept", "Accept: a", "Accept: b", false, false},
		{"RFC 9111 §4.1 BothAbsent", "Vary: Accept", "", "", true, false},
		{"RFC 9111 §4.1 AbsentIsNotEmpty", "Vary: Accept", "", "Accept:", false, false},
		{"RFC 9111 §4.1 Any", "Vary: *", "", "", false, true},
		{"RFC 9111 §4.1 AnyAmongOthers", "Vary: Accept\nVary: X , * ", "", "", false, true},
		{"RFC 9111 §4.1 StarInsideAName", "Vary: X*", "", "", true, false},
		{"RFC 9111 §4.1 AllOfSeveral", "Vary: A, B\nVary: C", "A: 1\nB: 2\nC: 3", "A: 1\nB: 2\nC: 4", false, false},
		{"RFC 9111 §4.1 LinesAreOneList", "Vary: Accept-Language", "Accept-Language: de\nAccept-Language: en", "Accept-Language: de,en", true, false},
		{"RFC 9111 §4.1 SpaceInLists", "Vary: Accept", "Accept: a , b,", "Accept: a,b", true, false},
		{"RFC 9111 §4.1 SpaceInQuotes", "Vary: Accept", `Accept: a;p="x , y"`, `Accept: a;p="x,y"`, false, false},
		{"RFC 9111 §4.1 SpaceInOthers", "Vary: User-Agent", "User-Agent: (a, b)", "User-Agent: (a,b)", false, false},
		{"RFC 9111 §4.1 OrderCounts", "Vary: Accept", "Accept: a,b", "Accept: b,a", false, false},
		{"ValuesDoNotRunTogether", "Vary: A, B", "A: 1;B=1:2\nB: 3", "A: 1\nB: 2;B=1:3", false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			answer := header(t, test.vary)
			one, ok := httpcache.Variant(answer, header(t, test.one))
			two, okTwo := httpcache.Variant(answer, header(t, test.two))
			if ok == test.never || okTwo == test.never {
				t.Errorf("got ok %t and %t, want %t", ok, okTwo, !test.never)
			}
			if ok && (one == two) != test.same {
				t.Errorf("got %q and %q, want the same: %t", one, two, test.same)
			}
		})
	}
}
