package lane

import (
	"bytes"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
)

// MaxRequest is how long a request may be, in bytes, head and body together.
const MaxRequest = 8 << 10

const (
	maxFields = 64
	maxDigits = 7 // of a Content-Length
)

// verdict is what is known of bytes at the beginning of a request.
type verdict int

const (
	partial  verdict = iota // they may become a head of the form
	whole                   // they begin with one
	declined                // they never will
)

// head is all of a request but its body. Nothing of it changes, since each request that begins so has it.
type head struct {
	text    string // as it was sent
	url     url.URL
	request http.Request // without a body, a context, and who sends it
}

// form is that of requests for one path.
type form struct {
	post, options, get string // a request's beginning, to behind the path
	path               string
	maxBody            int64 // in bytes
}

func newForm(path string, maxBody int64) form {
	return form{post: "POST " + path, options: "OPTIONS " + path, get: "GET " + path, path: path, maxBody: maxBody}
}

// read reads a head from the beginning of b, of which it keeps nothing. It looks at each byte as often as read is called.
func (f *form) read(b []byte) (*head, verdict) {
	line, at, v := nextLine(b, 0)
	if v != whole {
		if !f.begins(b) {
			v = declined
		}
		return nil, v
	}
	h := new(head)
	if h.request = newRequest(&h.url); !f.readLine(h, string(line)) {
		return nil, declined
	}
	var fields [maxFields][]byte
	n := 0
	for {
		line, at, v = nextLine(b, at)
		if v != whole {
			return nil, v
		}
		if len(line) == 0 {
			break
		}
		if n == maxFields || !isField(line) {
			return nil, declined
		}
		fields[n] = line
		n++
	}
	h.text = string(b[:at])
	if !h.readFields(fields[:n]) || !f.may(h) {
		return nil, declined
	}
	return h, whole
}

// may reports whether what a head says of the whole request is of the form.
func (f *form) may(h *head) bool {
	length := h.request.ContentLength
	if h.request.Host == "" || h.bytes() > MaxRequest || length > f.maxBody {
		return false
	}
	return (h.request.Method == http.MethodPost) == (length > 0)
}

// bytes returns how long the whole request is.
func (h *head) bytes() int { return len(h.text) + int(h.request.ContentLength) }

// begins reports whether a line that has not ended can become a request line.
func (f *form) begins(b []byte) bool {
	return beginAlike(b, f.post) || beginAlike(b, f.get) || beginAlike(b, f.options)
}

func beginAlike(b []byte, text string) bool {
	n := min(len(b), len(text))
	return string(b[:n]) == text[:n]
}

// nextLine returns the line that begins at a byte, without its end, and where the next one begins. A line that ends otherwise than with CRLF is declined.
func nextLine(b []byte, at int) (line []byte, next int, v verdict) {
	end := bytes.IndexByte(b[at:], '\n')
	switch {
	case end < 0:
		return nil, at, partial
	case end == 0 || b[at+end-1] != '\r':
		return nil, at, declined
	}
	return b[at : at+end-1], at + end + 1, whole
}

func newRequest(u *url.URL) http.Request {
	return http.Request{URL: u, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: http.NoBody}
}

// readLine reads a request line.
func (f *form) readLine(h *head, line string) bool {
	line, ok := strings.CutSuffix(line, " HTTP/1.1")
	if !ok {
		return false
	}
	h.url.Path = f.path
	h.request.RequestURI = f.path
	switch line {
	case f.post:
		h.request.Method = http.MethodPost
		return true
	case f.options:
		h.request.Method = http.MethodOptions
		return true
	case f.get:
		h.request.Method = http.MethodGet
		return true
	}
	query, ok := strings.CutPrefix(line, f.get+"?")
	if !ok || query == "" || !all(query, inQuery) {
		return false
	}
	h.request.Method, h.request.RequestURI, h.url.RawQuery = http.MethodGet, f.path+"?"+query, query
	return true
}

// isField reports whether a line is a field, but for its length and its meaning.
func isField(line []byte) bool {
	name, value, ok := bytes.Cut(line, colon)
	return ok && len(name) > 0 && all(name, inName) && all(value, inValue)
}

var colon = []byte{':'}

// readFields reads fields, whose text is text's.
func (h *head) readFields(fields [][]byte) bool {
	header := make(http.Header, len(fields))
	h.request.Header = header
	values := make([]string, len(fields))
	at := strings.IndexByte(h.text, '\n') + 1
	for i, field := range fields {
		text := h.text[at : at+len(field)]
		at += len(field) + 2
		name, value, _ := strings.Cut(text, ":")
		name, value = textproto.CanonicalMIMEHeaderKey(name), strings.Trim(value, " \t")
		if name == "Host" {
			if h.request.Host != "" || value == "" || !all(value, inHost) { // an empty one would let a second one pass
				return false
			}
			h.request.Host = value
			continue
		}
		if _, twice := header[name]; twice || !h.allows(name, value) {
			return false
		}
		values[i] = value
		header[name] = values[i : i+1 : i+1]
	}
	return true
}

// allows reports whether a field may be there, and notes what it says of the body.
func (h *head) allows(name, value string) bool {
	switch name {
	case "Content-Length":
		var err error
		h.request.ContentLength, err = strconv.ParseInt(value, 10, 64)
		return err == nil && len(value) <= maxDigits && all(value, inLength) && value[0] != '0'
	case "Connection":
		return strings.EqualFold(value, "keep-alive")
	case "Transfer-Encoding", "Te", "Trailer", "Upgrade", "Expect", "Keep-Alive", "Pragma", "Http2-Settings":
		return false
	}
	return !strings.HasPrefix(name, "Proxy-") && !strings.HasPrefix(name, "Sec-Websocket-") && !strings.HasPrefix(name, "X-Http-Method")
}

// set is a set of bytes.
type set [256]bool

func setOf(holds func(c byte) bool) *set {
	var s set
	for c := range s {
		s[c] = holds(byte(c))
	}
	return &s
}

func all[T string | []byte](text T, in *set) bool {
	for i := range len(text) {
		if !in[text[i]] {
			return false
		}
	}
	return true
}

// The bytes that there may be.
var (
	inLength = setOf(func(c byte) bool { return '0' <= c && c <= '9' })
	inWord   = setOf(func(c byte) bool { return inLength[c] || 'a' <= c|0x20 && c|0x20 <= 'z' })
	inName   = setOf(func(c byte) bool { return inWord[c] || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0 }) // RFC 9110 §5.6.2
	inHost   = setOf(func(c byte) bool { return inWord[c] || strings.IndexByte(".-:[]", c) >= 0 })
	inValue  = setOf(func(c byte) bool { return c == '\t' || ' ' <= c && c <= '~' })
	inQuery  = setOf(func(c byte) bool { return ' ' < c && c <= '~' && c != '#' })
)
