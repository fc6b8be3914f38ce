package attacks_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Kinds of answers that many attacks have.
const (
	refused = "400 BAD_REQUEST"
	costly  = "400 DOCUMENT_TOO_COSTLY"
	invalid = "400 GRAPHQL_VALIDATION_FAILED"
	syntax  = "400 GRAPHQL_PARSE_FAILED"
)

// posts is an attack by bodies.
func posts(bodies ...string) func(*testing.T, *service) []answer {
	return func(t *testing.T, s *service) []answer {
		t.Helper()
		var answers []answer
		for _, body := range bodies {
			answers = append(answers, s.post(t, body))
		}
		return short(t, answers)
	}
}

// bodies are requests that are not what they should be.
func bodies() []attack {
	const question = `"query":"{__typename}"`
	const numbers = `{"query":"query($n:Int){products(first:$n){totalCount}}","variables":{"n":%s}}`
	return []attack{
		{
			number: 7, name: "operations in an array",
			send: posts("[" + strings.Repeat("{"+question+"},", 1000) + "{" + question + "}]"), want: refused,
		},
		{
			number: 10, name: "variables inside each other", send: posts(
				`{"query":"query($v:ID){product(id:$v){id}}","variables":{"v":`+strings.Repeat("[", 9000)+strings.Repeat("]", 9000)+`}}`,
				`{"query":"{__typename}","variables":{"v":`+strings.Repeat(`{"a":`, 90_000)+"1"+strings.Repeat("}", 90_000)+`}}`),
			want: invalid + ", " + refused,
		},
		{
			number: 10, name: "variables of a megabyte: numbers, lists, objects, members",
			send: posts(many("[", "1,", "1]", 500_000), many("[", "[],", "1]", 300_000), many("[", "{},", "1]", 300_000),
				many("{", `"":1,`, `"":1}`, 200_000)),
			want: "413 BAD_REQUEST",
		},
		{
			number: 10, name: "variables, as many as pass: numbers, objects, members",
			send: posts(many("[", "1,", "1]", 99_000), many("[", "{},", "1]", 49_000), many("{", `"":1,`, `"":1}`, 99_000)),
			want: invalid,
		},
		{
			number: 16, name: "no UTF-8, NUL, half characters",
			send: posts("{\"query\":\"{__typename #\xff}\"}", "{\"query\":\"{__typename \x00}\"}", `{"query":"{__typename \u0000}"}`,
				`{"query":"{product(id:\"\ud83d\"){id}}"}`,
				`{"query":"query($v:ID!){product(id:$v){id}}","variables":{"v":"\ud83d"}}`), want: refused + ", 400 GRAPHQL_PARSE_FAILED",
		},
		{number: 17, name: "compressed bodies that grow", send: bombs, want: "413 BAD_REQUEST, 415 BAD_REQUEST"},
		{
			number: 21, name: "a member given twice",
			send: posts("{"+question+","+question+"}", "{"+question+`,"variables":{},"variables":{}}`), want: refused,
		},
		{
			number: 22, name: "members in other letters",
			send: posts(`{"QUERY":"{__typename}"}`, `{"Query":"{__typename}","documentid":"x"}`), want: refused,
		},
		{number: 23, name: "more than one body", send: posts("{"+question+"}{"+question+"}", "{"+question+"} x"), want: refused},
		{
			number: 24, name: "broken JSON of a megabyte",
			send: posts(`{"query":"`+strings.Repeat("<x>", 300_000), `{"`+strings.Repeat("k", 900_000)+`":1`), want: refused,
		},
		{
			number: 29, name: "huge numbers in variables",
			send: posts(fmt.Sprintf(numbers, strings.Repeat("9", 900_000)), fmt.Sprintf(numbers, "1e999999999"),
				fmt.Sprintf(numbers, "-2147483649")),
			want: invalid,
		},
		{
			number: 30, name: "a body of 20 MB",
			send: posts(`{"query":"` + strings.Repeat(" ", 20<<20) + `{__typename}"}`), want: "413 BAD_REQUEST",
		},
		{number: 30, name: "headers of 200 KB", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			long := strings.Repeat("x", 200_000)
			return []answer{s.post(t, "{"+question+"}", "X-Long", long), s.send(t, http.MethodGet, "?query="+long, "")}
		}, want: "431"},
		{number: 31, name: "a multipart map of 50,000 paths", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			paths := strings.TrimSuffix(strings.Repeat(`"variables.f",`, 50_000), ",")
			return []answer{s.multipart(t, "operations", `{`+question+`}`, "map", `{"0":[`+paths+`]}`, "0", "../../etc/passwd")}
		}, want: "415 BAD_REQUEST"},
	}
}

// many is a body with one variable: so many parts between a beginning and an end.
func many(begin, part, end string, n int) string {
	return `{"query":"query($v:ID!){product(id:$v){id}}","variables":{"v":` + begin + strings.Repeat(part, n) + end + `}}`
}

// bombs sends few bytes that become many, in each coding and in several at once.
func bombs(t *testing.T, s *service) []answer {
	t.Helper()
	large := bytes.Repeat([]byte(" "), 64<<20)
	var br bytes.Buffer
	b := brotli.NewWriterLevel(&br, brotli.BestSpeed)
	_, _ = b.Write(large)
	_ = b.Close()
	once := compressGzip(large)
	return []answer{
		s.post(t, string(once), "Content-Encoding", "gzip"),
		s.post(t, string(zstd.EncodeTo(nil, large)), "Content-Encoding", "zstd"),
		s.post(t, br.String(), "Content-Encoding", "br"),
		s.post(t, string(compressGzip(once)), "Content-Encoding", "gzip, gzip"),
	}
}

func compressGzip(text []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(text)
	_ = z.Close()
	return b.Bytes()
}

// multipart sends a form as browsers do, given as name, value, name, value.
func (s *service) multipart(t *testing.T, fields ...string) answer {
	t.Helper()
	var b strings.Builder
	for i := 0; i < len(fields); i += 2 {
		fmt.Fprintf(&b, "--line\r\nContent-Disposition: form-data; name=%q; filename=\"../../%[1]s\"\r\n\r\n%s\r\n", fields[i], fields[i+1])
	}
	b.WriteString("--line--\r\n")
	return s.send(t, http.MethodPost, "", b.String(), "Content-Type", "multipart/form-data; boundary=line")
}

// pages are requests that other sites' pages make a browser send.
func pages() []attack {
	const mutation = `mutation{addToCart(productId:"p-0001"){count}}`
	from := []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Cookie", "session=1"}
	return []attack{
		{number: 18, name: "a form", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			form := append([]string{"Content-Type", "application/x-www-form-urlencoded"}, from...)
			body := "query=" + url.QueryEscape(mutation)
			return s.without(t, s.send(t, http.MethodPost, "", body, form...), s.send(t, http.MethodPost, "", body, form[:2]...))
		}, want: "403 BAD_REQUEST, 415 BAD_REQUEST"},
		{number: 19, name: "a multipart form, and plain text", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			text := `{"query":` + quote(mutation) + `}`
			return s.without(t,
				s.multipart(t, "operations", text, "map", "{}"),
				s.send(t, http.MethodPost, "", text, append([]string{"Content-Type", "text/plain"}, from...)...),
				s.send(t, http.MethodPost, "", text, "Content-Type", "text/plain;application/json"))
		}, want: "415 BAD_REQUEST, 403 BAD_REQUEST"},
		{number: 20, name: "a mutation by GET, a query for another site", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			return s.without(t,
				s.send(t, http.MethodGet, "?query="+url.QueryEscape(mutation), "", "Apollo-Require-Preflight", "true"),
				s.send(t, http.MethodGet, "?query="+url.QueryEscape(`{product(id:"a"){id}}`), "", from...),
				s.send(t, http.MethodHead, "?query="+url.QueryEscape(mutation), "", "Apollo-Require-Preflight", "true"))
		}, want: "405 BAD_REQUEST, 403 BAD_REQUEST, 405"},
	}
}

// without holds that no upstream was asked for these answers.
func (s *service) without(t *testing.T, answers ...answer) []answer {
	t.Helper()
	if calls := s.upstream.Lines(); len(calls) > 0 {
		t.Errorf("upstreams were asked: %s", calls)
	}
	return answers
}

func quote(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}
