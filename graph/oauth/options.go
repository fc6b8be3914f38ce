package oauth

import (
	"errors"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"weft/graph/schedule"
	"weft/upstream"
	"weft/upstream/files"
)

// Settings are what a configuration says of the tokens of an upstream. They hold no secret.
type Settings struct {
	// URL is the token endpoint: https, or this machine's; it is needed.
	URL string

	// ClientID is what this service is known by there; it is needed.
	ClientID string

	// Secret is where the secret of ClientID is, if it has one: else the endpoint knows this service by its certificate (RFC 8705).
	Secret Place

	// SecretInBody sends ClientID and the secret in the body (RFC 6749 §2.3.1), for endpoints that do not read Authorization.
	SecretInBody bool

	// Scopes, Audience and Resource are what tokens are asked for; empty: the endpoint chooses.
	Scopes   []string
	Audience string
	Resource string

	// Exchange asks for tokens for who asks, by the token that they send, which must have been verified.
	Exchange bool

	// Network is how the endpoint is reached.
	Network upstream.Network
}

// Place says where a secret is: one of the two. The zero Place is none.
type Place struct{ Env, File string }

// Check says what is missing.
func (s Settings) Check() error {
	switch {
	case s.URL == "":
		return errors.New("needs url, where tokens are asked for")
	case s.ClientID == "":
		return errors.New("needs clientID, what this service is known by there")
	case s.Secret == Place{} && s.Network.TLS.Cert == "":
		return errors.New("needs secret, or the certificate of tls, by which it is known who asks")
	}
	return nil
}

// Options are what a [Source] is made of.
type Options struct {
	Settings

	// Upstream is whose calls the tokens are for.
	Upstream string

	// Schedule runs what is off the request path; it is needed.
	Schedule *schedule.Scheduler

	// Files say how the files of secrets and certificates are looked after.
	Files files.Options

	// Logger is told when no token can be had, and when one can again. Nil: slog.Default().
	Logger *slog.Logger

	// Transport is how the endpoint is asked; nil: a pool of its own.
	Transport http.RoundTripper
}

// secret returns what has the secret now.
func (o Options) secret() (current func() string, err error) {
	switch {
	case o.Secret.File != "":
		v, err := files.New(files.Source[string]{
			What: "the secret of the token endpoint of " + o.Upstream, Names: []string{o.Secret.File}, Secret: []int{0},
			Parse: func(texts [][]byte) (string, error) { return files.Secret(texts[0]) },
		}, o.Files)
		if err != nil {
			return nil, err
		}
		return v.Get, nil
	case o.Secret.Env != "":
		text := strings.TrimSpace(os.Getenv(o.Secret.Env))
		if text == "" {
			return nil, errors.New("the environment variable of the secret is not set")
		}
		return func() string { return text }, nil
	}
	return func() string { return "" }, nil
}
