package upstream_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"weft/upstream"
	"weft/upstream/files"
)

// authority signs certificates.
type authority struct {
	t      *testing.T
	signed *x509.Certificate
	key    *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t}
	a.signed, a.key = a.sign(&x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	return a
}

// sign completes a certificate, and signs it: the first one signs itself.
func (a *authority) sign(c *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(time.Now().UnixNano()), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	by, with := a.signed, a.key
	if by == nil {
		by, with = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, by, key.Public(), with)
	if err != nil {
		a.t.Fatal(err)
	}
	signed, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return signed, key
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.signed)
	return pool
}

// pem is its own certificate.
func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.signed.Raw})
}

// pair is a certificate of somebody, and its key.
func (a *authority) pair(name string) (certificate, key []byte) {
	a.t.Helper()
	c, secret := a.sign(&x509.Certificate{Subject: pkix.Name{CommonName: name}, IPAddresses: []net.IP{{127, 0, 0, 1}}, DNSNames: []string{"shop.example"}})
	der, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		a.t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// secured is a service over TLS, which answers with the name in the certificate that it was shown, and the protocol.
func secured(t *testing.T, own *authority, set func(*tls.Config)) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := "nobody"
		if shown := r.TLS.PeerCertificates; len(shown) > 0 {
			name = shown[0].Subject.CommonName
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `"`+name+" "+r.Proto+`"`)
	}))
	pair, err := tls.X509KeyPair(own.pair("service"))
	if err != nil {
		t.Fatal(err)
	}
	s.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	set(s.TLS)
	s.EnableHTTP2 = true
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// folder holds files of a test's.
type folder struct {
	t   *testing.T
	dir string
}

func (f folder) write(name string, text []byte) string {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		f.t.Fatal(err)
	}
	return path
}

func newFolder(t *testing.T) folder { return folder{t, t.TempDir()} }

// asked is what a call returns: the answer, or the error.
func asked(t *testing.T, c *upstream.Client) string {
	t.Helper()
	res, err := c.Do(t.Context(), get("/p"))
	if err != nil {
		if kind(t, err) != upstream.Unavailable {
			t.Errorf("got %v, want unavailable", err)
		}
		return strings.TrimPrefix(err.Error(), "upstream catalog, product: unavailable: ")
	}
	return string(res.Body)
}

func TestAuthorityOfUpstream(t *testing.T) {
	own, others := newAuthority(t), newAuthority(t)
	s := secured(t, own, func(*tls.Config) {})
	old := secured(t, own, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 })
	f := newFolder(t)
	ours, theirs := f.write("own", own.pem()), f.write("others", others.pem())
	for name, tt := range map[string]struct{ url, ca, want string }{
		"Own":       {s.URL, ours, `"nobody HTTP/2.0"`},
		"Others":    {s.URL, theirs, "certificate not accepted"},
		"Machine":   {s.URL, "", "certificate not accepted"},
		"OtherName": {strings.Replace(s.URL, "127.0.0.1", "localhost", 1), ours, "certificate not accepted"},
		"TooOld":    {old.URL, ours, "TLS refused by the upstream: protocol version not supported"},
	} {
		c := newClient(t, upstream.Options{URL: tt.url, Network: upstream.Network{TLS: upstream.TLS{CA: tt.ca}}})
		if got := asked(t, c); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}

// Calls that begin after a certificate was renewed are made with the new one.
func TestCertificateIsRenewed(t *testing.T) {
	own := newAuthority(t)
	s := secured(t, own, func(c *tls.Config) { c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, own.pool() })
	f := newFolder(t)
	var logged bytes.Buffer
	show := func(a *authority, name string) {
		certificate, key := a.pair(name)
		f.write("crt", certificate)
		f.write("key", key)
	}
	show(own, "one")
	in := func(name string) string { return filepath.Join(f.dir, name) }
	c := newClient(t, upstream.Options{
		URL:     s.URL,
		Network: upstream.Network{TLS: upstream.TLS{CA: f.write("ca", own.pem()), Cert: in("crt"), Key: in("key")}},
		Files:   files.Options{Every: 1, Logger: slog.New(slog.NewTextHandler(&logged, nil))},
	})
	expect := func(when string, answers ...string) {
		t.Helper()
		for _, want := range answers {
			if got := asked(t, c); got != want {
				t.Errorf("%s: got %s, want %s", when, got, want)
			}
		}
	}
	one, two := `"one HTTP/2.0"`, `"two HTTP/2.0"`
	expect("at start", one, one)
	certificate, key := own.pair("two")
	f.write("crt", certificate)
	expect("half of it written", one, one, one)
	if n := strings.Count(logged.String(), "level=ERROR"); n != 1 {
		t.Errorf("logged %s, want one error", &logged)
	}
	f.write("key", key)
	expect("all of it written", one, two, two)
	f.write("crt", []byte("canary"))
	expect("spoilt", two, two, two)
	f.write("crt", certificate)
	expect("mended", two, two, two)
	show(newAuthority(t), "stranger")
	expect("of somebody else", two)
	for range 2 {
		if got := asked(t, c); strings.Contains(got, "HTTP") { // what it says instead depends on who hears first that there is no connection
			t.Errorf("of somebody else, taken: got %s", got)
		}
	}
	show(own, "two")
	_ = asked(t, c)
	expect("its own again", two, two)
	if got := logged.String(); strings.Contains(got, "canary") || !strings.Contains(got, `of="tls of upstream catalog"`) {
		t.Errorf("logged %s", got)
	}
}

// An authority is replaced while the service runs, as the service's own certificate is.
func TestAuthorityIsReplaced(t *testing.T) {
	before, after := newAuthority(t), newAuthority(t)
	var own atomic.Pointer[tls.Certificate]
	serve := func(a *authority) {
		pair, err := tls.X509KeyPair(a.pair("service"))
		if err != nil {
			t.Fatal(err)
		}
		own.Store(&pair)
	}
	serve(before)
	s := secured(t, before, func(c *tls.Config) {
		c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
			return &tls.Config{Certificates: []tls.Certificate{*own.Load()}, NextProtos: []string{"h2"}}, nil
		}
	})
	f := newFolder(t)
	o := upstream.Options{
		URL: s.URL, Network: upstream.Network{TLS: upstream.TLS{CA: f.write("ca", before.pem())}}, Files: files.Options{Every: 1},
	}
	c := newClient(t, o)
	const answer = `"nobody HTTP/2.0"`
	if got := asked(t, c); got != answer {
		t.Errorf("got %s", got)
	}
	serve(after)
	if got := asked(t, newClient(t, o)); got != "certificate not accepted" {
		t.Errorf("of an authority that is not known: got %s", got)
	}
	f.write("ca", after.pem())
	if got := []string{asked(t, c), asked(t, c)}; got[0] != answer || got[1] != answer {
		t.Errorf("of one that becomes known: got %s", got)
	}
	f.write("ca", before.pem())
	if got := []string{asked(t, c), asked(t, c)}; got[0] != answer || got[1] != "certificate not accepted" {
		t.Errorf("of one that is not any more: got %s", got)
	}
}

func TestTLSProblems(t *testing.T) {
	own := newAuthority(t)
	f := newFolder(t)
	certificate, key := own.pair("one")
	_, other := own.pair("two")
	crt, k, k2, text := f.write("crt", certificate), f.write("key", key), f.write("key2", other), f.write("text", []byte("canary"))
	for name, tt := range map[string]struct {
		url  string
		tls  upstream.TLS
		want string
	}{
		"Half":     {"https://a.test", upstream.TLS{Cert: crt}, "tls needs both cert and key, and has one of them"},
		"Plain":    {"http://a.test", upstream.TLS{Cert: crt, Key: k}, "tls is given, and url is of scheme http: use https"},
		"Missing":  {"https://a.test", upstream.TLS{CA: text + "x"}, "tls: open " + text + "x: no such file or directory"},
		"NoPEM":    {"https://a.test", upstream.TLS{CA: text}, "tls: " + text + ": there is no certificate in PEM"},
		"NoMatch":  {"https://a.test", upstream.TLS{Cert: crt, Key: k2}, "tls: " + crt + " and " + k2 + ": tls: private key does not match public key"},
		"Confused": {"https://a.test", upstream.TLS{Cert: k, Key: crt}, "tls: " + k + " and " + crt + `: tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched`},
	} {
		_, err := upstream.NewClient(upstream.Spec{Name: "catalog"}, upstream.Options{URL: tt.url, Network: upstream.Network{TLS: tt.tls}})
		if want := `upstream "catalog": ` + tt.want; err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}
