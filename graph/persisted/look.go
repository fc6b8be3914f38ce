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

// look is one look at all locations. It changes the Manifests: what was read becomes known, and changed says whether that is anything new.
// A problem leaves what is known as it was.
type look struct {
	*Manifests
	first bool // nothing is known yet: whatever is there is read
	urls  bool // URLs are asked, too

	problems map[string]error // by path, or by a location's text
}

// all looks at all locations, one after the other, and sets when URLs are asked next: a tenth sooner or later, so that replicas that were
// started together do not ask together.
func (l *look) all(ctx context.Context) {
	l.problems = map[string]error{}
	for _, at := range l.locations {
		if at.url == nil {
			l.files(at)
		} else if l.urls {
			l.fetch(ctx, at)
		}
	}
	if l.urls {
		l.next = time.Now().Add(l.options.Poll * time.Duration(90+rand.IntN(21)) / 100)
	}
	l.forget()
}

// forget lets go of the files that no location has any more.
func (l *look) forget() {
	listed := map[string]bool{}
	for _, at := range l.locations {
		listed[at.text] = at.url != nil
	}
	for _, of := range l.listings {
		for _, path := range slices.Concat(of.paths, of.pending) {
			listed[path] = true
		}
	}
	maps.DeleteFunc(l.known, func(source string, _ *manifest) bool { return !listed[source] })
}

// files looks at the files of a location. A file that has gone no longer counts, as long as there are others. Which files there are counts
// when two looks have found the same, as what is in one does: while a folder is being replaced, some are missing.
func (l *look) files(at location) {
	paths, err := at.files()
	if err != nil {
		l.problems[at.text] = err
		return
	}
	for _, path := range paths {
		l.file(path)
	}
	of := l.listings[at.text]
	if (l.first || slices.Equal(of.pending, paths)) && !slices.Equal(of.paths, paths) {
		of.paths, l.changed = paths, true
	}
	of.pending = paths
	l.listings[at.text] = of
}

// stamp is what a file looks like from outside: nobody has to read it to see that it has changed.
type stamp fs.FileInfo

// sameStamp reports whether two stamps are of the same file with the same content: of none there is nothing to say.
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
		l.unreadable(path, withoutPath(err))
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
	if !settled { // somebody may be writing it: the next look reads it, unless it has changed again
		return
	}
	text, err := readFile(path, l.options.MaxBytes)
	if err != nil {
		l.unreadable(path, err)
		return
	}
	m.stamp = info
	l.take(m, path, text)
}

// unreadable notes that a file cannot be read. One that went away since its location was listed is no problem: the next look does not
// find it. A link that leads nowhere is one.
func (l *look) unreadable(path string, err error) {
	if _, missing := os.Lstat(path); !l.first && errors.Is(missing, fs.ErrNotExist) {
		return
	}
	l.problems[path] = fmt.Errorf("%s: %w", path, err)
}

// readFile returns a file's content; more than limit bytes are an error, which does not name the path.
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

// fetch asks a URL, which answers 304 when nothing has changed and it knows entity tags (RFC 9110, section 13.1.2). Messages and problems
// have the location's text in place of the URL, which may hold a secret.
func (l *look) fetch(ctx context.Context, at location) {
	m := l.known[at.text]
	if m == nil {
		m = &manifest{}
		l.known[at.text] = m
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at.url.String(), nil)
	if err != nil {
		l.problems[at.text] = fmt.Errorf("%s: %w", at.text, withoutURL(err))
		return
	}
	r.Header.Set("Accept", "application/json")
	if m.tag != "" {
		r.Header.Set("If-None-Match", m.tag)
	}
	answer, err := l.options.Client.Do(r)
	if err != nil {
		l.problems[at.text] = fmt.Errorf("%s: %w", at.text, withoutURL(err))
		return
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusNotModified:
		return
	case http.StatusOK:
	default:
		l.problems[at.text] = fmt.Errorf("%s: it answers %s", at.text, answer.Status)
		return
	}
	text, err := readAll(answer.Body, l.options.MaxBytes)
	if err != nil {
		l.problems[at.text] = fmt.Errorf("%s: %w", at.text, withoutURL(err))
		return
	}
	if l.take(m, at.text, text) { // otherwise a 304 would make a body that is bad look like one that is in place
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

// maxRedirections is how many redirections a fetch follows.
const maxRedirections = 10

// checkRedirect refuses a redirection that would fetch what runs here from where anybody on the way could change it.
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
