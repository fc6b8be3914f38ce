package process

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"
)

// TLS is how clients are spoken to over TLS 1.2 and later. The zero value is not at all.
type TLS struct {
	// Cert and Key are files in PEM: the certificate with those that lead to its issuer, and its key. All files are read again when they have
	// changed, within certificateAge, for connections that begin later.
	Cert, Key string

	// ClientCA is a file in PEM with the certificates of those who sign clients'. A client may show one, and has no connection where none of
	// these has signed it. "": clients are asked for none.
	ClientCA string
}

// certificateAge is how long a certificate is used before anybody looks whether its files have changed.
const certificateAge = 10 * time.Second

// certificate is what the files hold.
type certificate struct {
	files  TLS
	logger *slog.Logger

	mu      sync.Mutex // guards what follows
	current *tls.Config
	changed [3]time.Time // when the files were, that were read last
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

// config makes a server's configuration of it. A client that resumes a session is verified again, by what the files hold then.
func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return c.get(), nil }}
}

// get returns the configuration of a connection. What cannot be read leaves the last one.
func (c *certificate) get() *tls.Config {
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

func (c *certificate) times() (changed [3]time.Time, err error) {
	for i, name := range []string{c.files.Cert, c.files.Key, c.files.ClientCA} {
		if name == "" {
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			return changed, err
		}
		changed[i] = info.ModTime()
	}
	return changed, nil
}

func (c *certificate) read(changed [3]time.Time) error {
	pair, err := tls.LoadX509KeyPair(c.files.Cert, c.files.Key)
	if err != nil {
		return fmt.Errorf("%s and %s: %w", c.files.Cert, c.files.Key, err)
	}
	current := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2", "http/1.1"}}
	if name := c.files.ClientCA; name != "" {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		current.ClientAuth, current.ClientCAs = tls.VerifyClientCertIfGiven, x509.NewCertPool()
		if !current.ClientCAs.AppendCertsFromPEM(text) {
			return fmt.Errorf("%s: there is no certificate in PEM", name)
		}
	}
	c.current, c.changed = current, changed
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
