package upstream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

const (
	maxDrained = 16 << 10  // bytes of an unread body that are read to keep its connection
	maxTrusted = 256 << 10 // bytes that are allocated on the word of a Content-Length
	framing    = 64 << 10  // bytes by which a compressed body may be longer than MaxBody
)

// Response is a 2xx answer. All who shared the call get the same one: it is read-only, Header and Body included.
type Response struct {
	Status int
	Header http.Header // without Set-Cookie; without Content-Encoding and Content-Length when the body was decompressed
	Body   []byte      // decompressed; nil when there is none. Not checked to be valid JSON: who scans it finds out.
}

var (
	errType     = errors.New("content type is not JSON")
	errTooLarge = errors.New("body is larger than the limit")
)

// receive turns what came back into a Response or the failure that its status means. It closes the body.
func (c *Client) receive(ctx context.Context, resp *http.Response) (*Response, *Error) {
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return nil, &Error{Kind: kindOf(resp.StatusCode), Status: resp.StatusCode, Problem: c.problem(ctx, resp)}
	}
	body, failure := c.read(ctx, resp, c.maxBody)
	if failure == nil && body != nil && !isJSON(resp.Header.Get("Content-Type")) {
		failure = &Error{Kind: BadResponse, Err: errType}
	}
	if failure != nil {
		failure.Status = resp.StatusCode
		return nil, failure
	}
	resp.Header.Del("Set-Cookie") // one caller's session must not reach the others, nor a cache
	if resp.Header.Get("Content-Encoding") != "" {
		resp.Header.Del("Content-Encoding")
		resp.Header.Del("Content-Length")
	}
	return &Response{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
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

// problem returns what a failed call's body says when it is a problem document; otherwise the body is only drained, so that
// its connection can be used again.
func (c *Client) problem(ctx context.Context, resp *http.Response) *Problem {
	if !strings.EqualFold(mediaType(resp.Header.Get("Content-Type")), "application/problem+json") {
		_, _ = io.CopyN(io.Discard, resp.Body, maxDrained)
		return nil
	}
	body, failure := c.read(ctx, resp, min(c.maxBody, maxProblem))
	if failure != nil {
		return nil
	}
	return parseProblem(body)
}

// isJSON reports whether a body of this content type is taken for JSON. Static file servers send none or text/plain.
func isJSON(contentType string) bool {
	media := strings.ToLower(mediaType(contentType))
	switch media {
	case "application/json", "text/json", "text/plain", "":
		return true
	}
	return strings.HasSuffix(media, "+json")
}

// mediaType returns a content type without its parameters.
func mediaType(contentType string) string {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.TrimSpace(media)
}

// read returns the whole body, decompressed and at most limit bytes long; nil when it is empty.
//
// A body that ends early is Unavailable when the connection was cut, as an upstream that dies does, and BadResponse when
// everything arrived but does not decompress, as only a wrong answer does.
func (c *Client) read(ctx context.Context, resp *http.Response, limit int64) ([]byte, *Error) {
	source := &wire{r: io.LimitReader(resp.Body, limit+framing)}
	decoded, release, err := c.decoders.open(resp.Header.Values("Content-Encoding"), source)
	if err != nil {
		return nil, source.failure(ctx, err)
	}
	defer release()
	var body []byte
	if n := resp.ContentLength; decoded == io.Reader(source) && 0 < n && n <= min(limit, maxTrusted) {
		body = make([]byte, n)
		_, err = io.ReadFull(decoded, body)
	} else {
		body, err = io.ReadAll(io.LimitReader(decoded, limit+1))
	}
	switch {
	case err != nil:
		return nil, source.failure(ctx, err)
	case int64(len(body)) > limit:
		return nil, &Error{Kind: BadResponse, Err: fmt.Errorf("%w of %d bytes", errTooLarge, limit)}
	case len(body) == 0:
		return nil, nil
	}
	return body, nil
}

// wire is a body as it arrives. It remembers how it ended, so that a cut connection can be told from a bad body.
type wire struct {
	r   io.Reader
	err error
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil {
		w.err = err
	}
	return n, err
}

// failure is the meaning of a read that ended with err.
func (w *wire) failure(ctx context.Context, err error) *Error {
	if w.err != nil && w.err != io.EOF {
		return broken(ctx, w.err)
	}
	if errors.Is(err, errCodings) {
		return &Error{Kind: BadResponse, Err: err}
	}
	return &Error{Kind: BadResponse, Err: &cause{text: "body cannot be decoded", err: err}}
}
