package process_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weft/graph/edge"
	"weft/graph/process"
)

// writeCertificate writes a certificate for localhost, with a serial number, and its key.
func writeCertificate(t *testing.T, files process.TLS, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{files.Cert: {Type: "CERTIFICATE", Bytes: signed}, files.Key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func certificateFiles(t *testing.T) process.TLS {
	t.Helper()
	dir := t.TempDir()
	return process.TLS{Cert: filepath.Join(dir, "tls.crt"), Key: filepath.Join(dir, "tls.key")}
}

// serving serves until the test ends, and returns where.
func serving(t *testing.T, o process.ServeOptions) (addr string) {
	t.Helper()
	ready, ended := make(chan net.Addr, 1), make(chan error, 1)
	o.Ready = func(a net.Addr) { ready <- a }
	o.Logger = cmp.Or(o.Logger, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	go func() { ended <- listenAndServe(ctx, "127.0.0.1:0", handler(greet), o) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	select {
	case a := <-ready:
		return a.String()
	case err := <-ended:
		ended <- nil
		t.Fatal(err)
		return ""
	}
}

// transport speaks one protocol.
func transport(t *testing.T, set func(*http.Protocols, bool)) *http.Transport {
	p := new(http.Protocols)
	set(p, true)
	tr := &http.Transport{Protocols: p, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	t.Cleanup(tr.CloseIdleConnections)
	return tr
}

// TestProtocols tries which protocols a server speaks.
func TestProtocols(t *testing.T) {
	files := certificateFiles(t)
	writeCertificate(t, files, 1)
	http1, http2, h2c := (*http.Protocols).SetHTTP1, (*http.Protocols).SetHTTP2, (*http.Protocols).SetUnencryptedHTTP2
	for name, tt := range map[string]struct {
		options process.ServeOptions
		scheme  string
		speak   func(*http.Protocols, bool)
		want    string // "": nothing is understood
	}{
		"Plain":          {process.ServeOptions{}, "http", http1, "HTTP/1.1"},
		"PlainHTTP2":     {process.ServeOptions{}, "http", h2c, ""},
		"H2C":            {process.ServeOptions{H2C: true}, "http", h2c, "HTTP/2.0"},
		"H2CHTTP1":       {process.ServeOptions{H2C: true}, "http", http1, "HTTP/1.1"},
		"TLS":            {process.ServeOptions{TLS: files}, "https", http1, "HTTP/1.1"},
		"TLSHTTP2":       {process.ServeOptions{TLS: files}, "https", http2, "HTTP/2.0"},
		"TLSWithoutIt":   {process.ServeOptions{TLS: files}, "http", h2c, ""},
		"PlainToTLS":     {process.ServeOptions{}, "https", http1, ""},
		"TLSAndH2CHTTP2": {process.ServeOptions{TLS: files, H2C: true}, "https", http2, "HTTP/2.0"},
	} {
		t.Run(name, func(t *testing.T) {
			addr := serving(t, tt.options)
			client := &http.Client{Transport: transport(t, tt.speak)}
			resp, err := client.Post(tt.scheme+"://"+addr+edge.Endpoint, "application/json", strings.NewReader(`{"query":"{ greeting }"}`))
			if tt.want == "" {
				if err == nil && resp.StatusCode == http.StatusOK {
					t.Errorf("got %s", resp.Proto)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 200 || resp.Proto != tt.want {
				t.Errorf("got %s %s %s, %v", resp.Proto, resp.Status, body, err)
			}
			if err := process.CheckHealth(t.Context(), tt.scheme, addr); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestCertificates tries what is said of files that hold none.
func TestCertificates(t *testing.T) {
	files := certificateFiles(t)
	serve := func() error {
		return listenAndServe(t.Context(), "127.0.0.1:0", handler(greet), process.ServeOptions{TLS: files})
	}
	if err := serve(); err == nil || !strings.Contains(err.Error(), "tls.crt") {
		t.Errorf("without files: got %v", err)
	}
	writeCertificate(t, files, 1)
	other := certificateFiles(t)
	writeCertificate(t, other, 2)
	files.Key = other.Key
	if err := serve(); err == nil || !strings.Contains(err.Error(), "does not match") {
		t.Errorf("with another key: got %v", err)
	}
}

// TestBrokenHandshakes holds that who cannot do more than connect does not fill the log.
func TestBrokenHandshakes(t *testing.T) {
	files := certificateFiles(t)
	writeCertificate(t, files, 1)
	var out bytes.Buffer // written when the server has ended, or under slog's lock
	t.Run("Flood", func(t *testing.T) {
		addr := serving(t, process.ServeOptions{TLS: files, Logger: slog.New(slog.NewTextHandler(&out, nil))})
		for range 200 {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			_, _ = io.Copy(io.Discard, conn) // until the server has given up
			conn.Close()
		}
	})
	if got := strings.Count(out.String(), "handshake error from"); got != 10 || !strings.Contains(out.String(), `begin="http: TLS" leftOut=190`) {
		t.Errorf("got %d lines, %s", got, &out)
	}
}

// TestClientCertificates: clients may show a certificate, of those who are trusted for that.
func TestClientCertificates(t *testing.T) {
	files, client, stranger := certificateFiles(t), certificateFiles(t), certificateFiles(t)
	writeCertificate(t, files, 1)
	writeCertificate(t, client, 2)
	writeCertificate(t, stranger, 3)
	files.ClientCA = client.Cert
	shown := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, chain := range r.TLS.VerifiedChains {
			_, _ = io.WriteString(w, chain[0].SerialNumber.String())
		}
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, l, shown, process.ServeOptions{TLS: files, Logger: slog.New(slog.DiscardHandler)})
	}()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	for name, tt := range map[string]struct {
		show process.TLS
		want string
		fine bool
	}{"None": {process.TLS{}, "", true}, "Known": {client, "2", true}, "Stranger": {stranger, "", false}} {
		for _, set := range []func(*http.Protocols, bool){(*http.Protocols).SetHTTP1, (*http.Protocols).SetHTTP2} {
			tr := transport(t, set)
			if tt.show.Cert != "" {
				pair, err := tls.LoadX509KeyPair(tt.show.Cert, tt.show.Key)
				if err != nil {
					t.Fatal(err)
				}
				tr.TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
			}
			resp, err := (&http.Client{Transport: tr}).Get("https://" + l.Addr().String())
			if (err == nil) != tt.fine {
				t.Errorf("%s: got the error %v", name, err)
			}
			if err != nil {
				continue
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || string(body) != tt.want {
				t.Errorf("%s: got %s, %v, want %s", name, body, err, tt.want)
			}
		}
	}
	files.ClientCA = client.Key
	if err := listenAndServe(t.Context(), "127.0.0.1:0", shown, process.ServeOptions{TLS: files}); err == nil || !strings.Contains(err.Error(), "no certificate in PEM") {
		t.Errorf("got %v for a file without any", err)
	}
}
