package config

import "errors"

// TLS are the files of a certificate and of its key, in PEM; both or none.
type TLS struct{ Cert, Key string }

// Scheme is that of the service's URL.
func (c Config) Scheme() string {
	if c.TLS.Cert != "" {
		return "https"
	}
	return "http"
}

func tlsSettings() []setting {
	return []setting{
		{
			key: "tls.cert", variable: "WEFT_TLS_CERT", like: "/etc/tls/tls.crt",
			about: "speak TLS, and HTTP/2, with the certificate of this file; none by default. Changed files are read again",
			set:   func(c *Config, text string) error { c.TLS.Cert = text; return nil },
		},
		{
			key: "tls.key", variable: "WEFT_TLS_KEY", like: "/etc/tls/tls.key",
			about: "the file of that certificate's key",
			set:   func(c *Config, text string) error { c.TLS.Key = text; return nil },
		},
		{
			key: "h2c", variable: "WEFT_H2C", truth: true, initial: "false",
			about: "let clients that know of it, such as proxies, speak HTTP/2 without TLS",
			set: func(c *Config, text string) (err error) {
				c.H2C, err = parseTruth(text)
				return err
			},
		},
	}
}

// halfOfTLS finds a certificate without its key, and a key without its certificate.
func (l *loader) halfOfTLS() {
	if (l.config.TLS.Cert == "") == (l.config.TLS.Key == "") {
		return
	}
	where := "WEFT_TLS_CERT"
	if l.config.File != "" {
		where = l.config.File + ": tls"
	}
	l.problem(where, errors.New("needs both tls.cert and tls.key, and has one of them"))
}
