package lane

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

const (
	post = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n"
	get  = "GET /graphql?query={a} HTTP/1.1\r\nHost: x\r\n\r\n"
)

// with puts fields into a head before its last line.
func with(head, fields string) string { return strings.TrimSuffix(head, "\r\n") + fields + "\r\n" }

// What is of the form is served, and everything else left to net/http.
func TestForm(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want verdict
	}{
		"post":                   {post, whole},
		"get":                    {get, whole},
		"get without a query":    {"GET /graphql HTTP/1.1\r\nHost: x\r\n\r\n", whole},
		"what follows":           {post + "{}POST", whole},
		"fields":                 {with(post, "content-type: application/json\r\nX-Any:\r\nCookie: \t a=b; c=\"d\" \t\r\nConnection: Keep-Alive\r\n"), whole},
		"port":                   {"GET /graphql HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", whole},
		"nothing":                {"", partial},
		"half a line":            {post[:10], partial},
		"half a field":           {post[:30], partial},
		"another path":           {"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"its beginning":          {"GET /he", declined},
		"below the path":         {"GET /graphql/id HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"beside the path":        {"POST /graphql2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n", declined},
		"escaped path":           {"GET /graphq%6c HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"whole URL":              {"GET http://x/graphql HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"two slashes":            {"GET //graphql HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"post with a query":      {"POST /graphql?a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n", declined},
		"empty query":            {"GET /graphql? HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"fragment":               {"GET /graphql?a#b HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"byte in the query":      {"GET /graphql?\x80 HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"space in the query":     {"GET /graphql?a b HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"two spaces":             {"GET  /graphql HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"tab":                    {"GET\t/graphql HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"options":                {"OPTIONS /graphql HTTP/1.1\r\nHost: x\r\n\r\n", whole},
		"options with a query":   {"OPTIONS /graphql?a HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"options with a body":    {"OPTIONS /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n", declined},
		"options of all":         {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"other methods":          {"HEAD /graphql HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"nothing but HTTP/1.1":   {" HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"no target":              {"GET HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"no query":               {"GET /graphqlx HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"small letters":          {"get /graphql HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"HTTP/1.0":               {"GET /graphql HTTP/1.0\r\nHost: x\r\n\r\n", declined},
		"HTTP/1.10":              {"GET /graphql HTTP/1.10\r\nHost: x\r\n\r\n", declined},
		"HTTP/2":                 {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", declined},
		"TLS":                    {"\x16\x03\x01\x02\x00\x01", declined},
		"empty line before":      {"\r\n" + get, declined},
		"LF":                     {strings.ReplaceAll(get, "\r\n", "\n"), declined},
		"CR":                     {strings.ReplaceAll(get, "\r\n", "\r"), partial},
		"LF behind the fields":   {"GET /graphql HTTP/1.1\r\nHost: x\r\n\n", declined},
		"CR in a value":          {with(get, "A: b\rc: d\r\n"), declined},
		"NUL in a value":         {with(get, "A: \x00\r\n"), declined},
		"DEL in a value":         {with(get, "A: \x7f\r\n"), declined},
		"byte in a value":        {with(get, "A: \xe4\r\n"), declined},
		"folded":                 {with(get, "A: b\r\n c\r\n"), declined},
		"folded by a tab":        {with(get, "A: b\r\n\tc\r\n"), declined},
		"space before the colon": {with(get, "A : b\r\n"), declined},
		"no name":                {with(get, ": b\r\n"), declined},
		"no colon":               {with(get, "A\r\n"), declined},
		"byte in a name":         {with(get, "\xe4: b\r\n"), declined},
		"brackets in a name":     {with(get, "A[]: b\r\n"), declined},
		"twice":                  {with(get, "A: b\r\na: c\r\n"), declined},
		"no Host":                {"GET /graphql HTTP/1.1\r\n\r\n", declined},
		"empty Host":             {"GET /graphql HTTP/1.1\r\nHost:\r\n\r\n", declined},
		"empty Host, and one":    {"GET /graphql HTTP/1.1\r\nHost:\r\nHost: x\r\n\r\n", declined},
		"two Hosts":              {with(get, "Host: x\r\n"), declined},
		"odd Host":               {"GET /graphql HTTP/1.1\r\nHost: x/y\r\n\r\n", declined},
		"user in Host":           {"GET /graphql HTTP/1.1\r\nHost: u@x\r\n\r\n", declined},
		"no length":              {"POST /graphql HTTP/1.1\r\nHost: x\r\n\r\n", declined},
		"two lengths":            {with(post, "Content-Length: 2\r\n"), declined},
		"length of a get":        {with(get, "Content-Length: 2\r\n"), declined},
		"length 0":               {strings.Replace(post, ": 2", ": 0", 1), declined},
		"length 02":              {strings.Replace(post, ": 2", ": 02", 1), declined},
		"length +2":              {strings.Replace(post, ": 2", ": +2", 1), declined},
		"length -2":              {strings.Replace(post, ": 2", ": -2", 1), declined},
		"length 2, 2":            {strings.Replace(post, ": 2", ": 2, 2", 1), declined},
		"length 0x2":             {strings.Replace(post, ": 2", ": 0x2", 1), declined},
		"length of 2^64+2":       {strings.Replace(post, ": 2", ": 18446744073709551618", 1), declined},
		"length above the limit": {strings.Replace(post, ": 2", ": 1001", 1), declined},
		"length of the limit":    {strings.Replace(post, ": 2", ": 1000", 1), whole},
		"close":                  {with(get, "Connection: close\r\n"), declined},
		"keep-alive, close":      {with(get, "Connection: keep-alive, close\r\n"), declined},
		"upgrade":                {with(get, "Connection: Upgrade\r\nUpgrade: websocket\r\n"), declined},
		"chunked":                {with(post, "Transfer-Encoding: chunked\r\n"), declined},
		"chunked, spelt":         {with(post, "transfer-encoding:\tchunked\r\n"), declined},
		"identity":               {with(post, "Transfer-Encoding: identity\r\n"), declined},
		"expect":                 {with(post, "Expect: 100-continue\r\n"), declined},
		"trailer":                {with(post, "Trailer: A\r\n"), declined},
		"te":                     {with(post, "TE: trailers\r\n"), declined},
		"pragma":                 {with(post, "Pragma: no-cache\r\n"), declined},
		"h2c":                    {with(get, "HTTP2-Settings: AAMAAABkAAQ\r\n"), declined},
		"proxy":                  {with(get, "Proxy-Connection: keep-alive\r\n"), declined},
		"method":                 {with(post, "X-HTTP-Method-Override: DELETE\r\n"), declined},
		"websocket":              {with(get, "Sec-WebSocket-Key: a\r\n"), declined},
		"many fields":            {with(get, manyFields(maxFields-1)), whole},
		"too many fields":        {with(get, manyFields(maxFields)), declined},
		"as long as may be":      {with(get, "A: "+strings.Repeat("a", MaxRequest-len(get)-5)+"\r\n"), whole},
		"too long":               {with(get, "A: "+strings.Repeat("a", MaxRequest-len(get)-4)+"\r\n"), declined},
	} {
		f := newForm("/graphql", 1000)
		h, got := f.read([]byte(c.text))
		if got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
		if (h != nil) != (got == whole) {
			t.Errorf("%s: head %v, verdict %d", name, h, got)
		}
		if h != nil {
			asNetHTTP(t, h, c.text)
		}
		for cut := range min(len(c.text), 200) { // a beginning is never said to be whole, and once declined it stays so
			if _, got := f.read([]byte(c.text[:cut])); c.want == whole && got == declined || got == whole && cut < len(h.text) {
				t.Errorf("%s: the first %d bytes: got %d", name, cut, got)
			}
		}
	}
}

func manyFields(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("A")
		b.WriteString(strings.Repeat("a", i))
		b.WriteString(": b\r\n")
	}
	return b.String()
}

// asNetHTTP compares a head with what net/http reads of the same bytes.
func asNetHTTP(t *testing.T, h *head, text string) {
	t.Helper()
	from := bufio.NewReader(strings.NewReader(text + strings.Repeat(" ", h.bytes())))
	want, err := http.ReadRequest(from)
	if err != nil {
		t.Errorf("%q: net/http says %v", text, err)
		return
	}
	body, err := io.ReadAll(want.Body)
	if err != nil || int64(len(body)) != h.request.ContentLength {
		t.Errorf("%q: net/http reads a body of %d bytes, %v; want %d", text, len(body), err, h.request.ContentLength)
	}
	got := h.request
	got.Body, want.Body = nil, nil
	if !reflect.DeepEqual(&got, want) {
		t.Errorf("%q\n got %+v\nwant %+v", text, &got, want)
	}
}

// Whatever is of the form, net/http reads as the same.
func FuzzForm(f *testing.F) {
	for _, text := range []string{post, get, with(post, "Transfer-Encoding: chunked\r\n"), with(get, "A: b\r\n c\r\n"), "\r\n" + get, " HTTP/1.1\r\n", "GET HTTP/1.1\r\n"} {
		f.Add([]byte(text))
	}
	at := newForm("/graphql", MaxRequest)
	f.Fuzz(func(t *testing.T, text []byte) {
		if h, v := at.read(text); v == whole {
			asNetHTTP(t, h, string(text))
			if !bytes.HasPrefix(text, []byte(h.text)) {
				t.Errorf("%q: the head is %q", text, h.text)
			}
		}
	})
}
