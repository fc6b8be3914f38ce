package demo

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	issuerName   = "issuer"
	keyID        = "demo-1"
	tokenIss     = "https://login.kettle-and-tarn.example/"
	tokenAud     = "storefront"
	algorithm    = "ES256"
	clientID     = "storefront"
	clientSecret = "demo-storefront" // no secret, as the tokens
	startLife    = 7 * 24 * time.Hour
	askedLife    = time.Hour
)

// issuer says who has which token: of those that have a name, demo-mara, to who asks it, and of those that it signs, JSON Web Tokens, by its
// key, which is made with it.
type issuer struct {
	key    *ecdsa.PrivateKey
	tokens []Token
}

func newIssuer(s *shop) (*issuer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	i := &issuer{key: key, tokens: tokensOf(s)}
	for at := range i.tokens {
		t := &i.tokens[at]
		if t.Signed, err = i.sign(*t, startLife); err != nil {
			return nil, err
		}
	}
	return i, nil
}

// sign makes a JSON Web Token that says the same as a token, for some time.
func (i *issuer) sign(t Token, life time.Duration) (string, error) {
	now := time.Now()
	signed := jwt.NewWithClaims(jwt.GetSigningMethod(algorithm), jwt.MapClaims{
		"iss": tokenIss, "aud": tokenAud, "sub": t.subject(), "name": t.Name, "scope": strings.Join(t.Scopes, " "),
		"iat": now.Unix(), "exp": now.Add(life).Unix(),
	})
	signed.Header["kid"] = keyID
	return signed.SignedString(i.key)
}

func (t Token) subject() string { return strconv.Itoa(t.User) }

// user is whose a token is; 0: nobody's.
func (i *issuer) user(token string) int {
	for _, t := range i.tokens {
		if t.Value == token {
			return t.User
		}
	}
	parsed, err := jwt.Parse(
		token, func(*jwt.Token) (any, error) { return &i.key.PublicKey, nil },
		jwt.WithValidMethods([]string{algorithm}), jwt.WithIssuer(tokenIss), jwt.WithAudience(tokenAud), jwt.WithExpirationRequired(),
	)
	if err != nil {
		return 0
	}
	subject, _ := parsed.Claims.GetSubject()
	user, _ := strconv.Atoi(subject)
	return user
}

func (i *issuer) service() *service {
	return &service{
		name:  issuerName,
		about: "Who has which token.",
		routes: []route{
			{
				method: "GET", path: "/.well-known/jwks.json", summary: "The keys that tokens are signed with (RFC 7517).", answer: keySet{},
				cache: "public, max-age=300", handle: i.keys,
			},
			{method: "POST", path: "/introspect", summary: "Whether the token of a form is active, and whose it is (RFC 7662).", answer: introspected{}, handle: i.introspect},
			{method: "GET", path: "/token/{name}", summary: "A token that was just signed, for an hour, as text: of mara, jonas or aoife.", handle: i.token},
		},
	}
}

// keySet is a set of keys, of which this service has one.
type keySet struct {
	Keys []map[string]string `json:"keys"`
}

func (i *issuer) keys(*http.Request) (reply, error) {
	point, err := i.key.PublicKey.Bytes()
	if err != nil {
		return reply{}, err
	}
	x, y := point[1:1+len(point)/2], point[1+len(point)/2:]
	return reply{body: keySet{[]map[string]string{{
		"kty": "EC", "crv": "P-256", "use": "sig", "alg": algorithm, "kid": keyID,
		"x": base64.RawURLEncoding.EncodeToString(x), "y": base64.RawURLEncoding.EncodeToString(y),
	}}}}, nil
}

// introspected is what the service knows of a token; the zero value says that it is none.
type introspected struct {
	Active  bool   `json:"active"`
	Issuer  string `json:"iss,omitempty"`
	Aud     string `json:"aud,omitempty"`
	Subject string `json:"sub,omitempty"`
	Name    string `json:"name,omitempty"`
	Scope   string `json:"scope,omitempty"`
}

func (i *issuer) introspect(r *http.Request) (reply, error) {
	if id, secret, _ := r.BasicAuth(); id != clientID || secret != clientSecret {
		return reply{}, problem{
			Type: "about:blank", Title: "Unauthorized", Status: http.StatusUnauthorized, Detail: "this needs the id and the secret of a client",
			header: http.Header{"Www-Authenticate": {`Basic realm="issuer"`}},
		}
	}
	user := i.user(r.PostFormValue("token"))
	for _, t := range i.tokens {
		if t.User == user {
			return reply{body: introspected{true, tokenIss, tokenAud, t.subject(), t.Name, strings.Join(t.Scopes, " ")}}, nil
		}
	}
	return reply{body: introspected{}}, nil
}

func (i *issuer) token(r *http.Request) (reply, error) {
	for _, t := range i.tokens {
		if t.Value != "demo-"+r.PathValue("name") {
			continue
		}
		signed, err := i.sign(t, askedLife)
		return reply{body: media{"text/plain; charset=utf-8", fmt.Appendln(nil, signed)}}, err
	}
	return reply{}, notFound("token", r.PathValue("name"))
}

// Issuer is who says whose the demo's tokens are.
type Issuer struct {
	URL      string   // GET URL/token/NAME signs a token
	Issuer   string   // the iss of its tokens
	Audience string   // their aud
	Keys     string   // the URL of its keys
	Methods  []string // that its tokens are signed with

	Introspection    string // the URL where it says of a token whose it is
	ClientID, Secret string // who asks there
}

// Issuer returns the issuer of [Services.Tokens].
func (s *Services) Issuer() Issuer {
	at := s.urls[issuerName]
	return Issuer{
		URL: at, Issuer: tokenIss, Audience: tokenAud, Keys: at + "/.well-known/jwks.json", Methods: []string{algorithm},
		Introspection: at + "/introspect", ClientID: clientID, Secret: clientSecret,
	}
}
