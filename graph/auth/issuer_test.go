package auth_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"weft/graph/auth"
	"weft/graph/schedule"
)

const (
	issuerURL = "https://login.example.com/"
	audience  = "shop"
)

// signing are keys that tokens are signed with, by their kid. Making them takes long.
var signing = sync.OnceValue(func() map[string]crypto.Signer {
	curve := func(c elliptic.Curve) crypto.Signer { return must(ecdsa.GenerateKey(c, rand.Reader)) }
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	return map[string]crypto.Signer{
		"rsa": must(rsa.GenerateKey(rand.Reader, 2048)), "p256": curve(elliptic.P256()), "p384": curve(elliptic.P384()), "p521": curve(elliptic.P521()),
		"ed": must(edwards, err), "new": curve(elliptic.P256()), "stranger": curve(elliptic.P256()),
	}
})

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

type object = map[string]any

func base64URL(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// webKey is a public key as a set has it, with what else it is to say.
func webKey(id string, public crypto.PublicKey, more object) object {
	k := object{"kid": id}
	switch public := public.(type) {
	case *rsa.PublicKey:
		k["kty"], k["n"], k["e"] = "RSA", base64URL(public.N.Bytes()), base64URL(big.NewInt(int64(public.E)).Bytes())
	case *ecdsa.PublicKey:
		point := must(public.Bytes())[1:]
		k["kty"], k["crv"], k["x"], k["y"] = "EC", public.Params().Name, base64URL(point[:len(point)/2]), base64URL(point[len(point)/2:])
	case ed25519.PublicKey:
		k["kty"], k["crv"], k["x"] = "OKP", "Ed25519", base64URL(public)
	}
	maps.Copy(k, more)
	return k
}

// setOf is a set of the keys with these kids.
func setOf(ids ...string) string {
	var all []object
	for _, id := range ids {
		all = append(all, webKey(id, signing()[id].Public(), nil))
	}
	return encode(object{"keys": all})
}

func encode(v any) string { return string(must(json.Marshal(v))) }

// claims are those of a good token, changed: a nil value takes one out.
func claims(changes object) jwt.MapClaims {
	c := jwt.MapClaims{"iss": issuerURL, "aud": audience, "sub": "u-1", "exp": time.Now().Add(time.Hour).Unix(), "scope": "orders:read cart:write"}
	for name, value := range changes {
		c[name] = value
		if value == nil {
			delete(c, name)
		}
	}
	return c
}

// sign makes a token that is signed with the key of a kid.
func sign(algorithm, id string, c jwt.Claims) string {
	return signWith(algorithm, object{"kid": id}, signing()[id], c)
}

func signWith(algorithm string, header object, key any, c jwt.Claims) string {
	t := jwt.NewWithClaims(jwt.GetSigningMethod(algorithm), c)
	maps.Copy(t.Header, header)
	return must(t.SignedString(key))
}

// server serves a set of keys, as it is told.
type server struct {
	*httptest.Server

	fetches atomic.Int64
	answer  atomic.Pointer[func(w http.ResponseWriter, r *http.Request)]
}

func serve(t testing.TB, set string) *server {
	s := &server{}
	s.says(set)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fetches.Add(1)
		(*s.answer.Load())(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) does(f func(w http.ResponseWriter, r *http.Request)) { s.answer.Store(&f) }

func (s *server) says(text string) {
	s.does(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
}

// transport is an issuer without a network, for tests whose time does not pass by itself.
type transport struct {
	fetches atomic.Int64
	answer  atomic.Pointer[func(*http.Request) (int, io.Reader, error)]
}

// withoutNetwork is an issuer that answers with a text.
func withoutNetwork(text string) *transport {
	t := &transport{}
	t.does(answering(text))
	return t
}

func (t *transport) does(f func(*http.Request) (int, io.Reader, error)) { t.answer.Store(&f) }

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	t.fetches.Add(1)
	status, body, err := (*t.answer.Load())(r)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(body), Header: http.Header{}, Request: r}, nil
}

func answering(text string) func(*http.Request) (int, io.Reader, error) {
	return func(*http.Request) (int, io.Reader, error) { return 200, strings.NewReader(text), nil }
}

// trusted are an issuer's options: of all algorithms.
func trusted(keys string) auth.IssuerOptions {
	return auth.IssuerOptions{
		Name: "login", Issuer: issuerURL, Keys: keys, Audience: []string{audience, "other"},
		Algorithms: []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"},
	}
}

// open returns an Authenticator that has asked its issuers once.
func open(t testing.TB, o auth.Options) *auth.Authenticator {
	t.Helper()
	if o.Schedule == nil {
		tasks := schedule.New(schedule.Options{})
		t.Cleanup(func() { tasks.Close(context.Background()) })
		o.Schedule = tasks
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Client == nil {
		o.Client = &http.Client{Transport: &http.Transport{}}
		t.Cleanup(o.Client.CloseIdleConnections)
	}
	a, err := auth.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	a.Ready(t.Context())
	return a
}

func bearer(token string) auth.Credentials {
	return auth.Credentials{Headers: map[string][]string{"Authorization": {"Bearer " + token}}}
}

// refused checks that credentials are refused with a challenge, for a reason; "": any.
func refused(t testing.TB, a *auth.Authenticator, c auth.Credentials, reason string) {
	t.Helper()
	caller, err := a.Authenticate(context.Background(), c)
	r, ok := errors.AsType[*auth.Refused](err)
	if caller != nil || !ok || r.Challenge() == "" || !strings.Contains(r.Reason, reason) {
		t.Errorf("got %v and the error %v, want refused: %s", caller, err, reason)
	}
}

// accepted checks that credentials are somebody's.
func accepted(t testing.TB, a *auth.Authenticator, c auth.Credentials) *auth.Caller {
	t.Helper()
	caller, err := a.Authenticate(context.Background(), c)
	if err != nil || caller == nil {
		t.Fatalf("got %v and the error %v, want somebody", caller, err)
	}
	return caller
}

// unavailable checks that nobody can say.
func unavailable(t testing.TB, a *auth.Authenticator, c auth.Credentials) {
	t.Helper()
	if caller, err := a.Authenticate(context.Background(), c); caller != nil || !errors.Is(err, auth.ErrUnavailable) {
		t.Errorf("got %v and the error %v, want that it is unavailable", caller, err)
	}
}
