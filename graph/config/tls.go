package config

import "errors"

// TLS are the files of a certificate and of its key, in PEM, both or none; and of the certificates of those who sign clients', with which it
// is seen who they are, where they show one.
type TLS struct{ Cert, Key, ClientCA string }

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
			key: "tls.clientCA", variable: "WEFT_TLS_CLIENT_CA", like: "/etc/tls/clients.crt",
			about: "verify clients' certificates, where they show one, by those in this file; they are not asked for any by default",
			set:   func(c *Config, text string) error { c.TLS.ClientCA = text; return nil },
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

// halfOfTLS finds a certificate without its key, a key without its certificate, and clients' without either.
func (l *loader) halfOfTLS() {
	tls := l.config.TLS
	wrong := ""
	switch {
	case (tls.Cert == "") != (tls.Key == ""):
		wrong = "needs both tls.cert and tls.key, and has one of them"
	case tls.ClientCA != "" && tls.Cert == "":
		wrong = "has tls.clientCA, which needs tls.cert and tls.key"
	default:
		return
	}
	where := "WEFT_TLS_CERT"
	if l.config.File != "" {
		where = l.config.File + ": tls"
	}
	l.problem(where, errors.New(wrong))
}
