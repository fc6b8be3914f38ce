package auth

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"weft/upstream/files"
)

const (
	signedHeader = "X-Signed-Claims"
	signedIssuer = "weft"
	signedLife   = time.Minute
	minSecret    = 32 // bytes: as many as HS256 has of a key (RFC 7518 §3.2)
)

// SignerOptions say how the headers that claims are sent as are signed for a service. Env and File are where the secret is which both know: one
// of them, and 32 bytes at least.
type SignerOptions struct {
	Header    string // that has the signature; "" means X-Signed-Claims
	Env, File string
}

// Signer signs the headers that claims are sent as, so that a service knows that they are no one else's: a JSON Web Token (RFC 7519), by HS256. Its
// iss is weft, its aud the service, its life a minute; its headers are the headers, by their names. It is safe for concurrent use.
type Signer struct {
	header, audience string
	secret           func() []byte
}

// NewSigner returns a Signer for a service. A file is read again when it has changed. The error says what is wrong of the options.
func NewSigner(service string, o SignerOptions, f files.Options) (*Signer, error) {
	s := &Signer{header: http.CanonicalHeaderKey(cmp.Or(o.Header, signedHeader)), audience: service}
	parse := func(text []byte) ([]byte, error) {
		secret, err := files.Secret(text)
		if err == nil && len(secret) < minSecret {
			err = fmt.Errorf("the secret has less than %d bytes", minSecret)
		}
		return []byte(secret), err
	}
	if o.File == "" {
		secret, err := parse([]byte(strings.TrimSpace(os.Getenv(o.Env))))
		s.secret = func() []byte { return secret }
		return s, err
	}
	v, err := files.New(files.Source[[]byte]{
		What: "the secret that claims for " + service + " are signed with", Names: []string{o.File}, Secret: []int{0},
		Parse: func(texts [][]byte) ([]byte, error) { return parse(texts[0]) },
	}, f)
	if err != nil {
		return nil, err
	}
	s.secret = v.Get
	return s, nil
}

// Header is the canonical name of the header that has the signature.
func (s *Signer) Header() string { return s.header }

// Sign returns headers with one more, which says what they are.
func (s *Signer) Sign(headers http.Header) (http.Header, error) {
	if _, there := headers[s.header]; there {
		return nil, errors.New("a claim is sent as the header that has the signature")
	}
	said := make(map[string]string, len(headers))
	for name, values := range headers {
		said[name] = strings.Join(values, ", ")
	}
	now := time.Now()
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"iss": signedIssuer, "aud": s.audience, "iat": now.Unix(), "exp": now.Add(signedLife).Unix(), "headers": said,
	}).SignedString(s.secret())
	if err != nil {
		return nil, err
	}
	all := maps.Clone(headers)
	all[s.header] = []string{text}
	return all, nil
}

// Signers are those of services, by name.
type Signers map[string]*Signer

// Check says which of them sign nothing, or in a header that a service gets otherwise. claimed are the services that are sent claims, each with
// all other headers that it may get, canonical.
func (s Signers) Check(claimed map[string][]string) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(s)) {
		switch others, ok := claimed[name]; {
		case !ok:
			errs = append(errs, fmt.Errorf("upstreams.%s.signClaims: the schema sends it no claims: there is nothing to sign", name))
		case slices.Contains(others, s[name].header):
			errs = append(errs, fmt.Errorf("upstreams.%s.signClaims: the schema sends it %s already: choose another header", name, s[name].header))
		}
	}
	return errors.Join(errs...)
}
