package upstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxDrained bounds the bytes of an unread body that are read to keep its connection.
const maxDrained = 16 << 10

// Response is a 2xx answer, or a 304 to a conditional request. It is the caller's.
type Response struct {
	Status int
	Header http.Header // without Set-Cookie; without Content-Encoding and Content-Length when the body was decompressed
	Body   []byte      // decompressed; nil when there is none. Not checked to be valid JSON: who scans it finds out.

	Call uint64 // what the recorder knows the call by, see [Recorder.Failed]

	Wire int // bytes of the body as it arrived: compressed, where it was

	SetCookie   bool // it set a cookie, which is not in Header: what it says is for one client
	NotModified bool // 304: what has one of the request's validators is still what the upstream would send

	Requested time.Time // when the request was handed to the transport, which is RFC 9111's request_time (§4.2.3)
	Received  time.Time // when the answer's header had come, its response_time

	Redirects []Redirect // that were followed to it, in their order

	client *Client  // whose answer it is, for Link
	url    *url.URL // that was called
}

var errType = errors.New("content type is not JSON")

// receive turns what came back into a Response or the failure that its status means. It closes the body.
func (c *Client) receive(ctx context.Context, out *outgoing, resp *http.Response) (*Response, *Error) {
	defer resp.Body.Close()
	if out.answered != nil {
		out.answered(resp.Header)
	}
	notModified := resp.StatusCode == http.StatusNotModified && out.conditional
	if resp.StatusCode/100 != 2 && !notModified {
		failure := &Error{Kind: kindOf(resp.StatusCode), Status: resp.StatusCode, Problem: c.problem(ctx, out, resp)}
		failure.repeat.after = resp.Header.Get("Retry-After")
		failure.unknown = !out.safe && (resp.StatusCode >= http.StatusInternalServerError || resp.StatusCode == http.StatusRequestTimeout)
		if failure.Kind == NotFound {
			failure.Header = resp.Header
			failure.SetCookie = len(resp.Header["Set-Cookie"]) > 0
			delete(resp.Header, "Set-Cookie")
		}
		return nil, failure
	}
	res := &Response{Status: resp.StatusCode, Header: resp.Header, NotModified: notModified, client: c, url: &out.url}
	if !notModified {
		var failure *Error
		res.Body, res.Wire, failure = c.read(ctx, out, resp, c.maxBody)
		switch {
		case out.anyBody && failure != nil && failure.Kind != Canceled:
			res.Body, failure = nil, nil
		case !out.anyBody && failure == nil && res.Body != nil && !c.isJSON(resp.Header):
			failure = unusable(errType, "JSON", "the content type "+printable(mediaType(resp.Header), 64))
		}
		if failure != nil {
			failure.Status = resp.StatusCode
			return nil, failure
		}
	}
	res.SetCookie = len(res.Header["Set-Cookie"]) > 0
	delete(res.Header, "Set-Cookie") // one caller's session must not reach the others, nor a cache
	if len(res.Header["Content-Encoding"]) > 0 {
		delete(res.Header, "Content-Encoding")
		delete(res.Header, "Content-Length")
	}
	return res, nil
}

// kindOf is the meaning of a status that is not 2xx.
func kindOf(status int) Kind {
	switch status {
	case http.StatusUnauthorized:
		return Unauthenticated
	case http.StatusForbidden:
		return Forbidden
	case http.StatusNotFound, http.StatusGone:
		return NotFound
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return Timeout
	case http.StatusTooManyRequests:
		return RateLimited
	}
	if status >= 300 && status < 500 {
		return Rejected
	}
	return Unavailable
}

// problem returns what a failed call's body says, where it is a problem document or the schema says where that stands in its JSON; otherwise
// the body is only drained, so that its connection can be used again.
func (c *Client) problem(ctx context.Context, out *outgoing, resp *http.Response) *Problem {
	document := strings.EqualFold(mediaType(resp.Header), "application/problem+json")
	if !document && (c.explain == nil || !c.isJSON(resp.Header)) {
		_, _ = io.CopyN(io.Discard, resp.Body, maxDrained)
		return nil
	}
	body, _, failure := c.read(ctx, out, resp, min(c.maxBody, maxProblem))
	if failure != nil {
		return nil
	}
	var said *Problem
	if c.explain != nil && json.Valid(body) {
		said = c.explain(body)
	}
	if document {
		said = said.or(parseProblem(body))
	}
	return said
}

// isJSON reports whether a body with this header is taken for JSON. Static file servers say text/plain or nothing.
func (c *Client) isJSON(header http.Header) bool {
	switch media := strings.ToLower(mediaType(header)); media {
	case "application/json", "text/json", "text/plain", "":
		return true
	default:
		return strings.HasSuffix(media, "+json") || slices.Contains(c.media, media)
	}
}

// mediaTypes are media types without parameters, in lower case.
func mediaTypes(texts []string) (list []string, problems []error) {
	for i, text := range texts {
		media, parameters, err := mime.ParseMediaType(text)
		if err != nil || len(parameters) > 0 || !strings.Contains(media, "/") || strings.Contains(media, "*") {
			problems = append(problems, fmt.Errorf("contentTypes[%d] is no media type, of the form text/html", i))
		}
		list = append(list, media)
	}
	return list, problems
}

// mediaType returns what the header says of the body, without parameters.
func mediaType(header http.Header) string {
	media, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	return strings.TrimSpace(media)
}
