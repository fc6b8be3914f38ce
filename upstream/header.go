package upstream

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
)

// forwardable returns the canonical names of the headers to forward, sorted and without repetitions.
func forwardable(names []string) (forward []string, problems []error) {
	for _, name := range names {
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		if !validHeaderName(name) {
			problems = append(problems, fmt.Errorf("forwardHeaders: %q is not a header name", name))
		} else if why := keptBack(canonical); why != "" {
			problems = append(problems, fmt.Errorf("forwardHeaders: %s cannot be forwarded: %s", canonical, why))
		} else {
			forward = append(forward, canonical)
		}
	}
	slices.Sort(forward)
	return slices.Compact(forward), problems
}

// keptBack says why a header of the incoming request never goes upstream; "" when it may.
func keptBack(canonical string) string {
	if why := ownedByConnection(canonical); why != "" {
		return why
	}
	switch canonical {
	case "Cookie", "Set-Cookie":
		return "cookies belong to the graph's own origin"
	case "Accept", "Content-Type", "Content-Encoding":
		return "it describes the GraphQL exchange, not this call"
	case "Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range":
		return "it refers to the GraphQL answer, not to this call's"
	}
	return ""
}

// ownedByConnection says why neither schema nor configuration may set a header; "" when it may.
func ownedByConnection(canonical string) string {
	switch canonical {
	case "Host", "Content-Length", "Expect":
		return "it belongs to one HTTP message"
	case "Accept-Encoding":
		return "the client decodes what it asks for"
	case "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection",
		"Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return "it is a hop-by-hop header (RFC 9110 §7.6.1)"
	case "Idempotency-Key", "X-Idempotency-Key":
		return "net/http would send writes that carry it a second time"
	}
	return ""
}

// constantSetter collects what every call carries, and what is wrong with that.
type constantSetter struct {
	header   http.Header
	query    url.Values
	sources  map[string]string // what has set a configured header, by its canonical name
	forward  []string          // canonical names of headers that are forwarded
	ofCalls  []string          // names of those that calls set themselves
	problems []error
}

// parseConstants returns what every call carries: headers of our own, then the configured ones, then secrets, of which texts are what files
// have. None of the latter two is a forwarded header, or one that calls set themselves.
func (o Options) parseConstants(texts [][]byte, forward, ofCalls []string) (*constants, []error) {
	s := &constantSetter{query: url.Values{}, sources: map[string]string{}, forward: forward, ofCalls: ofCalls, header: http.Header{
		"User-Agent":      {"weft"},
		"Accept":          {"application/json, application/problem+json;q=0.9"},
		"Accept-Encoding": {"gzip, zstd"},
	}}
	for _, name := range slices.Sorted(maps.Keys(o.Header)) {
		value := o.Header[name]
		if !validHeaderName(name) || !validHeaderValue(value) {
			s.problem("header: %q is not a header name or its value has control characters", name)
			continue
		}
		s.set("header", name, value)
	}
	for name, value := range o.Query {
		s.query.Set(name, value)
	}
	if name := o.Network.Failing.DeadlineHeader; name != "" {
		s.deadline(name)
	}
	for _, c := range o.credentials() {
		var text []byte
		if c.File != "" {
			text, texts = texts[0], texts[1:]
		}
		s.credential(c, text)
	}
	return &constants{newConstantHeaders(s.header), s.query.Encode()}, s.problems
}

func (s *constantSetter) problem(format string, args ...any) {
	s.problems = append(s.problems, fmt.Errorf(format, args...))
}

// deadline looks whether a header may tell the time that is left. Each call sets it.
func (s *constantSetter) deadline(name string) {
	if !validHeaderName(name) {
		s.problem("deadlineHeader: %q is not a header name", name)
		return
	}
	s.set("deadlineHeader", name, "")
	delete(s.header, textproto.CanonicalMIMEHeaderKey(name))
}

// credential sets what a secret is in; text is what its file has.
func (s *constantSetter) credential(c Credential, text []byte) {
	value, err := c.value(text)
	name := cmp.Or(c.Header, authorization)
	switch {
	case err != nil:
		s.problem("credential: %w", err)
	case c.Query != "" && c.Header != "":
		s.problem("credential: set one of header and query, not both")
	case c.Query != "" && s.query.Has(c.Query):
		s.problem("credential: the parameter %q is set already", c.Query)
	case c.Query != "":
		s.query.Set(c.Query, value)
	case !validHeaderName(name):
		s.problem("credential: %q is not a header name", name)
	default:
		s.set("credential", name, value)
	}
}

// set sets a header.
func (s *constantSetter) set(source, name, value string) {
	canonical := textproto.CanonicalMIMEHeaderKey(name)
	if why := ownedByConnection(canonical); why != "" {
		s.problem("%s: %s cannot be set: %s", source, canonical, why)
	} else if other, ok := s.sources[canonical]; ok {
		s.problem("%s: %s is set by %s already", source, canonical, other)
	} else if slices.Contains(s.forward, canonical) {
		s.problem("%s: %s is forwarded from the request already", source, canonical)
	} else if slices.ContainsFunc(s.ofCalls, func(name string) bool { return strings.EqualFold(name, canonical) }) {
		s.problem("%s: %s is set by calls of the schema: remove it here, or there", source, canonical)
	}
	s.sources[canonical] = source
	s.header[canonical] = []string{value}
}

// withContentType returns the constant header of calls with a body, which is JSON unless the configuration says otherwise.
func withContentType(constant http.Header) http.Header {
	if _, configured := constant["Content-Type"]; configured {
		return constant
	}
	header := maps.Clone(constant)
	header["Content-Type"] = []string{"application/json"}
	return header
}

// constantHeaders are the headers that calls begin with, credential included. They are read-only, since a call that adds nothing sends them
// as they are.
type constantHeaders struct {
	plain    http.Header // of a call without a body
	withBody http.Header // with a Content-Type
	asking   http.Header // the same of a call that changes nothing
}

func newConstantHeaders(header http.Header) constantHeaders {
	withBody := withContentType(header)
	return constantHeaders{header, withBody, asking(withBody)}
}

// asking returns the header of calls with a body that only ask. net/http takes a request for one that may be sent again when it has an
// Idempotency-Key, and sends none that has no values.
func asking(header http.Header) http.Header {
	header = maps.Clone(header)
	header["Idempotency-Key"] = nil
	return header
}

// validHeaderName reports whether name is a token (RFC 9110 §5.6.2).
func validHeaderName(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return name != ""
}

// validHeaderValue reports whether value cannot end its header line (RFC 9110 §5.5).
func validHeaderValue(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
