package demo

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
)

// reply is an answer before it is written.
type reply struct {
	status int // 0 is 200
	header http.Header
	body   any // becomes JSON, unless it is media
}

// media is a body that is not JSON.
type media struct {
	contentType string
	bytes       []byte
}

// endpoint answers with what the route's handler returns.
func (s *service) endpoint(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		answer, err := rt.handle(r)
		if err != nil {
			answer = s.fail(r, err)
		} else if rt.cache != "" {
			w.Header().Set("Cache-Control", rt.cache)
		}
		if rt.vary != "" {
			w.Header().Add("Vary", rt.vary)
		}
		s.write(w, r, answer)
	})
}

// write encodes the answer and sends it, or a 304 in its place.
func (s *service) write(w http.ResponseWriter, r *http.Request, a reply) {
	contentType, body, err := s.encode(a.body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	maps.Copy(h, a.header)
	h.Set("Content-Type", cmp.Or(h.Get("Content-Type"), contentType))
	plain := body
	body, coding := s.style.coding.apply(h, r, body)
	status := cmp.Or(a.status, http.StatusOK)
	if status == http.StatusOK && r.Method != http.MethodPost {
		if tag := s.style.etag.of(plain, coding); tag != "" {
			h.Set("ETag", tag)
			if matches(r.Header.Values("If-None-Match"), tag) {
				h.Del("Content-Type")
				h.Del("Content-Encoding")
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that has left is no concern of the service
}

func (s *service) encode(body any) (contentType string, _ []byte, _ error) {
	if m, ok := body.(media); ok {
		return m.contentType, m.bytes, nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if s.style.indent {
		enc.SetIndent("", "  ")
	}
	if err := enc.Encode(body); err != nil {
		return "", nil, fmt.Errorf("encode answer: %w", err)
	}
	return "application/json", bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// problem is a failure, as RFC 9457 writes it.
type problem struct {
	Type     string `json:"type"`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail"`
	Instance string `json:"instance,omitempty"`

	header http.Header
}

func (p problem) Error() string { return p.Detail }

func failure(status int, format string, args ...any) error {
	return problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

func badInput(format string, args ...any) error {
	return failure(http.StatusBadRequest, format, args...)
}

func notFound(what, id string) error {
	return failure(http.StatusNotFound, "there is no %s %q", what, id)
}

// fail turns an error into an answer of the service's style.
func (s *service) fail(r *http.Request, err error) reply {
	var p problem
	if !errors.As(err, &p) {
		p = problem{Type: "about:blank", Title: "Internal Server Error", Status: http.StatusInternalServerError, Detail: err.Error()}
	}
	if s.style.failure != nil {
		return s.style.failure(p)
	}
	p.Instance = r.URL.Path
	header := http.Header{"Content-Type": {"application/problem+json"}, "Cache-Control": {"no-store"}}
	maps.Copy(header, p.header)
	return reply{status: p.Status, header: header, body: p}
}

// readBody decodes a JSON body into v. Unknown members, and anything after the value, are refused.
func readBody(r *http.Request, v any) error {
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return badInput("body: %v", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return badInput("body: more than one JSON value")
	}
	return nil
}
