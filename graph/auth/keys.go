package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"
)

// Bounds of RSA keys, in bits: a shorter one is too weak, and a longer one costs too much to verify with.
const (
	minRSA = 2048
	maxRSA = 8192
)

// keyType is what a key must be for an algorithm (RFC 7518 §3.1, RFC 8037).
type keyType string

// The types: of elliptic curves each is one of its own.
const (
	typeRSA     keyType = "RSA"
	typeP256    keyType = "P-256"
	typeP384    keyType = "P-384"
	typeP521    keyType = "P-521"
	typeEd25519 keyType = "Ed25519"
)

// algorithms are those that tokens may be signed with. None of them has a shared secret.
var algorithms = map[string]keyType{
	"RS256": typeRSA, "RS384": typeRSA, "RS512": typeRSA,
	"PS256": typeRSA, "PS384": typeRSA, "PS512": typeRSA,
	"ES256": typeP256, "ES384": typeP384, "ES512": typeP521,
	"EdDSA": typeEd25519,
}

// key is one of an issuer's keys.
type key struct {
	id        string // "": it has none
	algorithm string // the only one that it is for; "": all of its type
	kind      keyType
	public    crypto.PublicKey
}

// fits reports whether tokens may be signed by an algorithm with the key.
func (k *key) fits(algorithm string) bool {
	return k.kind == algorithms[algorithm] && (k.algorithm == "" || k.algorithm == algorithm)
}

func (k *key) equal(other *key) bool {
	comparable, ok := k.public.(interface{ Equal(crypto.PublicKey) bool })
	return ok && k.id == other.id && k.algorithm == other.algorithm && comparable.Equal(other.public)
}

// keySet is an issuer's keys. It never changes.
type keySet struct {
	keys    []*key
	fetched time.Time
}

// has reports whether a key is, at this moment, one that tokens may be verified with.
func (s *keySet) has(k *key, now time.Time) bool {
	return s != nil && now.Sub(s.fetched) < maxKeyAge && slices.Contains(s.keys, k)
}

// find returns the key that a token names, nil if there is none of that name. Without a name it is the only one that fits the algorithm, and
// without any such, or with several, nil.
func (s *keySet) find(id, algorithm string) (found *key) {
	for _, k := range s.keys {
		switch {
		case id != "" && k.id == id:
			return k
		case id != "" || !k.fits(algorithm):
		case found != nil:
			return nil
		default:
			found = k
		}
	}
	return found
}

// keep puts those keys of an older set in the place of equal ones, so that what was verified with them stays verified.
func (s *keySet) keep(older *keySet) {
	if older == nil {
		return
	}
	for i, k := range s.keys {
		if at := slices.IndexFunc(older.keys, k.equal); at >= 0 {
			s.keys[i] = older.keys[at]
		}
	}
}

// webKey is a key as a set has it (RFC 7517 §4, RFC 7518 §6). Members of private keys are not read.
type webKey struct {
	Type       string   `json:"kty"`
	Use        string   `json:"use"`
	Operations []string `json:"key_ops"`
	Algorithm  string   `json:"alg"`
	ID         string   `json:"kid"`
	Curve      string   `json:"crv"`
	X          string   `json:"x"`
	Y          string   `json:"y"`
	N          string   `json:"n"`
	E          string   `json:"e"`
}

// parseKeys reads a set of keys (RFC 7517 §5). Keys that are not for signatures, or of a type that is not known, are left out; one that
// is broken, and two of one name, spoil the set, since nobody knows what its issuer means.
func parseKeys(text []byte) ([]*key, error) {
	var set struct {
		Keys []webKey `json:"keys"`
	}
	if json.Unmarshal(text, &set) != nil { // its errors quote
		return nil, errors.New("it is not a set of keys in JSON")
	}
	var keys []*key
	for i, w := range set.Keys {
		k, err := w.parse()
		switch {
		case err != nil:
			return nil, fmt.Errorf("its key %d %w", i+1, err)
		case k == nil:
			continue
		case k.id != "" && slices.ContainsFunc(keys, func(other *key) bool { return other.id == k.id }):
			return nil, fmt.Errorf("its key %d has the kid of another one", i+1)
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil, errors.New("it has no key that signatures can be verified with")
	}
	return keys, nil
}

// parse returns a key; nil: it is not one that signatures are verified with here.
func (w webKey) parse() (*key, error) {
	if w.Use != "" && w.Use != "sig" || len(w.Operations) > 0 && !slices.Contains(w.Operations, "verify") {
		return nil, nil
	}
	k := &key{id: w.ID, algorithm: w.Algorithm}
	var err error
	switch {
	case w.Type == "RSA":
		k.kind = typeRSA
		k.public, err = w.rsa()
	case w.Type == "EC" && curves[w.Curve] != nil:
		k.kind = keyType(w.Curve)
		k.public, err = w.ecdsa(curves[w.Curve])
	case w.Type == "OKP" && w.Curve == "Ed25519":
		k.kind = typeEd25519
		k.public, err = w.ed25519()
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if k.algorithm != "" && !k.fits(k.algorithm) {
		return nil, nil // for something else, such as encryption
	}
	return k, nil
}

var curves = map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}

var errKey = errors.New("is none of its type")

func (w webKey) rsa() (*rsa.PublicKey, error) {
	n, err := base64.RawURLEncoding.DecodeString(w.N)
	if err != nil {
		return nil, errKey
	}
	e, err := base64.RawURLEncoding.DecodeString(w.E)
	if err != nil || len(e) > 4 {
		return nil, errKey
	}
	public := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	if bits := public.N.BitLen(); bits < minRSA || bits > maxRSA {
		return nil, fmt.Errorf("has %d bits: from %d to %d are allowed", bits, minRSA, maxRSA)
	}
	if public.E < 3 || public.E%2 == 0 {
		return nil, errKey
	}
	return public, nil
}

func (w webKey) ecdsa(curve elliptic.Curve) (*ecdsa.PublicKey, error) {
	size := (curve.Params().BitSize + 7) / 8
	point := []byte{4} // uncompressed
	for _, text := range []string{w.X, w.Y} {
		n, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(n) != size {
			return nil, errKey
		}
		point = append(point, n...)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		return nil, errKey
	}
	return public, nil
}

func (w webKey) ed25519() (ed25519.PublicKey, error) {
	public, err := base64.RawURLEncoding.DecodeString(w.X)
	if err != nil || len(public) != ed25519.PublicKeySize {
		return nil, errKey
	}
	return public, nil
}
