package service_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/auth"
	"weft/graph/config"
	"weft/graph/service"
)

// TestAuthenticationStatus: when a service is ready it has asked its issuers for their keys, and /status says what came of it.
func TestAuthenticationStatus(t *testing.T) {
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys" {
			_, _ = io.WriteString(w, `{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`) // RFC 8037 A.2
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer issuer.Close()
	keys := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(keys, []byte("# none yet\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	conf := load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL="+issuer.URL)
	of := func(name string) auth.IssuerOptions {
		return auth.IssuerOptions{Name: name, Issuer: name, Keys: issuer.URL + "/" + name, Audience: []string{"a"}, Algorithms: []string{"EdDSA"}}
	}
	conf.Authentication = config.Authentication{
		Issuers: []auth.IssuerOptions{of("keys"), of("down")}, APIKeys: &auth.APIKeyOptions{File: keys},
		Introspection: &config.Introspection{Secret: "a", IntrospectionOptions: auth.IntrospectionOptions{URL: issuer.URL, Issuer: "a", ClientID: "a"}},
	}
	s, err := service.New(generated.Service(resolver.Resolver{}), conf, service.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Start(context.Background())
	r := httptest.NewRequest(http.MethodGet, "/status", nil)
	r.Header.Set("Authorization", "Bearer "+adminToken)
	w := httptest.NewRecorder()
	s.Admin().ServeHTTP(w, r)
	var got service.Status
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Authentication == nil {
		t.Fatalf("got %s, %v", w.Body, err)
	}
	up, down := got.Authentication.Issuers[0], got.Authentication.Issuers[1]
	if up.Name != "keys" || up.Keys != 1 || up.Error != "" || down.Name != "down" || down.Keys != 0 || down.Error != "it answers with status 503" {
		t.Errorf("got %+v, %+v", up, down)
	}
}

// TestAuthenticationErrors: a service does not start where nobody could be found out.
func TestAuthenticationErrors(t *testing.T) {
	conf := load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL=http://127.0.0.1:1")
	conf.Authentication.APIKeys = &auth.APIKeyOptions{File: filepath.Join(t.TempDir(), "keys")}
	if _, err := service.New(generated.Service(resolver.Resolver{}), conf, service.Options{}); err == nil || !strings.Contains(err.Error(), "authentication: API keys: the file cannot be read") {
		t.Errorf("got %v", err)
	}
}
