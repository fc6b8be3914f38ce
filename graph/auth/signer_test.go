package auth_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"weft/graph/auth"
	"weft/upstream/files"
)

// What is signed can be verified by who knows the secret, and says the headers; nobody else can sign it.
func TestSigner(t *testing.T) {
	const secret, other = "0123456789abcdef0123456789abcdef", "another one of thirty-two bytes!"
	file := filepath.Join(t.TempDir(), "secret")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(secret + "\n")
	s, err := auth.NewSigner("ledger", auth.SignerOptions{File: file}, files.Options{Every: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	headers := http.Header{"X-User": {"ada"}, "X-Rights": {"read, write"}}
	verified := func(secret string) (map[string]any, error) {
		t.Helper()
		signed, err := s.Sign(headers)
		if err != nil {
			t.Fatal(err)
		}
		token, err := jwt.Parse(signed.Get("X-Signed-Claims"), func(*jwt.Token) (any, error) { return []byte(secret), nil },
			jwt.WithValidMethods([]string{"HS256"}), jwt.WithIssuer("weft"), jwt.WithAudience("ledger"), jwt.WithExpirationRequired(), jwt.WithIssuedAt())
		if err != nil {
			return nil, err
		}
		return token.Claims.(jwt.MapClaims)["headers"].(map[string]any), nil
	}
	got, err := verified(secret)
	if diff := cmp.Diff(map[string]any{"X-User": "ada", "X-Rights": "read, write"}, got); diff != "" || err != nil {
		t.Errorf("(-want +got), %v:\n%s", err, diff)
	}
	if _, err := verified(other); err == nil {
		t.Error("another secret verifies it")
	}
	if len(headers) != 2 {
		t.Errorf("the headers were changed: %v", headers)
	}
	write(other)
	for range 5 { // a file that has changed is taken when it has not changed again
		if got, err = verified(other); err == nil {
			break
		}
	}
	if err != nil || got == nil {
		t.Errorf("a secret that has changed is not used: %v", err)
	}
	if _, err := s.Sign(http.Header{"X-Signed-Claims": {"x"}}); err == nil {
		t.Error("the header of the signature was signed")
	}
}

func TestSignerErrors(t *testing.T) {
	short := filepath.Join(t.TempDir(), "short")
	if err := os.WriteFile(short, []byte("canary"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SHORT_SECRET", "canary")
	for name, o := range map[string]auth.SignerOptions{
		"NoFile": {File: short + "er"}, "Short": {File: short}, "ShortInEnvironment": {Env: "SHORT_SECRET"}, "Unset": {Env: "NOT_SET_ANYWHERE"}, "Nowhere": {},
	} {
		if s, err := auth.NewSigner("ledger", o, files.Options{}); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: got %v, %v", name, s, err)
		}
	}
	s, err := auth.NewSigner("ledger", auth.SignerOptions{Env: "LONG_SECRET", Header: "x-user"}, files.Options{})
	if err == nil {
		t.Fatal(s)
	}
	t.Setenv("LONG_SECRET", strings.Repeat("x", 32))
	if s, err = auth.NewSigner("ledger", auth.SignerOptions{Env: "LONG_SECRET", Header: "x-user"}, files.Options{}); err != nil {
		t.Fatal(err)
	}
	signers := auth.Signers{"ledger": s, "other": s}
	const want = "upstreams.ledger.signClaims: the schema sends it X-User already: choose another header\n" +
		"upstreams.other.signClaims: the schema sends it no claims: there is nothing to sign"
	if err := signers.Check(map[string][]string{"ledger": {"X-User"}}); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
