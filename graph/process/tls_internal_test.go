package process

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCertificateIsReadAgain tries that a certificate that was replaced is used, and that files which hold none leave the last one.
func TestCertificateIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	files := TLS{Cert: filepath.Join(dir, "tls.crt"), Key: filepath.Join(dir, "tls.key"), ClientCA: filepath.Join(dir, "clients.crt")}
	at := time.Now()
	put := func(cert, key []byte) {
		at = at.Add(time.Second) // as if it had been a while
		for name, text := range map[string][]byte{files.Cert: cert, files.Key: key, files.ClientCA: cert} {
			if err := os.WriteFile(name, text, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(name, at, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	put(newPair(t, 1))
	var log bytes.Buffer
	c, err := newCertificate(files, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	expect := func(serial int64) {
		t.Helper()
		got := c.get()
		leaf := got.Certificates[0].Leaf
		if leaf.SerialNumber.Int64() != serial {
			t.Errorf("got the certificate %d, want %d", leaf.SerialNumber, serial)
		}
		want := x509.NewCertPool()
		want.AddCert(leaf)
		if !want.Equal(got.ClientCAs) {
			t.Errorf("clients' are verified by others than that of %d", serial)
		}
	}
	put(newPair(t, 2))
	expect(1) // nobody has looked
	c.looked = time.Now().Add(-certificateAge)
	expect(2)
	put([]byte("none"), []byte("none"))
	c.looked = time.Now().Add(-certificateAge)
	expect(2)
	if text := log.String(); !strings.Contains(text, "tls.crt") || strings.Contains(text, "PRIVATE") {
		t.Errorf("got the log %s", text)
	}
	put(newPair(t, 3))
	c.looked = time.Now().Add(-certificateAge)
	expect(3)
}

// newPair returns a certificate with a serial number, and its key.
func newPair(t *testing.T, serial int64) (cert, key []byte) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial)}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, secret.Public(), secret)
	if err != nil {
		t.Fatal(err)
	}
	text, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text})
}
