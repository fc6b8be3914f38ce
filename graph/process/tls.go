package process

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"
)

// TLS is how clients are spoken to over TLS 1.2 and later. The zero value is not at all.
type TLS struct {
	// Cert and Key are files in PEM: the certificate with those that lead to its issuer, and its key. They are read again when they have
	// changed, within certificateAge.
	Cert, Key string
}

// certificateAge is how long a certificate is used before anybody looks whether its files have changed.
const certificateAge = 10 * time.Second

// certificate is what two files hold.
type certificate struct {
	files  TLS
	logger *slog.Logger

	mu      sync.Mutex // guards what follows
	current *tls.Certificate
	changed [2]time.Time // when the files were, that were read last
	looked  time.Time
}

// newCertificate reads a certificate for the first time.
func newCertificate(files TLS, logger *slog.Logger) (*certificate, error) {
	c := &certificate{files: files, logger: cmp.Or(logger, slog.Default()), looked: time.Now()}
	changed, err := c.times()
	if err == nil {
		err = c.read(changed)
	}
	if err != nil {
		return nil, fmt.Errorf("TLS: %w", err)
	}
	return c, nil
}

// config makes a server's configuration of it.
func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.get(), nil }}
}

// get returns the certificate. One that cannot be read leaves the last one.
func (c *certificate) get() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) >= certificateAge {
		c.looked = now
		changed, err := c.times()
		if err == nil && changed != c.changed {
			err = c.read(changed)
		}
		if err != nil {
			c.logger.Warn("process: the certificate cannot be read, and the last one stays", "error", err)
		}
	}
	return c.current
}

func (c *certificate) times() (changed [2]time.Time, err error) {
	for i, name := range []string{c.files.Cert, c.files.Key} {
		info, err := os.Stat(name)
		if err != nil {
			return changed, err
		}
		changed[i] = info.ModTime()
	}
	return changed, nil
}

func (c *certificate) read(changed [2]time.Time) error {
	pair, err := tls.LoadX509KeyPair(c.files.Cert, c.files.Key)
	if err != nil {
		return fmt.Errorf("%s and %s: %w", c.files.Cert, c.files.Key, err)
	}
	c.current, c.changed = &pair, changed
	return nil
}

// speak sets what a server speaks: HTTP/2 over TLS, and without it where that is wanted; HTTP/1.1 always.
func (o ServeOptions) speak(srv *http.Server) error {
	srv.Protocols = new(http.Protocols)
	srv.Protocols.SetHTTP1(true)
	srv.Protocols.SetUnencryptedHTTP2(o.H2C)
	if (o.TLS == TLS{}) {
		return nil
	}
	srv.Protocols.SetHTTP2(true)
	c, err := newCertificate(o.TLS, o.Logger)
	if err != nil {
		return err
	}
	srv.TLSConfig = c.config()
	return nil
}
