package auth

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// tokens judges bearer tokens.
type tokens struct {
	issuers      map[string]*issuer // by iss
	introspector *introspector      // of all that are no JSON Web Tokens, or of all tokens where there are no issuers; nil: there is none
	parser       *jwt.Parser
	kept         *kept
}

// addTokens adds the method, if there is anybody who knows tokens.
func (a *Authenticator) addTokens(o Options, k *kept) error {
	if len(o.Issuers) == 0 && o.Introspection == nil {
		return nil
	}
	t := &tokens{issuers: map[string]*issuer{}, kept: k}
	for _, of := range o.Issuers {
		if t.issuers[of.Issuer] != nil {
			return fmt.Errorf("issuer %s: another one has the same issuer", of.Name)
		}
		i, err := newIssuer(of, o)
		if err != nil {
			return err
		}
		t.issuers[of.Issuer] = i
		a.issuers = append(a.issuers, i)
	}
	t.parser = jwt.NewParser(
		jwt.WithValidMethods(slices.Collect(maps.Keys(algorithms))), jwt.WithJSONNumber(), jwt.WithStrictDecoding(),
		jwt.WithoutClaimsValidation(), // the issuer does that
	)
	if o.Introspection != nil {
		var err error
		if t.introspector, err = newIntrospector(*o.Introspection, o.Client, k); err != nil {
			return err
		}
		a.introspector = t.introspector
	}
	a.headers = append(a.headers, headerMethod{header: "Authorization", challenge: challengeBearer, authenticate: t.authenticate})
	return nil
}

func refusedToken(reason string) *Refused { return &Refused{reason, challengeBearer} }

// authenticate judges a value of Authorization (RFC 6750 §2.1).
func (t *tokens) authenticate(ctx context.Context, value string, _ Credentials) (*Caller, error) {
	const scheme = "Bearer "
	if len(value) < len(scheme) || !strings.EqualFold(value[:len(scheme)], scheme) {
		return nil, refusedToken("Authorization has no bearer token")
	}
	token := strings.Trim(value[len(scheme):], " ")
	now, id := time.Now(), digestOf(token)
	if known, ok := t.kept.find(id, now); ok {
		return known.caller, nil
	}
	if !isToken(token) {
		return nil, refusedToken("the bearer token is not well-formed")
	}
	if len(t.issuers) > 0 && strings.Count(token, ".") == 2 {
		return t.verify(token, id, now)
	}
	if t.introspector == nil {
		return nil, refusedToken("the bearer token is no JSON Web Token")
	}
	return t.introspector.authenticate(ctx, token, id, now)
}

// isToken reports whether a text has the form of a bearer token: b64token.
func isToken(text string) bool {
	text = strings.TrimRight(text, "=")
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && strings.IndexByte("-._~+/", c) < 0 {
			return false
		}
	}
	return text != ""
}

// verify judges a JSON Web Token, and keeps what it says when it is good.
func (t *tokens) verify(token string, id tokenID, now time.Time) (*Caller, error) {
	var by *issuer
	var with *key
	var noKey error
	parsed, err := t.parser.ParseWithClaims(token, jwt.MapClaims{}, func(parsed *jwt.Token) (any, error) {
		if by, with, noKey = t.key(parsed, now); noKey != nil {
			return nil, noKey
		}
		return with.public, nil
	})
	switch {
	case noKey != nil:
		return nil, noKey
	case err != nil:
		return nil, whyNot(err)
	}
	claims := parsed.Claims.(jwt.MapClaims)
	if err := by.validator.Validate(claims); err != nil {
		return nil, whyNot(err)
	}
	exp, err := claims.GetExpirationTime()
	if err != nil || exp == nil || exp.Year() < 1970 || exp.Year() > 9999 {
		return nil, refusedToken("exp is no time")
	}
	scopes, ok := scopesOf(claims, by.Scopes)
	if !ok {
		return nil, refusedToken("the scopes are neither a text nor a list of texts")
	}
	subject, _ := claims["sub"].(string)
	if _, given := claims["sub"]; given && subject == "" {
		return nil, refusedToken("sub is no text, or empty")
	}
	c := newCaller(Token, by.Issuer, subject, exp.Time, scopes, claims)
	t.kept.put(id, keptCaller{caller: c, until: exp.Add(by.Leeway), issuer: by, key: with}, len(token))
	return c, nil
}

// key returns whose a token says that it is, and the key that it must be signed with. Nothing of the token is verified yet.
func (t *tokens) key(token *jwt.Token, now time.Time) (*issuer, *key, error) {
	iss, _ := token.Claims.(jwt.MapClaims)["iss"].(string)
	_, critical := token.Header["crit"]
	by := t.issuers[iss]
	algorithm := token.Method.Alg()
	switch {
	case by == nil:
		return nil, nil, refusedToken("the issuer is not known")
	case !slices.Contains(by.Algorithms, algorithm):
		return nil, nil, refusedToken("the issuer's tokens may not be signed with that algorithm")
	case critical:
		return nil, nil, refusedToken("the header has crit, of which nothing is understood") // RFC 7515 §4.1.11
	}
	id, isText := token.Header["kid"].(string)
	if given, ok := token.Header["kid"]; ok && (!isText || given == "") {
		return nil, nil, refusedToken("kid is no text, or empty")
	}
	set, err := by.current(now)
	if err != nil {
		return nil, nil, err
	}
	k := set.find(id, algorithm)
	if k == nil {
		by.want(now)
		return nil, nil, refusedToken("the issuer has no such key")
	}
	if !k.fits(algorithm) {
		return nil, nil, refusedToken("the key is not for that algorithm")
	}
	return by, k, nil
}

// whyNot makes an error of package jwt one that quotes nothing.
func whyNot(err error) error {
	for _, known := range []struct {
		err    error
		reason string
	}{
		{jwt.ErrTokenMalformed, "the token is malformed"},
		{jwt.ErrTokenExpired, "the token has expired"},
		{jwt.ErrTokenNotValidYet, "the token is not valid yet"},
		{jwt.ErrTokenInvalidAudience, "the token is for another audience"},
		{jwt.ErrTokenInvalidIssuer, "the token is of another issuer"},
		{jwt.ErrTokenRequiredClaimMissing, "the token lacks exp, aud or iss"},
		{jwt.ErrTokenSignatureInvalid, "the signature is wrong"},
	} {
		if errors.Is(err, known.err) {
			return refusedToken(known.reason)
		}
	}
	return refusedToken("the token cannot be verified")
}

// scopesOf returns the scopes that claims have under a name: none where there is no such claim, and false where it is no list of texts.
func scopesOf(claims map[string]any, name string) (scopes []string, ok bool) {
	value, given := claim(claims, name)
	switch value := value.(type) {
	case string:
		return strings.Fields(value), true
	case []any:
		for _, element := range value {
			scope, ok := element.(string)
			if !ok {
				return nil, false
			}
			scopes = append(scopes, scope)
		}
		return scopes, true
	}
	return nil, !given || value == nil
}
