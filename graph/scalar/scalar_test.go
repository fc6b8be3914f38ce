package scalar_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"testing"
	"time"

	"weft/graph/scalar"
)

// TestIs has texts that are values of a scalar, and texts that are none.
func TestIs(t *testing.T) {
	for name, c := range map[string]struct{ yes, no []string }{
		"Int64": {
			yes: []string{"0", "-1", "9007199254740993", "9223372036854775807", "-9223372036854775808"},
			no:  []string{"", "-", "-0", "+1", "01", "1.0", "1e2", "9223372036854775808", "-9223372036854775809", "0x1", "1_0", " 1", "1 "},
		},
		"Decimal": {
			yes: []string{"0", "-0", "-0.0", "19.90", "0.1000000000000000000000000000001", "1e2", "1E+2", "1.5e-30", "1e999999999999", "10", "12345678901234567890"},
			no:  []string{"", "-", ".5", "5.", "1,5", "+1", "01", "-01", "1e", "1e+", "1.e2", "0x1", "NaN", "Infinity", "1_0", " 1", "1 "},
		},
		"DateTime": {
			yes: []string{
				"1985-04-12T23:20:50.52Z", "1996-12-19T16:39:57-08:00", "1990-12-31T23:59:60Z", "1990-12-31T15:59:60-08:00", "1937-01-01T12:00:27.87+00:20", // of RFC 3339, section 5.8
				"2026-03-01t09:30:00z", "2026-03-01T09:30:00.123456789012Z", "0000-01-01T00:00:00-00:00",
			},
			no: []string{
				"", "2026-03-01", "2026-03-01T09:30:00", "2026-03-01 09:30:00Z", "2026-03-01T09:30Z", "2026-03-01T24:00:00Z", "2026-03-01T09:60:00Z", "2026-03-01T09:30:61Z",
				"2026-03-01T09:30:00.Z", "2026-03-01T09:30:00,5Z", "2026-03-01T09:30:00+0100", "2026-03-01T09:30:00+24:00", "2026-03-01T09:30:00+01:60", "2026-02-29T09:30:00Z",
				"2026-03-01T9:30:00Z", "2026-03-01T09:30:00Zulu", "2026-03-01T09:30:00é", "+02026-03-01T09:30:00Z",
			},
		},
		"Date": {
			yes: []string{"2026-03-01", "2024-02-29", "2000-02-29", "0000-12-31"},
			no:  []string{"", "2026-3-1", "2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-01", "2026-01-00", "20260301", "2026/03/01", "2026-03-01Z", "2026-W09-7"},
		},
		"URL": {
			yes: []string{
				"", "ftp://ftp.is.co.za/rfc/rfc1808.txt", "http://www.ietf.org/rfc/rfc2396.txt", "ldap://[2001:db8::7]/c=GB?objectClass?one", "mailto:John.Doe@example.com", // of RFC 3986, section 1.1.2
				"news:comp.infosystems.www.servers.unix", "tel:+1-816-555-1212", "telnet://192.0.2.16:80/", "urn:oasis:names:specification:docbook:dtd:xml:4.1.2",
				"../a:b", "/a", "?a=b", "#a", "//example.com", "http://u:p@example.com:80", "http://[::1]", "http://[::ffff:192.0.2.1]:80", "http://a?b/?c#d?/", "a%2Fb", "http://a:",
			},
			no: []string{
				"a b", "http://a b/", "http://ex\"ample", "a%2", "a%zz", "http://é.example", "1a:b", ":a", "http://[::1", "http://[]", "//[0]", "//[127.0.0.1]", "//[fe80::1%25eth0]", "//[v1.a]", "http://a:b", "http://[::1]a", "a#b#c",
				"http://a/[", "http://a@b@c", "a\\b", "<a>", "{a}", "a|b", "a^b", "http://a\x00",
			},
		},
		"UUID": {
			yes: []string{"f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6", "00000000-0000-0000-0000-000000000000"},
			no: []string{
				"", "f81d4fae7dec11d0a76500a0c91e6bf6", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}", "g81d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bf",
				"f81d4fae-7dec-11d0-a76500-a0c91e6bf6", "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bfé",
			},
		},
	} {
		of := scalar.Shipped[name]
		for _, text := range c.yes {
			if !of.Is(text) {
				t.Errorf("%s: %q is none", name, text)
			}
		}
		for _, text := range c.no {
			if of.Is(text) {
				t.Errorf("%s: %q is one", name, text)
			}
		}
		if !of.Is(of.Example) {
			t.Errorf("%s: its example %s is none", name, of.Example)
		}
	}
}

var escapedHost = regexp.MustCompile("//[^/?#]*%")

// FuzzIs compares with what Go's own packages take, where these take no more than a standard, or no less.
func FuzzIs(f *testing.F) {
	for _, text := range []string{"12.50", "2026-03-01T09:30:00Z", "2026-03-01", "https://u@[::1]:8/a%20?b#c", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "-0e1", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if scalar.IsDecimal(text) != (json.Valid([]byte(text)) && (text[0] == '-' || text[0]-'0' <= 9) && text[len(text)-1]-'0' <= 9) {
			t.Errorf("Decimal: %q is %v", text, scalar.IsDecimal(text))
		}
		if _, err := time.Parse(time.DateOnly, text); scalar.IsDate(text) != (err == nil) {
			t.Errorf("Date: %q is %v, %v", text, scalar.IsDate(text), err)
		}
		// Go takes no escapes of ASCII in the name of a host, which the RFC has there.
		if _, err := url.Parse(text); scalar.IsURL(text) && err != nil && text != "" && !escapedHost.MatchString(text) {
			t.Errorf("URL: %q is one, and %v", text, err)
		}
		for name, of := range scalar.Shipped { // what is written as it is must need no escapes
			if of.Is != nil && of.Is(text) {
				if quoted, _ := json.Marshal(text); name != "URL" && string(quoted) != `"`+text+`"` {
					t.Errorf("%s: %q is one", name, text)
				}
			}
		}
	})
}
