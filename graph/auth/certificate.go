package auth

import (
	"cmp"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// CertificateOptions are how a client's certificate says who asks. It was verified before: see package process.
type CertificateOptions struct {
	// Subject is where in it the name stands: commonName; or dns, uri or email, of which it must have exactly one. "" means commonName.
	Subject string

	// Scopes are those of everybody who has one.
	Scopes []string
}

const defaultSubject = "commonName"

// Check says what is wrong.
func (o CertificateOptions) Check() error {
	if subject := cmp.Or(o.Subject, defaultSubject); names[subject] == nil {
		return fmt.Errorf("there is no subject %q: choose of %s", subject, strings.Join(slices.Sorted(maps.Keys(names)), ", "))
	}
	return nil
}

type certificates struct {
	scopes []string
	names  func(*x509.Certificate) []string
	kept   *kept // apart from tokens', since a certificate is public, and must not do as one
}

const maxCertificates = 2000 // that are kept

// names are where in a certificate a name may stand.
var names = map[string]func(*x509.Certificate) []string{
	"commonName": func(c *x509.Certificate) []string { return []string{c.Subject.CommonName} },
	"dns":        func(c *x509.Certificate) []string { return c.DNSNames },
	"email":      func(c *x509.Certificate) []string { return c.EmailAddresses },
	"uri": func(c *x509.Certificate) (all []string) {
		for _, u := range c.URIs {
			all = append(all, u.String())
		}
		return all
	},
}

func (a *Authenticator) addCertificates(o Options) error {
	if o.Certificates == nil {
		return nil
	}
	if err := o.Certificates.Check(); err != nil {
		return fmt.Errorf("certificates: %w", err)
	}
	a.certificates = &certificates{o.Certificates.Scopes, names[cmp.Or(o.Certificates.Subject, defaultSubject)], newKept(maxCertificates, defaultKeptBytes)}
	return nil
}

// byCertificate is who has shown one; nil: nobody has.
func (a *Authenticator) byCertificate(c Credentials) (*Caller, error) {
	if a.certificates == nil || len(c.Certificates) == 0 {
		return nil, nil
	}
	return a.certificates.authenticate(c.Certificates[0])
}

func (c *certificates) authenticate(leaf *x509.Certificate) (*Caller, error) {
	now, id := time.Now(), tokenID(sha256.Sum256(leaf.Raw))
	if known, ok := c.kept.find(id, now); ok {
		return known.caller, nil
	}
	if now.Before(leaf.NotBefore) || !now.Before(leaf.NotAfter) { // the connection may be older
		return nil, &Refused{"the certificate has expired", challengeCertificate}
	}
	found := c.names(leaf)
	if len(found) != 1 || found[0] == "" {
		return nil, &Refused{"the certificate has no name of that kind, or several", challengeCertificate}
	}
	caller := newCaller(Certificate, leaf.Issuer.String(), found[0], leaf.NotAfter, slices.Clone(c.scopes), said(found[0], c.scopes))
	c.kept.put(id, keptCaller{caller: caller, until: leaf.NotAfter}, len(leaf.Raw))
	return caller, nil
}
