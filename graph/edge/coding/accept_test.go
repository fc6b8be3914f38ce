package coding_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"weft/graph/edge/coding"
)

var all = coding.Offer{coding.Zstd: true, coding.Gzip: true, coding.Brotli: true}

func TestChoose(t *testing.T) {
	for _, tt := range []struct {
		accept string
		want   coding.Choice
		ok     bool
	}{
		{"", coding.Choice{}, true},
		{"gzip", coding.Choice{Coding: coding.Gzip}, true},
		{"gzip, deflate, br, zstd", coding.Choice{Coding: coding.Zstd}, true},         // Chromium, Firefox
		{"gzip, deflate, br", coding.Choice{Coding: coding.Gzip}, true},               // older browsers
		{"br;q=1.0, gzip;q=0.8, *;q=0.1", coding.Choice{Coding: coding.Brotli}, true}, // RFC 9110's own style
		{"gzip;q=0.999, zstd;q=1", coding.Choice{Coding: coding.Zstd}, true},
		{"X-GZIP", coding.Choice{Coding: coding.Gzip}, true},
		{"gzip;q=0", coding.Choice{}, true},
		{"gzip;q=0, zstd;q=0.001", coding.Choice{Coding: coding.Zstd}, true},
		{"deflate, compress", coding.Choice{}, true},
		{"identity", coding.Choice{}, true},
		{"identity;q=0.5, gzip;q=0.5", coding.Choice{Coding: coding.Gzip}, true},
		{"identity, gzip;q=0.5", coding.Choice{}, true},
		{"*", coding.Choice{}, true},
		{"identity;q=0.5, *", coding.Choice{Coding: coding.Zstd}, true},
		{"identity;q=0, *", coding.Choice{Coding: coding.Zstd, Forced: true}, true},
		{"*;q=0, gzip", coding.Choice{Coding: coding.Gzip, Forced: true}, true},
		{"identity;q=0, gzip", coding.Choice{Coding: coding.Gzip, Forced: true}, true},
		{"identity;q=0", coding.Choice{}, false},
		{"identity;q=0, deflate", coding.Choice{}, false},
		{"*;q=0", coding.Choice{}, false},
		{"*;q=0, identity;q=0.001", coding.Choice{}, true},
		// What the grammar does not allow is not there.
		{"gzip;q=2", coding.Choice{}, true},
		{"gzip;q=0.1234", coding.Choice{}, true},
		{"gzip;q=-1", coding.Choice{}, true},
		{"gzip;q=1.001", coding.Choice{}, true},
		{"gzip;q=", coding.Choice{}, true},
		{"gzip;level=1", coding.Choice{}, true},
		{"gzip;q=NaN", coding.Choice{}, true},
		{"gzip;Q=1.", coding.Choice{Coding: coding.Gzip}, true},
		{" ,, gzip\t;\tq=0.5 ,", coding.Choice{Coding: coding.Gzip}, true},
		{"gzip zstd", coding.Choice{}, true},
		{"gzip;q=0, gzip", coding.Choice{}, true}, // the first one counts
	} {
		for _, values := range [][]string{{tt.accept}, strings.SplitAfter(tt.accept, ",")} { // one header, or several
			if got, ok := all.Choose(values); got != tt.want || ok != tt.ok {
				t.Errorf("%q: got %v, %v, want %v, %v", values, got, ok, tt.want, tt.ok)
			}
		}
	}
	if got, ok := all.Choose(nil); got.Coding != coding.Identity || !ok {
		t.Errorf("without the header: got %v, %v", got, ok)
	}
	if got, ok := (coding.Offer{coding.Gzip: true}).Choose([]string{"zstd, br;q=0.9, gzip;q=0.1"}); got.Coding != coding.Gzip || !ok {
		t.Errorf("where nothing but gzip is on offer: got %v, %v", got, ok)
	}
}

// FuzzChoose holds choices against what the header says of them, read in another way.
func FuzzChoose(f *testing.F) {
	f.Add("gzip, deflate, br;q=0.5, zstd;q=0", byte(7))
	f.Add("*;q=0, identity;q=0.3", byte(5))
	f.Add("identity;q=0, x-gzip;q=1.000", byte(2))
	f.Add("Zstd;q=.5", byte(1)) // see ParseWeight
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		f.Add(randomHeader(random), byte(random.IntN(8)))
	}
	f.Fuzz(func(t *testing.T, accept string, offered byte) {
		offer := coding.Offer{coding.Zstd: offered&1 > 0, coding.Gzip: offered&2 > 0, coding.Brotli: offered&4 > 0}
		got, ok := offer.Choose([]string{accept})
		q := func(c coding.Coding) float64 { return quality(accept, c) }
		if got.Coding != coding.Identity && !offer[got.Coding] {
			t.Fatalf("%q: %v is not on offer", accept, got)
		}
		if ok != (q(got.Coding) > 0) {
			t.Fatalf("%q: got %v, %v, whose quality is %g", accept, got, ok, q(got.Coding))
		}
		if got.Forced != (ok && q(coding.Identity) == 0) {
			t.Fatalf("%q: got %v, and identity's quality is %g", accept, got, q(coding.Identity))
		}
		for c := range coding.Brotli + 1 {
			if (c == coding.Identity || offer[c]) && q(c) > q(got.Coding) {
				t.Fatalf("%q: got %v of quality %g, while %v has %g", accept, got, q(got.Coding), c, q(c))
			}
		}
	})
}

// quality is what a header says of a coding, below 0.001 of identity when it says nothing.
func quality(accept string, of coding.Coding) float64 {
	names := []string{of.String()}
	if of == coding.Gzip {
		names = append(names, "x-gzip")
	}
	rest := -1.0
	for member := range strings.SplitSeq(accept, ",") {
		parts := strings.Split(member, ";")
		name := strings.ToLower(strings.Trim(parts[0], " \t"))
		q := 1.0
		if len(parts) > 1 {
			text := strings.ToLower(strings.Trim(strings.Join(parts[1:], ";"), " \t"))
			value, found := strings.CutPrefix(text, "q=")
			whole, fraction, _ := strings.Cut(value, ".")
			digits := strings.Trim(fraction, "0123456789") == "" && len(fraction) <= 3 && (whole == "0" || whole == "1" || whole == "" && fraction != "")
			var err error
			if q, err = strconv.ParseFloat(value, 64); !found || err != nil || !digits || q > 1 {
				continue
			}
		}
		if slices.Contains(names, name) {
			return q
		}
		if name == "*" && rest < 0 {
			rest = q
		}
	}
	switch {
	case rest >= 0:
		return rest
	case of == coding.Identity:
		return 0.0005
	}
	return 0
}

func randomHeader(random *rand.Rand) string {
	pick := func(of ...string) string { return of[random.IntN(len(of))] }
	var members []string
	for range random.IntN(5) {
		members = append(members, pick("gzip", "x-gzip", "br", "zstd", "identity", "*", "deflate", "GZIP", " zstd")+
			pick("", "", ";q=0", ";q=1", "; q=0.5", ";q=0.25 ", ";q=1.0", ";q=2", ";x=1"))
	}
	return strings.Join(members, pick(",", ", ", " ,\t"))
}

func BenchmarkChoose(b *testing.B) {
	accept := []string{"gzip, deflate, br, zstd"}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := all.Choose(accept); !ok {
			b.Fatal("nothing is acceptable")
		}
	}
}
