package auth

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Method is how it was found out who asks.
type Method string

// The methods.
const (
	Token         Method = "token"         // a JSON Web Token, verified by an issuer's key
	Introspection Method = "introspection" // a token that its server was asked about
	APIKey        Method = "apiKey"
	Gateway       Method = "gateway"     // a gateway in front says it
	Certificate   Method = "certificate" // the connection's client has shown it
)

// Caller is who asks, and what was verified of them. It never changes. A nil Caller is nobody, which has no scope and no claim.
type Caller struct {
	method          Method
	issuer, subject string
	expires         time.Time
	scopes          []string // sorted
	claims          map[string]any
}

// newCaller makes a Caller of claims, which it keeps. They must be what [json.Marshal] takes.
func newCaller(m Method, issuer, subject string, expires time.Time, scopes []string, claims map[string]any) *Caller {
	c := &Caller{method: m, issuer: issuer, subject: subject, expires: expires, scopes: scopes, claims: claims}
	slices.Sort(c.scopes)
	c.scopes = slices.Compact(c.scopes)
	return c
}

// Method is how it was found out who asks; "": nobody does.
func (c *Caller) Method() Method {
	if c == nil {
		return ""
	}
	return c.method
}

// Issuer is who says so: a token's iss, or that of the certificate; "" where it is the configuration of this service.
func (c *Caller) Issuer() string {
	if c == nil {
		return ""
	}
	return c.issuer
}

// Subject is whom the issuer means: a token's sub. It may be "", where a token has none.
func (c *Caller) Subject() string {
	if c == nil {
		return ""
	}
	return c.subject
}

// Expires is when this stops to hold; the zero time: nobody knows.
func (c *Caller) Expires() time.Time {
	if c == nil {
		return time.Time{}
	}
	return c.expires
}

// Has reports whether the caller has a scope.
func (c *Caller) Has(scope string) bool {
	if c == nil {
		return false
	}
	_, found := slices.BinarySearch(c.scopes, scope)
	return found
}

// Claim returns what is said of the caller under a name, such as sub, or, where that begins with a slash, at a JSON pointer (RFC 6901), such
// as /realm_access/roles. Numbers are of type [json.Number]. Nobody changes lists and objects. Callers whom no token has introduced
// have sub and scope, whose scopes have a space between them.
func (c *Caller) Claim(name string) (value any, ok bool) {
	if c == nil {
		return nil, false
	}
	return claim(c.claims, name)
}

func claim(claims map[string]any, name string) (value any, ok bool) {
	path, isPointer := strings.CutPrefix(name, "/")
	if !isPointer {
		value, ok = claims[name]
		return value, ok
	}
	value = claims
	for step := range strings.SplitSeq(path, "/") {
		if value, ok = member(value, unescape.Replace(step)); !ok {
			return nil, false
		}
	}
	return value, true
}

var unescape = strings.NewReplacer("~1", "/", "~0", "~")

// member returns a member of an object, or an element of a list.
func member(of any, name string) (value any, ok bool) {
	switch of := of.(type) {
	case map[string]any:
		value, ok = of[name]
	case []any:
		i, err := strconv.ParseUint(name, 10, 31)
		if ok = err == nil && i < uint64(len(of)); ok {
			value = of[i]
		}
	}
	return value, ok
}

// Digest stands for a caller in keys. It has no claim in the clear, but who knows all that it is made of can make it, too: what leaves the
// process has to be keyed besides. The zero Digest is nobody's.
type Digest [sha256.Size]byte

// Digest stands for all that is known of the caller: two who have the same are the same to everybody who decides by a Caller.
func (c *Caller) Digest() Digest {
	if c == nil {
		return Digest{}
	}
	d := c.begin()
	d.all(c.scopes)
	d.value(c.claims)
	return d.sum()
}

// DigestOf stands for the method, the issuer and these claims, by their names or pointers, in this order: a refreshed token has the same,
// if only others have changed. It is false where one of the claims is missing, null, an empty text or an empty list, since who lacks it is nobody
// in particular.
func (c *Caller) DigestOf(claims ...string) (digest Digest, ok bool) {
	if c == nil {
		return Digest{}, false
	}
	d := c.begin()
	for _, name := range claims {
		value, ok := c.Claim(name)
		if !ok || saysNothing(value) {
			return Digest{}, false
		}
		d.text(name)
		d.value(value)
	}
	return d.sum(), true
}

// saysNothing reports whether a claim is there, and nothing is said by it.
func saysNothing(value any) bool {
	list, isList := value.([]any)
	return value == nil || value == "" || isList && len(list) == 0
}

// digester collects what a Digest is made of. Each part has its length in front, so that no two lists of parts are the same bytes.
type digester struct{ parts []byte }

func (c *Caller) begin() *digester {
	d := &digester{}
	d.text(string(c.method))
	d.text(c.issuer)
	return d
}

func (d *digester) text(s string) {
	d.parts = binary.AppendUvarint(d.parts, uint64(len(s)))
	d.parts = append(d.parts, s...)
}

func (d *digester) all(texts []string) {
	d.parts = binary.AppendUvarint(d.parts, uint64(len(texts)))
	for _, s := range texts {
		d.text(s)
	}
}

// value adds JSON, whose objects have their members sorted.
func (d *digester) value(v any) {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // it came out of JSON
	}
	d.text(string(text))
}

func (d *digester) sum() Digest { return sha256.Sum256(d.parts) }

type callerKey struct{}

// With returns a context that has a caller; nil: nobody.
func With(ctx context.Context, c *Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// From returns the caller of a context; nil: nobody, or nobody has found out.
func From(ctx context.Context) *Caller {
	c, _ := ctx.Value(callerKey{}).(*Caller)
	return c
}
