package acceptance_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/graph/auth"
	"weft/graph/config"
)

// files are the archive's, and what was asked of them.
type files struct {
	http.ServeMux

	mu    sync.Mutex // guards asked
	asked []string
}

func newFiles() *files {
	s := &files{}
	serve := func(pattern, body string) {
		s.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			s.asked = append(s.asked, r.URL.RequestURI())
			s.mu.Unlock()
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprint(w, body)
		})
	}
	serve("GET /shelves/{id}", `{"id": 1, "title": "A", "fileIds": [1, 2, 3]}`)
	serve("GET /files/{id}", `{"id": 1, "title": "TITLE", "secret": "SECRET"}`)
	serve("GET /files-by-id", `[{"id": 1, "title": "TITLE", "secret": "SECRET"}, {"id": 2, "title": "TITLE", "secret": "SECRET"}, {"id": 3, "title": "TITLE", "secret": "SECRET"}]`)
	return s
}

// take returns what was asked since it was called last, sorted.
func (s *files) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	slices.Sort(asked)
	return strings.Join(asked, " ")
}

// Keys that ride in a call which is made for somebody who may see them are no way for others to see them; and none ride for who may not.
func TestGuardsOfRidingKeys(t *testing.T) {
	l, services := newLogin(t), newFiles()
	s := openTrusted(t, l, services, nil)
	page := func(skip int) string {
		return fmt.Sprintf(`{ shelf(id: "1") { title someFiles(first: 2, skip: %d) { title } } }`, skip)
	}
	for i := range 20 { // demand, so that something may ride
		asks(t, s, "", fmt.Sprintf(`{ shelf(id: "%d") { title } }`, i+2))
	}
	services.take()
	ada, rea := l.sign(t, "ada", "write", time.Hour), l.sign(t, "rea", "read", time.Hour)
	const denied, given = `"someFiles":null`, `"someFiles":[{"title":"TITLE"}`
	for i, step := range []struct{ token, query, want, asked string }{
		{ada, page(0), denied, "/shelves/1"},
		{rea, page(0), given, "/files-by-id?ids=1,2,3"}, // of which two were asked for
		{ada, page(0), denied, ""},
		{ada, page(2), denied, ""},
		{"", page(2), denied, ""},
		{ada, `{ file(id: "3") { title } }`, `"file":null`, ""},
		{rea, page(2), given, ""},
	} {
		body, header := asks(t, s, step.token, step.query)
		if asked := services.take(); !strings.Contains(body, step.want) || asked != step.asked {
			t.Errorf("%d: got %s, and asked for %q, want %s and %q", i, body, asked, step.want, step.asked)
		}
		if kept := header.Get("Cache-Control"); !strings.Contains(kept, "private") && !strings.Contains(kept, "no-store") {
			t.Errorf("%d: others may keep it: %v", i, header)
		}
	}
}

// A job runs for whom its headers name: it keeps what they may see, and nothing else, and opens it to nobody.
func TestGuardsOfJobs(t *testing.T) {
	const key = "a key that nobody will ever guess"
	digest := sha256.Sum256([]byte(key))
	file := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(file, []byte("sha256:"+hex.EncodeToString(digest[:])+" warmer read\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		headers map[string]config.Secret
		warmed  string
	}{
		"Nobody": {nil, ""},
		"Reader": {map[string]config.Secret{"X-Api-Key": key}, "/files/1"},
	} {
		t.Run(name, func(t *testing.T) {
			l, services := newLogin(t), newFiles()
			s := openTrusted(t, l, services, func(conf *config.Config) {
				conf.Authentication.APIKeys = &auth.APIKeyOptions{File: file}
				conf.WarmUp = 10 * time.Second
				conf.Jobs = []config.Job{{Name: "warm", Document: `{ file(id: "1") { title } }`, Headers: c.headers, Warm: true}}
			})
			if asked := services.take(); asked != c.warmed {
				t.Errorf("the job has asked for %q, want %q", asked, c.warmed)
			}
			for _, token := range []string{"", l.sign(t, "ada", "write", time.Hour)} {
				if body, _ := asks(t, s, token, `{ file(id: "1") { title } }`); !strings.Contains(body, `"file":null`) {
					t.Errorf("got %s", body)
				}
			}
			body, _ := asks(t, s, l.sign(t, "rea", "read", time.Hour), `{ file(id: "1") { title } }`)
			if asked := services.take(); !strings.Contains(body, "TITLE") || asked+c.warmed != "/files/1" {
				t.Errorf("got %s, and asked for %q", body, asked)
			}
		})
	}
}
