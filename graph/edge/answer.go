package edge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
)

// refusal is a request that never became an operation.
type refusal struct {
	status  int
	message string
}

func refusef(status int, format string, args ...any) *refusal {
	return &refusal{status: status, message: fmt.Sprintf(format, args...)}
}

// answerWriter writes the one answer of a request.
type answerWriter struct {
	w       http.ResponseWriter
	media   string   // mediaJSON or mediaGraphQL
	vary    []string // the header of that name; nil: none
	scratch *scratch
}

// refuse answers a request that is no GraphQL request, or one that may not be asked this way.
func (a answerWriter) refuse(r *refusal) {
	if r.status == http.StatusMethodNotAllowed {
		a.w.Header().Set("Allow", allowedMethods)
	}
	if r.status == http.StatusServiceUnavailable {
		a.overloaded(r.message)
		return
	}
	a.fail(r.status, r.message, protocol.CodeBadRequest)
}

// late answers an operation whose context ended before there was an answer: its deadline passed, or the server
// is closing (or the client left, and reads none of this).
func (a answerWriter) late(cause error) {
	if errors.Is(cause, context.DeadlineExceeded) {
		a.fail(http.StatusGatewayTimeout, messageTimeout, protocol.CodeTimeout)
		return
	}
	a.fail(http.StatusServiceUnavailable, messageCanceled, protocol.CodeCanceled)
}

// overloaded answers a request that there is no room for, soon, or at all.
func (a answerWriter) overloaded(message string) {
	a.w.Header().Set("Retry-After", "1")
	a.fail(http.StatusServiceUnavailable, message+": try again", protocol.CodeOverloaded)
}

func (a answerWriter) fail(status int, message, code string) {
	err := &gqlerror.Error{Message: message, Extensions: map[string]any{"code": code}}
	a.write(status, &graphql.Response{Errors: gqlerror.List{err}})
}

// notExecuted answers an operation that did not parse or validate. Under application/json the status tells
// whether the answer is GraphQL's at all, so it is 200 (GraphQL over HTTP, section 6.4.1).
func (a answerWriter) notExecuted(resp *graphql.Response) {
	status := http.StatusOK
	if a.media == mediaGraphQL {
		status = http.StatusBadRequest
	}
	a.write(status, resp)
}

// executed answers an operation that ran. resp.Data is copied as it is, never decoded. policy is what policyOf says.
func (a answerWriter) executed(resp *graphql.Response, policy http.Header) {
	setPolicy(a.w.Header(), policy)
	a.send(http.StatusOK, resp, true)
}

// What headers hold; nobody changes these.
var (
	contentJSON    = []string{mediaJSON + "; charset=utf-8"}
	contentGraphQL = []string{mediaGraphQL + "; charset=utf-8"}
	noStore        = []string{"no-store"}
	noSniff        = []string{"nosniff"}
)

// maxCopied is the longest data, in bytes, that is copied to be written together with what stands around it.
const maxCopied = 8 << 10

// write sends a response without data, of which nothing may be kept.
func (a answerWriter) write(status int, resp *graphql.Response) {
	setPolicy(a.w.Header(), nil)
	a.send(status, resp, false)
}

// send encodes and sends a response; hasData is false where nothing was executed, and data must be absent.
func (a answerWriter) send(status int, resp *graphql.Response, hasData bool) {
	text, split, err := around(a.scratch.answer[:0], resp, hasData)
	if err != nil { // an extension that encoding/json cannot write: ours or a hand-written one's mistake
		panic(fmt.Errorf("encode response: %w", err))
	}
	data := resp.Data
	if !hasData {
		data = nil
	}
	if len(data) <= maxCopied {
		text, data = slices.Insert(text, split, data...), nil
		split = len(text)
	}
	a.scratch.answer = text
	h := a.w.Header() // whose names are canonical: Set need not make them so
	h["Content-Type"] = contentJSON
	if a.media == mediaGraphQL {
		h["Content-Type"] = contentGraphQL
	}
	h["Content-Length"] = []string{strconv.Itoa(len(text) + len(data))}
	if a.vary != nil {
		h["Vary"] = a.vary
	}
	h["X-Content-Type-Options"] = noSniff
	a.w.WriteHeader(status)
	for _, part := range [][]byte{text[:split], data, text[split:]} {
		if len(part) > 0 {
			_, _ = a.w.Write(part) // it fails only when the client has left
		}
	}
}

// around appends all of a response but its data, which belongs at split; errors first: who reads an answer by eye sees them.
func around(b []byte, resp *graphql.Response, hasData bool) (text []byte, split int, err error) {
	b = append(b, '{')
	if len(resp.Errors) > 0 {
		errs, err := marshal(resp.Errors)
		if err != nil {
			return nil, 0, err
		}
		b = append(append(b, `"errors":`...), errs...)
	}
	if hasData {
		b = append(comma(b), `"data":`...)
		if len(resp.Data) == 0 {
			b = append(b, "null"...)
		}
	}
	split = len(b)
	if len(resp.Extensions) > 0 {
		extensions, err := marshal(resp.Extensions)
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
