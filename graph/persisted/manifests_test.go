package persisted_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/graph/persisted"
)

// folder is a folder of manifests.
type folder struct {
	t   *testing.T
	dir string
}

func newFolder(t *testing.T) folder { return folder{t, t.TempDir()} }

func (f folder) path(name string) string { return filepath.Join(f.dir, name) }

// write replaces a file, so that nobody finds half of it.
func (f folder) write(name, text string) {
	f.t.Helper()
	path := f.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		f.t.Fatal(err)
	}
}

func manifests(t *testing.T, o persisted.Options, places ...string) *persisted.Manifests {
	t.Helper()
	m, err := persisted.NewManifests(places, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ids are those of operations, with their texts.
func ids(operations []persisted.Operation) map[string]string {
	all := map[string]string{}
	for _, op := range operations {
		all[op.ID] = op.Text
	}
	return all
}

type texts = map[string]string

func TestLoad(t *testing.T) {
	f := newFolder(t)
	f.write("web.json", `{"a": "{ a }"}`)
	f.write("ios/1.json", `{"b": "{ b }", "a": "{ a }"}`)
	f.write("ios/2.json", `{"c": "{ c }"}`)
	f.write("ios/README.md", `not a manifest`)
	f.write("ios/..data/3.json", `not a manifest`)
	if err := os.Symlink(f.path("ios"), f.path("current")); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		places []string
		want   texts
	}{
		"AFile":     {[]string{"web.json"}, texts{"a": "{ a }"}},
		"AFolder":   {[]string{"ios"}, texts{"a": "{ a }", "b": "{ b }", "c": "{ c }"}},
		"ALink":     {[]string{"current"}, texts{"a": "{ a }", "b": "{ b }", "c": "{ c }"}},
		"AllDepths": {[]string{"."}, texts{"a": "{ a }", "b": "{ b }", "c": "{ c }"}},
		"APattern":  {[]string{"*/2.json"}, texts{"c": "{ c }"}},
		"Several":   {[]string{"web.json", "ios/*.json", "ios"}, texts{"a": "{ a }", "b": "{ b }", "c": "{ c }"}},
		"None":      {nil, texts{}},
	} {
		t.Run(name, func(t *testing.T) {
			var places []string
			for _, p := range tt.places {
				places = append(places, f.path(p))
			}
			got, err := manifests(t, persisted.Options{}, places...).Load(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, ids(got)); diff != "" {
				t.Errorf("operations (-want +got):\n%s", diff)
			}
		})
	}
}

// What is no file is not read: that might never end.
func TestLoadPipe(t *testing.T) {
	f := newFolder(t)
	if err := syscall.Mkfifo(f.path("a.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	for place, want := range map[string]string{f.dir: "a.json: is not a file", f.path("a.json"): "a.json: is neither a file nor a folder"} {
		if _, err := manifests(t, persisted.Options{}, place).Load(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q in it", place, err, want)
		}
	}
}

// All that is wrong at the start is told at once, each with its file.
func TestLoadErrors(t *testing.T) {
	f := newFolder(t)
	f.write("broken.json", `{`)
	f.write("entries.json", `{"a": "", "b": 1}`)
	f.write("one/a.json", `{"a": "{ a }"}`)
	f.write("other/a.json", `{"a": "{ b }"}`)
	f.write("empty/README.md", ``)
	for name, tt := range map[string]struct {
		places []string
		want   []string
	}{
		"Several":  {[]string{"broken.json", "entries.json", "missing.json"}, []string{"broken.json: ", `entries.json: "a" has no text`, `entries.json: "b": it must be`, "missing.json: no such file"}},
		"Nothing":  {[]string{"empty", "none*.json"}, []string{"empty: there is no manifest", "none*.json: there is no manifest"}},
		"TwoTexts": {[]string{"one", "other"}, []string{`other/a.json: "a" has another text in `, "one/a.json"}},
	} {
		t.Run(name, func(t *testing.T) {
			var places []string
			for _, p := range tt.places {
				places = append(places, f.path(p))
			}
			_, err := manifests(t, persisted.Options{}, places...).Load(t.Context())
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q in it", err, want)
				}
			}
		})
	}
}

func TestLoadLargeFile(t *testing.T) {
	f := newFolder(t)
	f.write("a.json", `{"a": "{ a }"}`)
	_, err := manifests(t, persisted.Options{MaxBytes: 10}, f.path("a.json")).Load(t.Context())
	if err == nil || !strings.Contains(err.Error(), "a.json: it has more than 10 bytes") {
		t.Errorf("got %v", err)
	}
}

func TestPlaces(t *testing.T) {
	for place, want := range map[string]string{
		"https://manifests.example/a.json?signature=x": "",
		"http://127.0.0.1:80/a.json":                   "",
		"http://localhost/a.json":                      "",
		"manifests":                                    "",
		"http://manifests.example/a.json?signature=x":  "http://manifests.example: manifests are fetched by https",
		"ftp://manifests.example/a.json":               "by https",
		"https://":                                     "not a valid URL",
		"https://user:secret@a b/":                     "not a valid URL",
		"a[":                                           "not a pattern",
		"":                                             "empty",
	} {
		err := persisted.CheckLocation(place)
		if got := err != nil; got != (want != "") || got && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got the error %v, want %q", place, err, want)
		}
		if err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "signature")) {
			t.Errorf("%q: the error holds a secret: %v", place, err)
		}
	}
}

// watched is what somebody sees who has manifests watched: what is applied, and what is logged.
type watched struct {
	t       *testing.T
	applied chan texts
	logged  chan string
	refuse  atomic.Bool
}

func (w *watched) Write(line []byte) (int, error) {
	w.logged <- string(line)
	return len(line), nil
}

// watch loads manifests, and looks at them until the test ends.
func watch(t *testing.T, o persisted.Options, places ...string) (w *watched, loaded texts) {
	t.Helper()
	w = &watched{t: t, applied: make(chan texts, 100), logged: make(chan string, 100)}
	o.Poll, o.Logger = time.Millisecond, slog.New(slog.NewTextHandler(w, nil))
	m := manifests(t, o, places...)
	operations, err := m.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for look := time.NewTicker(time.Millisecond); ctx.Err() == nil; <-look.C {
			m.Look(ctx, func(operations []persisted.Operation) error {
				if w.refuse.Load() {
					return errors.New("too many of them")
				}
				w.applied <- ids(operations)
				return nil
			})
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return w, ids(operations)
}

func (w *watched) wantApplied(want texts) {
	w.t.Helper()
	select {
	case got := <-w.applied:
		if diff := cmp.Diff(want, got); diff != "" {
			w.t.Errorf("applied (-want +got):\n%s", diff)
		}
	case <-time.After(10 * time.Second):
		w.t.Fatalf("nothing was applied; want %v", want)
	}
}

func (w *watched) wantLogged(want string) {
	w.t.Helper()
	select {
	case got := <-w.logged:
		if !strings.Contains(got, want) {
			w.t.Errorf("logged %s, want %q in it", got, want)
		}
	case <-time.After(10 * time.Second):
		w.t.Fatalf("nothing was logged; want %q", want)
	}
}

func TestWatchFiles(t *testing.T) {
	f := newFolder(t)
	f.write("1.json", `{"a": "{ a }"}`)
	w, loaded := watch(t, persisted.Options{}, f.dir)
	if diff := cmp.Diff(texts{"a": "{ a }"}, loaded); diff != "" {
		t.Fatal(diff)
	}

	f.write("2.json", `{"b": "{ b }"}`)
	w.wantApplied(texts{"a": "{ a }", "b": "{ b }"})
	f.write("1.json", `{"a": "{ a }", "c": "{ c }"}`)
	w.wantApplied(texts{"a": "{ a }", "b": "{ b }", "c": "{ c }"})

	// A bad one keeps what it said, and the others go on.
	f.write("1.json", `{"a": "{ a }",`)
	w.wantLogged("1.json: ")
	f.write("2.json", `{"b": "{ b }", "d": "{ d }"}`)
	w.wantApplied(texts{"a": "{ a }", "b": "{ b }", "c": "{ c }", "d": "{ d }"})
	f.write("1.json", `{"a": "{ a }"}`)
	w.wantApplied(texts{"a": "{ a }", "b": "{ b }", "d": "{ d }"})

	// A file that goes takes its operations along; the last one does not.
	if err := os.Remove(f.path("2.json")); err != nil {
		t.Fatal(err)
	}
	w.wantApplied(texts{"a": "{ a }"})
	if err := os.Remove(f.path("1.json")); err != nil {
		t.Fatal(err)
	}
	w.wantLogged("there is no manifest")
	f.write("3.json", `{"a": "{ a }", "e": "{ e }"}`)
	w.wantApplied(texts{"a": "{ a }", "e": "{ e }"})
}

// A link that leads nowhere is said: it is listed, and cannot be read.
func TestWatchDanglingLink(t *testing.T) {
	f := newFolder(t)
	f.write("1.json", `{"a": "{ a }"}`)
	w, _ := watch(t, persisted.Options{}, f.dir)
	if err := os.Symlink(f.path("nowhere"), f.path("2.json")); err != nil {
		t.Fatal(err)
	}
	w.wantLogged("2.json: no such file")
}

// A file that gets another name never takes its operations away.
func TestWatchRenamed(t *testing.T) {
	f := newFolder(t)
	f.write("1.json", `{"a": "{ a }"}`)
	f.write("2.json", `{"b": "{ b }"}`)
	w, _ := watch(t, persisted.Options{}, f.dir)
	if err := os.Rename(f.path("1.json"), f.path("3.json")); err != nil {
		t.Fatal(err)
	}
	w.wantApplied(texts{"a": "{ a }", "b": "{ b }"})
}

// Kubernetes changes a folder by pointing one link at another folder.
func TestWatchLink(t *testing.T) {
	f := newFolder(t)
	f.write("..1/a.json", `{"a": "{ a }"}`)
	f.write("..2/a.json", `{"b": "{ b }"}`)
	link := func(from, to string) {
		t.Helper()
		if err := os.Symlink(from, f.path("new")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(f.path("new"), f.path(to)); err != nil {
			t.Fatal(err)
		}
	}
	link("..1", "..data")
	link("..data/a.json", "a.json")
	w, loaded := watch(t, persisted.Options{}, f.dir)
	if diff := cmp.Diff(texts{"a": "{ a }"}, loaded); diff != "" {
		t.Fatal(diff)
	}
	link("..2", "..data")
	w.wantApplied(texts{"b": "{ b }"})
}

// What contradicts itself, or is refused by who applies it, keeps what there was.
func TestWatchRefused(t *testing.T) {
	f := newFolder(t)
	f.write("1.json", `{"a": "{ a }"}`)
	w, _ := watch(t, persisted.Options{}, f.dir)
	f.write("2.json", `{"a": "{ b }"}`)
	w.wantLogged(`\"a\" has another text in`)
	w.refuse.Store(true)
	f.write("2.json", `{"b": "{ b }"}`)
	w.wantLogged("too many of them")
}

// origin serves a manifest at a URL.
type origin struct {
	*httptest.Server

	body      atomic.Value // a string
	status    atomic.Int64
	unchanged chan struct{} // has a value when there was a 304
}

func newOrigin(t *testing.T, body string) *origin {
	o := &origin{unchanged: make(chan struct{}, 1)}
	o.set(body)
	o.status.Store(http.StatusOK)
	o.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := o.body.Load().(string)
		tag := `"` + persisted.Digest(body) + `"`
		w.Header().Set("ETag", tag)
		switch {
		case r.URL.Query().Get("token") != "secret":
			w.WriteHeader(http.StatusForbidden)
		case o.status.Load() != http.StatusOK:
			w.Header().Set("Location", "http://"+r.Host+"/")
			w.WriteHeader(int(o.status.Load()))
		case r.Header.Get("If-None-Match") == tag:
			select {
			case o.unchanged <- struct{}{}:
			default:
			}
			w.WriteHeader(http.StatusNotModified)
		default:
			_, _ = w.Write([]byte(body))
		}
	}))
	t.Cleanup(o.Close)
	return o
}

func (o *origin) set(body string) { o.body.Store(body) }

func TestWatchURL(t *testing.T) {
	o := newOrigin(t, `{"a": "{ a }"}`)
	w, loaded := watch(t, persisted.Options{Client: o.Client()}, o.URL+"/apps/web.json?token=secret")
	if diff := cmp.Diff(texts{"a": "{ a }"}, loaded); diff != "" {
		t.Fatal(diff)
	}
	o.set(`{"b": "{ b }"}`)
	w.wantApplied(texts{"b": "{ b }"})
	select {
	case <-o.unchanged:
	case <-time.After(10 * time.Second):
		t.Fatal("it is never asked whether it has changed")
	}
	o.status.Store(http.StatusServiceUnavailable)
	w.wantLogged("/apps/web.json: it answers 503")
	o.status.Store(http.StatusOK)
	o.set(`{"c": "{ c }"}`)
	w.wantApplied(texts{"c": "{ c }"})
	for len(w.logged) > 0 {
		if line := <-w.logged; strings.Contains(line, "secret") {
			t.Errorf("the log has the secret: %s", line)
		}
	}
}

// Only what was taken is asked for with its tag: of a bad body a 304 would say that it is still what counts.
func TestTagOfBadBody(t *testing.T) {
	var tag, body, asked string
	o := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Header.Get("If-None-Match")
		w.Header().Set("ETag", tag)
		if asked == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(body))
	}))
	defer o.Close()
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	tag, body = `"1"`, `{"a": "{ a }"}`
	m := manifests(t, persisted.Options{Client: o.Client(), Logger: logger, Poll: 1}, o.URL+"/web.json")
	if _, err := m.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		tag, body, asked string
		want             texts // nil: nothing is applied
		logged           int
	}{
		{`"1"`, `{"a": "{ a }"}`, `"1"`, nil, 0},
		{`"2"`, `{"a": "{ a }`, `"1"`, nil, 1},
		{`"2"`, `{"a": "{ a }`, `"1"`, nil, 1},
		{`"2"`, `{"b": "{ b }"}`, `"1"`, texts{"b": "{ b }"}, 1},
		{`"2"`, `{"b": "{ b }"}`, `"2"`, nil, 1},
		{`"3"`, `{"b": "{ b }"}`, `"2"`, nil, 1},
		{`"3"`, `{"b": "{ b }"}`, `"3"`, nil, 1},
	} {
		tag, body = step.tag, step.body
		var applied texts
		m.Look(t.Context(), func(all []persisted.Operation) error {
			applied = ids(all)
			return nil
		})
		if diff := cmp.Diff(step.want, applied); diff != "" || asked != step.asked {
			t.Errorf("%s %s: asked with %s, want %s; applied (-want +got):\n%s", step.tag, step.body, asked, step.asked, diff)
		}
		if n := strings.Count(log.String(), "\n"); n != step.logged {
			t.Errorf("%s %s: logged %s", step.tag, step.body, &log)
		}
	}
}

// What is behind a redirection does not hear of the URL, which may hold a secret.
func TestRedirectionHasNoReferer(t *testing.T) {
	referers := make(chan string, 1)
	o := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/web.json" {
			http.Redirect(w, r, "/moved.json", http.StatusFound)
			return
		}
		referers <- r.Referer()
		_, _ = w.Write([]byte(`{"a": "{ a }"}`))
	}))
	defer o.Close()
	if _, err := manifests(t, persisted.Options{Client: o.Client()}, o.URL+"/web.json?token=secret").Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if referer := <-referers; referer != "" {
		t.Errorf("got the Referer %s, want none", referer)
	}
}

func TestURLErrors(t *testing.T) {
	o := newOrigin(t, `{"a": "{ a }"}`)
	load := func(query string) error {
		_, err := manifests(t, persisted.Options{Client: o.Client()}, o.URL+"/web.json"+query).Load(t.Context())
		return err
	}
	if err := load(""); err == nil || !strings.Contains(err.Error(), "/web.json: it answers 403") {
		t.Errorf("got %v, want one about the status", err)
	}
	o.status.Store(http.StatusFound)
	if err := load("?token=secret"); err == nil || !strings.Contains(err.Error(), "from https to something else") || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want one about the redirection, without the secret", err)
	}
	o.Close()
	if err := load("?token=secret"); err == nil || !strings.Contains(err.Error(), "/web.json: ") || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want one with the URL's path, without the secret", err)
	}
}
