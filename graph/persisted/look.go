package persisted

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"
)

// look is one look at all places.
type look struct {
	*Manifests
	first bool // nothing is known yet: whatever is there is read
	urls  bool // URLs are asked, too

	problems map[string]error // by path or place
}

func (l *look) all(ctx context.Context) {
	l.problems = map[string]error{}
	for _, p := range l.places {
		if p.url == nil {
			l.files(p)
		} else if l.urls {
			l.fetch(ctx, p)
		}
	}
	if l.urls {
		l.next = time.Now().Add(l.options.Poll * time.Duration(90+rand.IntN(21)) / 100)
	}
	l.forget()
}

// forget lets go of the files that no place has any more.
func (l *look) forget() {
	listed := map[string]bool{}
	for _, p := range l.places {
		listed[p.text] = p.url != nil
	}
	for _, of := range l.listings {
		for _, path := range slices.Concat(of.paths, of.pending) {
			listed[path] = true
		}
	}
	maps.DeleteFunc(l.known, func(source string, _ *manifest) bool { return !listed[source] })
}

// files looks at the files of a place. A file that has gone no longer counts, as long as there are others.
func (l *look) files(p place) {
	paths, err := p.files()
	if err != nil {
		l.problems[p.text] = err
		return
	}
	for _, path := range paths {
		l.file(path)
	}
	of := l.listings[p.text]
	if (l.first || slices.Equal(of.pending, paths)) && !slices.Equal(of.paths, paths) {
		of.paths, l.changed = paths, true
	}
	of.pending = paths
	l.listings[p.text] = of
}

// stamp is what a file looks like from outside.
type stamp fs.FileInfo

func sameStamp(a, b stamp) bool {
	if a == nil || b == nil {
		return false
	}
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && os.SameFile(a, b)
}

// file looks at a file, and reads it when it has changed and does not change any more.
func (l *look) file(path string) {
	info, err := os.Stat(path)
	if err != nil {
		l.problems[path] = fmt.Errorf("%s: %w", path, withoutPath(err))
		return
	}
	if !info.Mode().IsRegular() {
		l.problems[path] = fmt.Errorf("%s: is not a file", path)
		return
	}
	m := l.known[path]
	if m == nil {
		m = &manifest{}
		l.known[path] = m
	}
	if sameStamp(m.stamp, info) {
		return
	}
	settled := l.first || sameStamp(m.pending, info)
	m.pending = info
	if !settled {
		return
	}
	text, err := readFile(path, l.options.MaxBytes)
	if err != nil {
		l.problems[path] = fmt.Errorf("%s: %w", path, err)
		return
	}
	m.stamp = info
	l.take(m, path, text)
}

func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer f.Close()
	return readAll(f, limit)
}

func readAll(r io.Reader, limit int64) ([]byte, error) {
	var b bytes.Buffer
	n, err := b.ReadFrom(io.LimitReader(r, limit+1))
	if err == nil && n > limit {
		err = fmt.Errorf("it has more than %d bytes", limit)
	}
	return b.Bytes(), err
}

// take parses what was read, unless it is what was read before, and reports whether it is a manifest.
func (l *look) take(m *manifest, source string, text []byte) bool {
	sum := sha256.Sum256(text)
	if sum == m.sum && !l.first {
		return true
	}
	operations, err := Parse(text)
	if err != nil {
		l.problems[source] = in(source, err)
		return false
	}
	for i := range operations {
		operations[i].Manifest = source
	}
	m.sum, m.operations = sum, operations
	l.changed = true
	return true
}

// in puts the manifest in front of each of the errors that err joins.
func in(source string, err error) error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return fmt.Errorf("%s: %w", source, err)
	}
	var all []error
	for _, err := range joined.Unwrap() {
		all = append(all, fmt.Errorf("%s: %w", source, err))
	}
	return errors.Join(all...)
}

// fetch asks a URL, which answers 304 when nothing has changed and it knows entity tags.
func (l *look) fetch(ctx context.Context, p place) {
	m := l.known[p.text]
	if m == nil {
		m = &manifest{}
		l.known[p.text] = m
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url.String(), nil)
	if err != nil {
		l.problems[p.text] = fmt.Errorf("%s: %w", p.text, withoutURL(err))
		return
	}
	r.Header.Set("Accept", "application/json")
	if m.tag != "" {
		r.Header.Set("If-None-Match", m.tag)
	}
	answer, err := l.options.Client.Do(r)
	if err != nil {
		l.problems[p.text] = fmt.Errorf("%s: %w", p.text, withoutURL(err))
		return
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusNotModified:
		return
	case http.StatusOK:
	default:
		l.problems[p.text] = fmt.Errorf("%s: it answers %s", p.text, answer.Status)
		return
	}
	text, err := readAll(answer.Body, l.options.MaxBytes)
	if err != nil {
		l.problems[p.text] = fmt.Errorf("%s: %w", p.text, withoutURL(err))
		return
	}
	if l.take(m, p.text, text) { // otherwise a 304 would make a body that is bad look like one that is in place
		m.tag = answer.Header.Get("ETag")
	}
}

// withoutURL returns what went wrong, without the URL that it went wrong with, which may hold a secret.
func withoutURL(err error) error {
	if of, ok := errors.AsType[*url.Error](err); ok {
		return of.Err
	}
	return err
}

const maxRedirections = 10

func checkRedirect(r *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirections {
		return fmt.Errorf("it redirects more than %d times", maxRedirections)
	}
	if via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
		return errors.New("it redirects from https to something else")
	}
	if r.URL.Scheme != "https" && !isLoopback(r.URL.Hostname()) {
		return errors.New("it redirects to another machine by http")
	}
	r.Header.Del("Referer") // the URL may hold a secret
	return nil
}
