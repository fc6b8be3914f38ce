package upstream_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weft/upstream"
	"weft/upstream/files"
	"weft/upstream/upstreamtest"
)

func secretFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// Secrets in files are read again when they have changed, wherever they are sent, and whoever asks is the same.
func TestSecretsInFiles(t *testing.T) {
	s := upstreamtest.New(t)
	s.JSON("GET /v1/p", `1`)
	s.Handle("GET /v1/moved", func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Location"] = []string{"/v1/p?q=1&account=old"}
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	token, key, account := secretFile(t, "  t0ken-1\n"), secretFile(t, "k3y-1\r\n"), secretFile(t, "a&count-1")
	var logged bytes.Buffer
	c := newClient(t, upstream.Options{
		URL: s.URL + "/v1", Redirects: true,
		Header:     map[string]string{"X-Client": "weft"},
		Query:      map[string]string{"site": "shop"},
		Credential: upstream.Credential{Header: "X-Token", Prefix: "Key ", File: token},
		Secrets:    []upstream.Credential{{Header: "X-Api-Key", File: key}, {Query: "account", File: account}},
		Files:      files.Options{Every: 1, Logger: slog.New(slog.NewTextHandler(&logged, nil))},
	})
	asks := http.Header{"Authorization": {"Bearer ann"}}
	before := identity(c, asks)
	expect := func(when, path, wantPath, wantToken, wantKey string) {
		t.Helper()
		s.Forget()
		if _, err := c.Do(t.Context(), get(path)); err != nil {
			t.Fatal(err)
		}
		calls := s.Calls()
		last := calls[len(calls)-1]
		if got := last.Path + " " + last.Header.Get("X-Token") + " " + last.Header.Get("X-Api-Key"); got != wantPath+" "+wantToken+" "+wantKey || last.Header.Get("X-Client") != "weft" {
			t.Errorf("%s: got %s, want %s %s %s", when, got, wantPath, wantToken, wantKey)
		}
	}
	expect("at start", "/p", "/v1/p?account=a%26count-1&site=shop", "Key t0ken-1", "k3y-1")
	for name, text := range map[string]string{token: "t0ken-2", key: "k3y-2", account: "a-2"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	expect("changed and not yet taken", "/p", "/v1/p?account=a%26count-1&site=shop", "Key t0ken-1", "k3y-1")
	expect("changed", "/p", "/v1/p?account=a-2&site=shop", "Key t0ken-2", "k3y-2")
	expect("redirected", "/moved", "/v1/p?q=1&account=a-2&site=shop", "Key t0ken-2", "k3y-2")
	if err := os.WriteFile(token, []byte("t0ken\r\nX-Admin: 1"), 0o600); err != nil {
		t.Fatal(err)
	}
	expect("spoilt and not yet taken", "/p", "/v1/p?account=a-2&site=shop", "Key t0ken-2", "k3y-2")
	expect("spoilt", "/p", "/v1/p?account=a-2&site=shop", "Key t0ken-2", "k3y-2")
	if got := logged.String(); strings.Count(got, "level=ERROR") != 1 || !strings.Contains(got, `of="secrets of upstream catalog"`) || strings.Contains(got, "X-Admin") {
		t.Errorf("logged %s, want one error without what the file has", got)
	}
	if after := identity(c, asks); after != before {
		t.Errorf("the identity was %q, and is %q after a change of secrets", before, after)
	}
}

// White space around a secret in a file is no part of it.
func TestCredentialFile(t *testing.T) {
	s := upstreamtest.New(t)
	s.JSON("GET /p", `1`)
	c := newClient(t, upstream.Options{URL: s.URL, Credential: upstream.Credential{Header: "X-Api-Key", File: secretFile(t, "  k3y\n")}})
	if _, err := c.Do(t.Context(), get("/p")); err != nil {
		t.Fatal(err)
	}
	if got := s.Calls()[0].Header["X-Api-Key"]; len(got) != 1 || got[0] != "k3y" {
		t.Errorf("got X-Api-Key %q, want k3y", got)
	}
}
