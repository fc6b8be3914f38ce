package edge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/edge/coding"
	"weft/graph/operation"
	"weft/graph/protocol"
)

// refusal is a request that never became an operation.
type refusal struct {
	status  int
	message string
	header  [2]string // a name and its value; "": none
}

func refusef(status int, format string, args ...any) *refusal {
	return &refusal{status: status, message: fmt.Sprintf(format, args...)}
}

// answerWriter writes the one answer of a request.
type answerWriter struct {
	w      http.ResponseWriter
	r      *http.Request
	media  string        // mediaJSON or mediaGraphQL
	choice coding.Choice // of the compressor's
	*heads
	compressor *compressor
	scratch    *scratch
}

// refuse answers a request that is no GraphQL request, or one that may not be asked this way.
func (a answerWriter) refuse(r *refusal) {
	if r.header[0] != "" {
		a.w.Header().Set(r.header[0], r.header[1])
	}
	if r.status == http.StatusServiceUnavailable {
		a.w.Header().Set("Retry-After", retryAfter)
		a.fail(r.status, r.message+": try again", protocol.CodeOverloaded)
		return
	}
	a.fail(r.status, r.message, protocol.CodeBadRequest)
}

func (a answerWriter) fail(status int, message, code string) {
	err := &gqlerror.Error{Message: message, Extensions: map[string]any{"code": code}}
	a.send(status, &operation.Answer{Class: operation.Refused, Errors: gqlerror.List{err}})
}

// answer writes what the engine answers, and reports whether all of it was sent.
func (a answerWriter) answer(answer *operation.Answer) bool {
	switch answer.Class {
	case operation.Writes:
		a.refuse(notAllowed(a.r.Method + " executes queries only: send a mutation by POST"))
		return false
	case operation.Full:
		a.w.Header().Set("Retry-After", retryAfter)
	case operation.Limited:
		a.w.Header().Set("Retry-After", strconv.Itoa(answer.RetryAfter))
	case operation.Unauthenticated:
		if answer.Challenge != "" {
			a.w.Header().Set("WWW-Authenticate", answer.Challenge)
		}
	}
	return a.send(a.status(answer.Class), answer)
}

// status is that of an answer. Under application/json the status of an operation that did not parse or validate tells whether the
// answer is GraphQL's at all, so it is 200 (GraphQL over HTTP, section 6.4.1).
func (a answerWriter) status(c operation.Class) int {
	switch c {
	case operation.Executed, operation.Unknown: // the latter everywhere: clients of many kinds look into no other
		return http.StatusOK
	case operation.Refused:
		if a.media == mediaGraphQL {
			return http.StatusBadRequest
		}
		return http.StatusOK
	case operation.Unauthenticated:
		return http.StatusUnauthorized
	case operation.Forbidden:
		return http.StatusForbidden
	case operation.Limited:
		return http.StatusTooManyRequests
	case operation.Late:
		return http.StatusGatewayTimeout
	case operation.Canceled, operation.Full:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// retryAfter is when what there was no room for may come again, in seconds.
const retryAfter = "1"

// What headers hold; nobody changes these.
var (
	contentJSON    = []string{mediaJSON + "; charset=utf-8"}
	contentGraphQL = []string{mediaGraphQL + "; charset=utf-8"}
	noStore        = []string{"no-store"}
	noSniff        = []string{"nosniff"}
	codedBy        = [...][]string{coding.Zstd: {coding.Zstd.String()}, coding.Gzip: {coding.Gzip.String()}, coding.Brotli: {coding.Brotli.String()}}
)

// maxCopied is the longest data, in bytes, that is copied to be written together with what stands around it: the connection's buffer then
// sends an answer in two writes. Without the copy, the closing brace is a third, and 15 KB take an eighth more CPU of the whole server.
// From about 50 KB on copying costs what it saves.
const maxCopied = 32 << 10

// send encodes and sends an answer, and reports whether all of it was sent. Its data is copied as it is, never decoded.
func (a answerWriter) send(status int, answer *operation.Answer) bool {
	if answer.Report != nil {
		answer.Report(a.measure(answer))
	}
	text, split, err := around(a.scratch.answer[:0], answer)
	if err != nil { // an extension that encoding/json cannot write: ours or a hand-written one's mistake
		panic(fmt.Errorf("encode response: %w", err))
	}
	a.scratch.answer = text
	a.hold(answer)
	h := a.w.Header() // whose names are canonical: Set need not make them so
	maps.Copy(h, answer.Respond)
	expose(h, answer.Respond)
	setPolicy(h, answer)
	h["Vary"] = a.vary.of(answer.Policy)
	h["X-Content-Type-Options"] = noSniff
	by := a.coding(answer, len(text)+len(answer.Data))
	if answer.Policy != nil && !answer.Watched && status == http.StatusOK && isRead(a.r.Method) { // a 304 has no report
		tag := a.validator(answer, text, split, by)
		h["Etag"] = tag
		if has(a.r.Header, tag[0]) {
			a.w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	parts := [3][]byte{text[:split], answer.Data, text[split:]}
	if by != coding.Identity {
		parts[0], by = a.compress(answer, text, split)
		parts[1], parts[2] = nil, nil
	} else if len(answer.Data) <= maxCopied {
		a.scratch.answer = slices.Insert(text, split, answer.Data...)
		parts = [3][]byte{a.scratch.answer}
	}
	if by != coding.Identity {
		h["Content-Encoding"] = codedBy[by]
	}
	h["Content-Type"] = contentJSON
	if a.media == mediaGraphQL {
		h["Content-Type"] = contentGraphQL
	}
	h["Content-Length"] = a.lengths.of(len(parts[0]) + len(parts[1]) + len(parts[2]))
	a.w.WriteHeader(status)
	sent := true
	for _, part := range parts {
		sent = a.write(part) && sent
	}
	return sent
}

// hold counts an answer's data until it is sent. What is kept is counted where that is: it is the same bytes for whoever is sent them.
func (a answerWriter) hold(answer *operation.Answer) {
	if n := cap(answer.Data); n > maxScratch && answer.Forms == nil {
		a.scratch.held.Add(int64(n))
	}
}

// around appends all of an answer but its data, which belongs at split, and must be absent where nothing was executed. Errors come
// first: who reads an answer by eye sees them.
func around(b []byte, answer *operation.Answer) (text []byte, split int, err error) {
	b = append(b, '{')
	if len(answer.Errors) > 0 {
		errs, err := marshal(answer.Errors)
		if err != nil {
			return nil, 0, err
		}
		b = append(append(b, `"errors":`...), errs...)
	}
	if answer.Class == operation.Executed {
		b = append(comma(b), `"data":`...)
		if len(answer.Data) == 0 {
			b = append(b, "null"...)
		}
	}
	split = len(b)
	if len(answer.Extensions) > 0 {
		extensions, err := marshal(answer.Extensions)
		if err != nil {
			return nil, 0, err
		}
		b = append(append(comma(b), `"extensions":`...), extensions...)
	}
	return append(b, '}'), split, nil
}

// marshal is json.Marshal without escapes for HTML, which these answers never become part of: the URLs in them stay legible.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), nil
}

func comma(b []byte) []byte {
	if b[len(b)-1] == '{' {
		return b
	}
	return append(b, ',')
}
