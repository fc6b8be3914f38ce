package files_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"weft/upstream/files"
)

// always looks whenever somebody asks.
const always = 1

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// value is a secret in a file, and what is logged of it.
func value(t *testing.T, text string) (v *files.Value[string], name string, logged *bytes.Buffer) {
	t.Helper()
	name, logged = filepath.Join(t.TempDir(), "key"), new(bytes.Buffer)
	write(t, name, text)
	v, err := files.New(files.Source[string]{
		What: "a key", Names: []string{name}, Secret: []int{0},
		Parse: func(texts [][]byte) (string, error) { return files.Secret(texts[0]) },
	}, files.Options{Every: always, Logger: slog.New(slog.NewTextHandler(logged, nil))})
	if err != nil {
		t.Fatal(err)
	}
	return v, name, logged
}

func want(t *testing.T, v *files.Value[string], texts ...string) {
	t.Helper()
	for i, text := range texts {
		if got := v.Get(); got != text {
			t.Errorf("time %d: got %q, want %q", i, got, text)
		}
	}
}

func TestChangedFile(t *testing.T) {
	v, name, _ := value(t, "one\n")
	want(t, v, "one", "one")
	write(t, name, "two")
	want(t, v, "one", "two", "two")
}

// A file that somebody is writing is not taken before it is whole.
func TestFileThatIsBeingWritten(t *testing.T) {
	v, name, logged := value(t, "one")
	for _, part := range []string{"", "t", "tw", "two"} {
		write(t, name, part)
		want(t, v, "one")
	}
	want(t, v, "two")
	write(t, name, "three")
	want(t, v, "two")
	write(t, name, "two") // taken back
	want(t, v, "two", "two")
	if logged.Len() > 0 {
		t.Errorf("logged %s, want nothing", logged)
	}
}

// What cannot be used leaves what was there before, and is said once.
func TestBadFile(t *testing.T) {
	v, name, logged := value(t, "one")
	for _, spoil := range []func(){
		func() { write(t, name, " \n") },
		func() { _ = os.Remove(name) },
		func() { write(t, name, strings.Repeat("x", 1<<20+1)) },
	} {
		logged.Reset()
		spoil()
		want(t, v, "one", "one", "one", "one")
		if n := strings.Count(logged.String(), "level=ERROR"); n != 1 || !strings.Contains(logged.String(), `of="a key"`) {
			t.Errorf("logged %s, want one error", logged)
		}
		write(t, name, "one")
		want(t, v, "one", "one")
		if n := strings.Count(logged.String(), "level=INFO"); n != 1 {
			t.Errorf("logged %s, want that it is good again", logged)
		}
	}
	write(t, name, "two")
	want(t, v, "one", "two")
}

func TestFileOfEverybody(t *testing.T) {
	v, name, logged := value(t, "canary")
	want(t, v, "canary")
	if logged.Len() > 0 {
		t.Errorf("logged %s of a file of its owner's", logged)
	}
	if err := os.Chmod(name, 0o644); err != nil {
		t.Fatal(err)
	}
	want(t, v, "canary", "canary")
	if n := strings.Count(logged.String(), "level=WARN"); n != 1 || !strings.Contains(logged.String(), name) || strings.Contains(logged.String(), "canary") {
		t.Errorf("logged %s, want one warning with the file and without what is in it", logged)
	}
}

func TestNewRefuses(t *testing.T) {
	there := filepath.Join(t.TempDir(), "there")
	write(t, there, "1")
	wrong := errors.New("makes no sense")
	for name, of := range map[string][]string{"Missing": {there, there + "x"}, "Folder": {filepath.Dir(there)}, "Nonsense": {there}} {
		_, err := files.New(files.Source[int]{Names: of, Parse: func([][]byte) (int, error) { return 0, wrong }}, files.Options{})
		if err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

// Whoever goes out of use is told to, once.
func TestReplaced(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a")
	write(t, name, "0")
	var mu sync.Mutex
	var gone []string
	v, err := files.New(files.Source[string]{
		Names: []string{name}, Parse: func(texts [][]byte) (string, error) { return string(texts[0]), nil },
		Replaced: func(text string) {
			mu.Lock()
			defer mu.Unlock()
			gone = append(gone, text)
		},
	}, files.Options{Every: always})
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < 4; i++ {
		write(t, name, fmt.Sprint(i))
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 8 {
					v.Get()
				}
			})
		}
		all.Wait()
		if got := v.Current(); got != fmt.Sprint(i) {
			t.Errorf("got %s, want %d", got, i)
		}
	}
	if got := strings.Join(gone, " "); got != "0 1 2" {
		t.Errorf("%s went out of use, want 0 1 2", got)
	}
}
