package acceptance_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"weft/graph/auth"
	"weft/graph/compiled"
	"weft/graph/config"
	guarded "weft/graph/guard/guardtest/generated"
	"weft/graph/guard/guardtest/resolver"
	front "weft/graph/service"
)

// login is an issuer of tokens. It signs with one key at a time, which it calls by its number, and tells the next one beforehand.
type login struct {
	*httptest.Server

	mu        sync.Mutex // guards what follows
	key, next *ecdsa.PrivateKey
	number    int // of key
}

func newLogin(t testing.TB) *login {
	l := &login{}
	l.rotate(t)
	l.rotate(t)
	l.Server = httptest.NewServer(http.HandlerFunc(l.serve))
	t.Cleanup(l.Server.Close)
	return l
}

// rotate takes the key back, and signs with the next one.
func (l *login) rotate(t testing.TB) {
	t.Helper()
	next, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.key, l.next = l.next, next
	l.number++
}

func (l *login) serve(w http.ResponseWriter, _ *http.Request) {
	l.mu.Lock()
	keys, number := []*ecdsa.PrivateKey{l.key, l.next}, l.number
	l.mu.Unlock()
	var set []map[string]string
	for i, key := range keys {
		point, err := key.PublicKey.Bytes()
		if err != nil {
			panic(err)
		}
		text := base64.RawURLEncoding.EncodeToString
		set = append(set, map[string]string{
			"kty": "EC", "crv": "P-256", "alg": "ES256", "kid": fmt.Sprint(number + i), "x": text(point[1:33]), "y": text(point[33:]),
		})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"keys": set})
}

// sign makes a token, never the same twice.
func (l *login) sign(t testing.TB, sub, scope string, life time.Duration) string {
	t.Helper()
	l.mu.Lock()
	key, number := l.key, l.number
	l.mu.Unlock()
	claims := jwt.MapClaims{"iss": "login", "aud": "weft", "sub": sub, "scope": scope, "jti": rand.Text(), "exp": time.Now().Add(life).Unix()}
	if sub == "" {
		delete(claims, "sub")
	}
	token := jwt.NewWithClaims(jwt.SigningMethodES256, claims)
	token.Header["kid"] = fmt.Sprint(number)
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// holder is whom a service takes the holder of a bearer token for, and the token's scopes: it reads what the token says.
func holder(r *http.Request) (sub, scope string) {
	parts := strings.Split(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), ".")
	if len(parts) != 3 {
		return "", ""
	}
	text, _ := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct{ Sub, Scope string }
	_ = json.Unmarshal(text, &claims)
	return claims.Sub, claims.Scope
}

// openTrusted opens a service of guardtest's schema, which believes an issuer, and whose upstreams a handler answers.
func openTrusted(t testing.TB, l *login, upstreams http.Handler, setUp func(*config.Config)) *front.Service {
	t.Helper()
	server := httptest.NewServer(upstreams)
	t.Cleanup(server.Close)
	schema := guarded.Service(resolver.Resolver{}, guarded.Policies{IsMember: resolver.IsMember})
	conf := trustedConfig(t, schema, server.URL)
	conf.Authentication.Issuers = []auth.IssuerOptions{
		{Name: "login", Issuer: "login", Keys: l.URL, Audience: []string{"weft"}, Algorithms: []string{"ES256"}},
	}
	if setUp != nil {
		setUp(&conf)
	}
	s, err := front.New(schema, conf, front.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.Start(context.Background())
	return s
}

func trustedConfig(t testing.TB, schema compiled.Schema, url string) config.Config {
	t.Helper()
	var environ []string
	for _, u := range schema.Upstreams {
		environ = append(environ, "WEFT_UPSTREAM_"+strings.ToUpper(u.Name)+"_URL="+url)
	}
	conf, err := config.Load(config.Program{Name: "test", Upstreams: schema.Upstreams}, nil, environ)
	if err != nil {
		t.Fatal(err)
	}
	return conf
}

// asks sends a query for the holder of a token, with more headers: names and values.
func asks(t testing.TB, h http.Handler, token, query string, headers ...string) (body string, header http.Header) {
	t.Helper()
	r := graphRequest{Query: query}.post(t.Context(), t, "/graphql")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return strings.TrimSpace(w.Body.String()), w.Header()
}
