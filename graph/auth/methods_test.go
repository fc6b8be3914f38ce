package auth_test

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weft/graph/auth"
	"weft/graph/schedule"
)

func keyLine(key, rest string) string {
	return fmt.Sprintf("sha256:%x %s\n", sha256.Sum256([]byte(key)), rest)
}

func header(name, value string) auth.Credentials {
	return auth.Credentials{Headers: map[string][]string{name: {value}}}
}

func TestAPIKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	write := func(text string) { must(0, os.WriteFile(path, []byte(text), 0o600)) }
	synctest.Test(t, func(t *testing.T) {
		tasks := schedule.New(schedule.Options{})
		defer tasks.Close(context.Background())
		write("# of partners\n\n" + keyLine("k-1", "partner-a  orders:read cart:write") + keyLine("k-2", "partner-b"))
		var log strings.Builder
		a, err := auth.New(auth.Options{APIKeys: &auth.APIKeyOptions{File: path}, Schedule: tasks, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		c := accepted(t, a, header("X-Api-Key", "k-1"))
		if c.Subject() != "partner-a" || !c.Has("orders:read") || !c.Has("cart:write") || c.Method() != auth.APIKey || !c.Expires().IsZero() {
			t.Errorf("got another caller")
		}
		if got, _ := c.Claim("scope"); got != "orders:read cart:write" {
			t.Errorf("got the scopes %v", got)
		}
		if c := accepted(t, a, header("X-Api-Key", "k-2")); c.Has("orders:read") {
			t.Error("a key has the scopes of another one")
		}
		refused(t, a, header("X-Api-Key", "k-3"), "not known")
		refused(t, a, header("X-Api-Key", ""), "not known")
		refused(t, a, header("X-Api-Key", fmt.Sprintf("%x", sha256.Sum256([]byte("k-1")))), "not known")
		refused(t, a, auth.Credentials{Headers: map[string][]string{"X-Api-Key": {"k-1", "k-2"}}}, "more than once")

		write(keyLine("k-3", "partner-c")) // taken when two looks have found the same
		time.Sleep(5 * time.Second)
		accepted(t, a, header("X-Api-Key", "k-3"))
		refused(t, a, header("X-Api-Key", "k-1"), "not known")
		write("k-4 partner-d")
		time.Sleep(10 * time.Second)
		accepted(t, a, header("X-Api-Key", "k-3"))
		if s := a.Status(); s.APIKeys != 1 || s.Error == "" || strings.Count(log.String(), "level=ERROR") != 1 {
			t.Errorf("got the status %+v, the log %s", s, log.String())
		}
		if strings.Contains(log.String(), "k-4") {
			t.Errorf("a key is logged: %s", log.String())
		}
		write(keyLine("k-4", "partner-d"))
		time.Sleep(5 * time.Second)
		accepted(t, a, header("X-Api-Key", "k-4"))
		if s := a.Status(); s.APIKeys != 1 || s.Error != "" {
			t.Errorf("got the status %+v", s)
		}
	})
}

func TestAPIKeysErrors(t *testing.T) {
	for want, text := range map[string]string{
		"line 2: must begin with sha256:":         "#\nsecret-key partner\n",
		"line 1: must begin with sha256:":         "sha256:abcd partner\n",
		"line 1: does not say whose key it is":    keyLine("a", ""),
		"line 2: has the key of another line":     keyLine("a", "b") + keyLine("a", "c"),
		"line 3: must begin with sha256: and the": "\n\nsha256:" + strings.Repeat("z", 64) + " a",
	} {
		path := filepath.Join(t.TempDir(), "keys")
		must(0, os.WriteFile(path, []byte(text), 0o600))
		_, err := auth.New(auth.Options{APIKeys: &auth.APIKeyOptions{File: path}, Schedule: closed(t)})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret-key") {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
	}
	if _, err := auth.New(auth.Options{APIKeys: &auth.APIKeyOptions{File: "nowhere"}, Schedule: closed(t)}); err == nil {
		t.Error("a file that is missing has keys")
	}
}

func TestGateway(t *testing.T) {
	a := open(t, auth.Options{Gateway: &auth.GatewayOptions{Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}})
	says := func(from, subject string, scopes ...string) auth.Credentials {
		c := header("X-Forwarded-User", subject)
		c.From = netip.MustParseAddr(from)
		if len(scopes) > 0 {
			c.Headers["X-Forwarded-Scopes"] = scopes
		}
		return c
	}
	for _, from := range []string{"10.1.2.3", "::ffff:10.1.2.3", "fd00::1", "fd00::1%eth0"} {
		if c := accepted(t, a, says(from, " ada ", "a, b  c")); c.Subject() != "ada" || !c.Has("a") || !c.Has("b") || !c.Has("c") || c.Method() != auth.Gateway {
			t.Errorf("%s: got another caller", from)
		}
	}
	for _, from := range []string{"192.0.2.1", "::1", "11.0.0.1", "::ffff:11.0.0.1"} {
		refused(t, a, says(from, "ada"), "from elsewhere")
	}
	refused(t, a, header("X-Forwarded-User", "ada"), "from elsewhere") // nobody knows where from
	refused(t, a, says("10.1.2.3", " "), "nobody")
	refused(t, a, says("10.1.2.3", "\xff"), "nobody")
	refused(t, a, says("10.1.2.3", "ada", "a", "b"), "more than once")
	if c, err := a.Authenticate(t.Context(), auth.Credentials{Headers: map[string][]string{"X-Forwarded-Scopes": {"admin"}}}); c != nil || err != nil {
		t.Errorf("got %v, %v for scopes of nobody", c, err)
	}
	if _, err := auth.New(auth.Options{Gateway: &auth.GatewayOptions{}}); err == nil {
		t.Error("everybody is the gateway")
	}
}

func TestCertificates(t *testing.T) {
	leaf := func(change func(*x509.Certificate)) auth.Credentials {
		c := &x509.Certificate{
			Raw: []byte(t.Name()), Subject: pkix.Name{CommonName: "batch"}, Issuer: pkix.Name{CommonName: "our CA"},
			NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Minute),
			URIs: []*url.URL{must(url.Parse("spiffe://example.com/batch"))}, DNSNames: []string{"a.example.com", "b.example.com"},
		}
		change(c)
		c.Raw = fmt.Append(nil, c.Subject, c.NotAfter, c.NotBefore, c.URIs)
		return auth.Credentials{Certificates: []*x509.Certificate{c, {Subject: pkix.Name{CommonName: "our CA"}}}}
	}
	unchanged := func(*x509.Certificate) {}
	a := open(t, auth.Options{Certificates: &auth.CertificateOptions{Scopes: []string{"orders:read"}}})
	for range 2 {
		if c := accepted(t, a, leaf(unchanged)); c.Subject() != "batch" || c.Issuer() != "CN=our CA" || !c.Has("orders:read") || c.Method() != auth.Certificate || c.Expires().IsZero() {
			t.Error("got another caller")
		}
	}
	refused(t, a, leaf(func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Second) }), "expired")
	refused(t, a, leaf(func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Second) }), "expired")
	refused(t, a, leaf(func(c *x509.Certificate) { c.Subject.CommonName = "" }), "no name")
	byURI := open(t, auth.Options{Certificates: &auth.CertificateOptions{Subject: "uri"}})
	if c := accepted(t, byURI, leaf(unchanged)); c.Subject() != "spiffe://example.com/batch" {
		t.Errorf("got %s", c.Subject())
	}
	refused(t, byURI, leaf(func(c *x509.Certificate) { c.URIs = nil }), "no name")
	refused(t, open(t, auth.Options{Certificates: &auth.CertificateOptions{Subject: "dns"}}), leaf(unchanged), "or several")
	refused(t, open(t, auth.Options{Certificates: &auth.CertificateOptions{Subject: "email"}}), leaf(unchanged), "no name")
	if _, err := auth.New(auth.Options{Certificates: &auth.CertificateOptions{Subject: "serial"}}); err == nil {
		t.Error("there is a subject serial")
	}
	if c, err := open(t, auth.Options{}).Authenticate(t.Context(), leaf(unchanged)); c != nil || err != nil {
		t.Errorf("got %v, %v without the method", c, err)
	}
}

// TestTwoCredentials: of two headers nobody chooses, and what a request says goes before its connection's certificate.
func TestTwoCredentials(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	must(0, os.WriteFile(path, []byte(keyLine("k-1", "partner")), 0o600))
	a := open(t, auth.Options{
		Issuers: []auth.IssuerOptions{trusted(serve(t, setOf("p256")).URL)}, APIKeys: &auth.APIKeyOptions{File: path, Header: "x-key"},
		Gateway:      &auth.GatewayOptions{Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}},
		Certificates: &auth.CertificateOptions{},
	})
	token := "Bearer " + sign("ES256", "p256", claims(nil))
	all := map[string]string{"Authorization": token, "X-Key": "k-1", "X-Forwarded-User": "ada"}
	certificate := []*x509.Certificate{{Raw: []byte("c"), Subject: pkix.Name{CommonName: "batch"}, NotAfter: time.Now().Add(time.Hour)}}
	for one := range all {
		for other := range all {
			c := auth.Credentials{From: netip.MustParseAddr("10.0.0.1"), Certificates: certificate, Headers: map[string][]string{one: {all[one]}, other: {all[other]}}}
			if one != other {
				refused(t, a, c, "two credentials")
				continue
			}
			if by := accepted(t, a, c); by.Method() == auth.Certificate {
				t.Errorf("%s: the certificate goes before it", one)
			}
			c.Headers[one] = []string{"Bearer bad"}
			if one != "X-Forwarded-User" {
				refused(t, a, c, "") // and the certificate does not do instead
			}
		}
	}
	if c := accepted(t, a, auth.Credentials{Certificates: certificate}); c.Subject() != "batch" {
		t.Errorf("got %s", c.Subject())
	}
	// A certificate is public: its bytes are no token.
	refused(t, a, header("Authorization", "Bearer c"), "")
}

// TestNothingIsQuoted: no error, challenge, log line or status has anything of what was sent, or of what an issuer or a server answers.
func TestNothingIsQuoted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	must(0, os.WriteFile(path, []byte(keyLine("k-1", "canary")), 0o600))
	var log strings.Builder
	server := serve(t, `{"active": true, "sub": "canary", "exp": "canary", "keys": "canary"}`)
	o := trusted(serve(t, setOf("p256")).URL)
	broken := trusted(server.URL + "/?canary")
	broken.Name, broken.Issuer = "broken", "broken"
	a := open(t, auth.Options{
		Issuers: []auth.IssuerOptions{o, broken}, Introspection: introspecting(server.URL + "/?canary"), APIKeys: &auth.APIKeyOptions{File: path},
		Gateway:      &auth.GatewayOptions{Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}},
		Certificates: &auth.CertificateOptions{Subject: "email"}, Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	with := func(changed object) auth.Credentials { return bearer(sign("ES256", "p256", claims(changed))) }
	said := fmt.Sprint(a.Status())
	for _, c := range []auth.Credentials{
		bearer("canary"), bearer("canary canary"), bearer("canary.canary.canary"), header("Authorization", "canary"), header("X-Api-Key", "canary"),
		header("X-Forwarded-User", "canary"), with(object{"iss": "canary"}), with(object{"aud": "canary"}), with(object{"exp": "canary"}), with(object{"sub": []string{"canary"}}),
		with(object{"iss": "broken"}), with(object{"scope": object{"canary": 1}}), bearer(signWith("ES256", object{"kid": "canary"}, signing()["stranger"], claims(nil))),
		bearer(base64URL([]byte(`{"alg": "canary"}`)) + ".e30.e30"), bearer(base64URL([]byte(`{"alg": canary}`)) + ".e30.e30"),
		{Headers: map[string][]string{"Authorization": {"canary"}, "X-Api-Key": {"canary"}}},
		{Certificates: []*x509.Certificate{{Raw: []byte("canary"), Subject: pkix.Name{CommonName: "canary"}, NotAfter: time.Now().Add(time.Hour)}}},
	} {
		caller, err := a.Authenticate(t.Context(), c)
		if err == nil {
			t.Errorf("%v is %v", c, caller)
			continue
		}
		said += "\n" + err.Error()
		if r, ok := errors.AsType[*auth.Refused](err); ok {
			said += r.Challenge()
		}
	}
	if said += log.String(); strings.Contains(strings.ToLower(said), "canary") || !strings.Contains(said, "issuer=broken") {
		t.Error(said)
	}
}
