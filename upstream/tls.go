package upstream

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"

	"weft/upstream/files"
)

// TLS are files in PEM that say how an upstream is spoken to over TLS. They are read again when they have changed: calls that begin later
// are made on connections of their own. The zero TLS shows no certificate, and believes whom the machine believes.
type TLS struct {
	// CA are the certificates of those who sign the upstream's; "": those that this machine believes.
	CA string

	// Cert and Key are the certificate that the upstream is shown, with those that lead to its issuer, and its key: both, or none.
	Cert, Key string
}

// Check says what is missing.
func (t TLS) Check() error {
	if (t.Cert == "") != (t.Key == "") {
		return errors.New("needs both cert and key, and has one of them")
	}
	return nil
}

// rereadTransport is a pool of connections for as long as the files are what they were when it was made.
type rereadTransport struct{ *files.Value[*pool] }

// RoundTrip implements [http.RoundTripper].
func (t rereadTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	return t.Get().RoundTrip(r)
}

// CloseIdleConnections closes connections that nobody uses.
func (t rereadTransport) CloseIdleConnections() { t.Current().CloseIdleConnections() }

// transport returns a pool of connections to an upstream, for so many calls at one time. It reads the files of TLS.
func (n Network) transport(name string, inFlight int, o files.Options) (http.RoundTripper, error) {
	if n.TLS == (TLS{}) {
		return n.pool(inFlight, &tls.Config{MinVersion: tls.VersionTLS12}), nil
	}
	if err := n.TLS.Check(); err != nil {
		return nil, fmt.Errorf("tls %w", err)
	}
	s := files.Source[*pool]{
		What: "tls of upstream " + name,
		Parse: func(texts [][]byte) (*pool, error) {
			c, err := n.TLS.config(texts)
			if err != nil {
				return nil, err
			}
			return n.pool(inFlight, c), nil
		},
		Replaced: (*pool).CloseIdleConnections, // also those that are in use now, when they are not any more
	}
	if n.TLS.Cert != "" {
		s.Names, s.Secret = []string{n.TLS.Cert, n.TLS.Key}, []int{1}
	}
	if n.TLS.CA != "" {
		s.Names = append(s.Names, n.TLS.CA)
	}
	v, err := files.New(s, o)
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	return rereadTransport{v}, nil
}

func (n Network) pool(inFlight int, c *tls.Config) *pool {
	return newPool(n.Age, func() connections { return newConnections(inFlight, n, c) })
}

// config is what the files say: the certificate and its key, and then the authorities.
func (t TLS) config(texts [][]byte) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.Cert != "" {
		pair, err := tls.X509KeyPair(texts[0], texts[1])
		if err != nil {
			return nil, fmt.Errorf("%s and %s: %w", t.Cert, t.Key, err)
		}
		// Shown whomever the upstream says that it believes: that it does not believe us is for it to say.
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
	}
	if t.CA != "" {
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(texts[len(texts)-1]) {
			return nil, fmt.Errorf("%s: there is no certificate in PEM", t.CA)
		}
	}
	return c, nil
}
