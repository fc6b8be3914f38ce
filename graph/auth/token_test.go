package auth_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"weft/graph/auth"
)

func TestToken(t *testing.T) {
	a := open(t, auth.Options{Issuers: []auth.IssuerOptions{trusted(serve(t, setOf("rsa", "p256", "p384", "p521", "ed")).URL)}})
	for algorithm, id := range map[string]string{
		"RS256": "rsa", "RS384": "rsa", "RS512": "rsa", "PS256": "rsa", "PS384": "rsa", "PS512": "rsa",
		"ES256": "p256", "ES384": "p384", "ES512": "p521", "EdDSA": "ed",
	} {
		token := sign(algorithm, id, claims(object{"roles": []string{"a", "b"}, "n": 12345678901234567, "realm": object{"a/b": []int{7}}}))
		for range 2 { // the second time it is kept
			c := accepted(t, a, bearer(token))
			if c.Subject() != "u-1" || c.Issuer() != issuerURL || c.Method() != auth.Token || c.Expires().Before(time.Now()) {
				t.Errorf("%s: got %q of %q by %s until %s", algorithm, c.Subject(), c.Issuer(), c.Method(), c.Expires())
			}
			if !c.Has("orders:read") || !c.Has("cart:write") || c.Has("orders") || c.Has("") || c.Has("orders:read cart:write") {
				t.Errorf("%s: the scopes are others", algorithm)
			}
			for name, want := range map[string]any{"sub": "u-1", "/roles/1": "b", "n": json.Number("12345678901234567"), "/realm/a~1b/0": json.Number("7")} {
				if got, ok := c.Claim(name); !ok || got != want {
					t.Errorf("claim %s: got %v, want %v", name, got, want)
				}
			}
			for _, name := range []string{"", "/", "roles/1", "/roles/2", "/roles/-1", "/roles/x", "/sub/0", "/realm/a/b"} {
				if got, ok := c.Claim(name); ok {
					t.Errorf("claim %q: got %v, want none", name, got)
				}
			}
		}
	}
}

// TestTokenForms are headers and claims that may be written in several ways.
func TestTokenForms(t *testing.T) {
	of := trusted(serve(t, setOf("p256", "rsa")).URL)
	of.Leeway = 30 * time.Second
	a := open(t, auth.Options{Issuers: []auth.IssuerOptions{of}})
	seconds := func(d time.Duration) int64 { return time.Now().Add(d).Unix() }
	for name, changed := range map[string]object{
		"AudienceOfAList":   {"aud": []string{"elsewhere", audience}},
		"OtherAudience":     {"aud": "other"},
		"WithinLeeway":      {"exp": seconds(-10 * time.Second)},
		"NotBeforeInLeeway": {"nbf": seconds(10 * time.Second)},
		"NoSubject":         {"sub": nil},
		"NoScopes":          {"scope": nil},
		"FractionOfSeconds": {"exp": float64(seconds(time.Hour)) + 0.5},
	} {
		t.Run(name, func(t *testing.T) { accepted(t, a, bearer(sign("ES256", "p256", claims(changed)))) })
	}
	token := sign("ES256", "p256", claims(nil))
	for _, header := range []string{"bearer " + token, "BEARER  " + token + " "} {
		accepted(t, a, auth.Credentials{Headers: map[string][]string{"Authorization": {header}}})
	}
	// Without a kid it is the only key that fits.
	accepted(t, a, bearer(signWith("ES256", nil, signing()["p256"], claims(nil))))
}

func TestTokenRefused(t *testing.T) {
	of := trusted(serve(t, setOf("rsa", "p256", "new")).URL)
	of.Algorithms = []string{"RS256", "ES256"}
	a := open(t, auth.Options{Issuers: []auth.IssuerOptions{of}})
	keys := signing()
	publicRSA := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(keys["rsa"].Public()))})
	good := claims(nil)
	with := func(changes object) string { return sign("ES256", "p256", claims(changes)) }
	parts := strings.Split(with(nil), ".")
	header := func(h object) string { return base64URL([]byte(encode(h))) + "." + parts[1] + "." + parts[2] }
	for name, tt := range map[string]struct{ token, want string }{
		"NoAlgorithm":          {signWith("none", object{"kid": "rsa"}, jwt.UnsafeAllowNoneSignatureType, good), "signature"},
		"NoAlgorithmNoKid":     {signWith("none", nil, jwt.UnsafeAllowNoneSignatureType, good), "signature"},
		"NoneInCapitals":       {header(object{"alg": "NONE", "kid": "p256"}), ""},
		"PublicKeyAsSecret":    {signWith("HS256", object{"kid": "rsa"}, publicRSA, good), "signature"},
		"SharedSecret":         {signWith("HS512", object{"kid": "p256"}, []byte("secret"), good), "signature"},
		"OtherAlgorithm":       {sign("RS384", "rsa", good), "may not be signed"},
		"PSS":                  {sign("PS256", "rsa", good), "may not be signed"},
		"KeyOfOtherType":       {signWith("ES256", object{"kid": "rsa"}, keys["p256"], good), "not for that algorithm"},
		"KeyOfOtherName":       {signWith("ES256", object{"kid": "new"}, keys["p256"], good), "signature"},
		"NoKidAndTwoKeys":      {signWith("ES256", nil, keys["p256"], good), "no such key"},
		"UnknownKid":           {sign("ES256", "stranger", good), "no such key"},
		"EmptyKid":             {signWith("ES256", object{"kid": ""}, keys["p256"], good), "kid"},
		"KidIsANumber":         {signWith("ES256", object{"kid": 1}, keys["p256"], good), "kid"},
		"Stranger":             {signWith("ES256", object{"kid": "p256"}, keys["stranger"], good), "signature"},
		"KeyInTheToken":        {signWith("ES256", object{"kid": "stranger", "jwk": webKey("stranger", keys["stranger"].Public(), nil)}, keys["stranger"], good), "no such key"},
		"URLOfKeysInTheToken":  {signWith("ES256", object{"kid": "stranger", "jku": "http://127.0.0.1:1/"}, keys["stranger"], good), "no such key"},
		"Critical":             {signWith("ES256", object{"kid": "p256", "crit": []string{"b64"}, "b64": false}, keys["p256"], good), "crit"},
		"CriticalNull":         {signWith("ES256", object{"kid": "p256", "crit": nil}, keys["p256"], good), "crit"},
		"PBES2":                {header(object{"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 1 << 30, "p2s": "c2FsdA"}), ""},
		"Encrypted":            {base64URL([]byte(`{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":1000000000}`)) + ".a.a.a.a", "no JSON Web Token"},
		"AlgorithmIsANumber":   {header(object{"alg": 1}), ""},
		"NoHeader":             {base64URL([]byte("null")) + "." + parts[1] + "." + parts[2], ""},
		"OtherIssuer":          {with(object{"iss": "https://login.example.com"}), "issuer"},
		"NoIssuer":             {with(object{"iss": nil}), "issuer"},
		"IssuerIsAList":        {with(object{"iss": []string{issuerURL}}), "issuer"},
		"OtherAudience":        {with(object{"aud": "elsewhere"}), "audience"},
		"OtherAudiences":       {with(object{"aud": []string{"elsewhere", "shop2"}}), "audience"},
		"NoAudience":           {with(object{"aud": nil}), "lacks"},
		"EmptyAudience":        {with(object{"aud": []string{}}), "lacks"},
		"AudienceIsANumber":    {with(object{"aud": 1}), ""},
		"NoExpiry":             {with(object{"exp": nil}), "lacks"},
		"Expired":              {with(object{"exp": time.Now().Add(-time.Second).Unix()}), "expired"},
		"ExpiryIsAText":        {with(object{"exp": "2099-01-01"}), ""},
		"ExpiryIsBeyondTime":   {with(object{"exp": json.Number("1e300")}), ""},
		"ExpiryIsTheEnd":       {with(object{"exp": json.Number("99999999999999")}), "no time"},
		"NotYet":               {with(object{"nbf": time.Now().Add(time.Minute).Unix()}), "not valid yet"},
		"NotBeforeIsAText":     {with(object{"nbf": "now"}), ""},
		"SubjectIsANumber":     {with(object{"sub": 1}), "sub"},
		"SubjectIsEmpty":       {with(object{"sub": ""}), "sub"},
		"ScopesAreNumbers":     {with(object{"scope": []int{1}}), "scopes"},
		"ScopesAreAnObject":    {with(object{"scope": object{"a": true}}), "scopes"},
		"ClaimsAreAList":       {parts[0] + "." + base64URL([]byte("[]")) + "." + parts[2], "malformed"},
		"ClaimsAreNull":        {parts[0] + "." + base64URL([]byte("null")) + "." + parts[2], "issuer"},
		"ClaimsOfAnother":      {parts[0] + "." + strings.Split(with(object{"sub": "u-2"}), ".")[1] + "." + parts[2], "signature"},
		"NoSignature":          {parts[0] + "." + parts[1] + ".", "signature"},
		"SignatureOfNothing":   {parts[0] + "." + parts[1] + "." + base64URL(make([]byte, 64)), "signature"},
		"TwoParts":             {parts[0] + "." + parts[1], "no JSON Web Token"},
		"FourParts":            {with(nil) + ".", "no JSON Web Token"},
		"Dots":                 {strings.Repeat(".", 8000), "no JSON Web Token"},
		"TwoDots":              {"..", "malformed"},
		"OneLetter":            {"a", "no JSON Web Token"},
		"Padded":               {with(nil) + "==", ""},
		"TooLong":              {with(object{"more": strings.Repeat("a", 8<<10)}), "too long"},
		"LooseBase64":          {parts[0] + "." + parts[1] + "." + parts[2][:len(parts[2])-1] + "/", ""},
		"NotOfThisAlphabet":    {with(nil) + "\u00e4", "not well-formed"},
		"TwoTokensInOneHeader": {with(nil) + ", Bearer " + with(nil), "not well-formed"},
		"Empty":                {"", "not well-formed"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, a, bearer(tt.token), tt.want) })
	}
	for name, headers := range map[string][]string{
		"OtherScheme":   {"Basic dTpw"},
		"NoScheme":      {with(nil)},
		"SchemeOnly":    {"Bearer"},
		"NothingInIt":   {""},
		"LongerScheme":  {"Bearertoken " + with(nil)},
		"Twice":         {"Bearer " + with(nil), "Bearer " + with(nil)},
		"NoValue":       {},
		"SchemeInFront": {"Basic Bearer " + with(nil)},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, a, auth.Credentials{Headers: map[string][]string{"Authorization": headers}}, "")
		})
	}
	t.Run("Nobody", func(t *testing.T) {
		if c, err := a.Authenticate(t.Context(), auth.Credentials{Headers: map[string][]string{"X-Api-Key": {"a"}}}); c != nil || err != nil {
			t.Errorf("got %v, %v: no method that is configured reads that", c, err)
		}
	})
}

// TestScopes are the places where issuers put them.
func TestScopes(t *testing.T) {
	keys := serve(t, setOf("p256")).URL
	for name, changed := range map[string]object{
		"scope":               {"scope": "a  b"},
		"scp":                 {"scp": []string{"b", "a", "a"}},
		"permissions":         {"permissions": "a b"},
		"/realm_access/roles": {"realm_access": object{"roles": []string{"a", "b"}}},
	} {
		of := trusted(keys)
		of.Scopes = name
		c := accepted(t, open(t, auth.Options{Issuers: []auth.IssuerOptions{of}}), bearer(sign("ES256", "p256", claims(changed))))
		if !c.Has("a") || !c.Has("b") || c.Has("orders:read") != (changed["scope"] == "orders:read") {
			t.Errorf("%s: the scopes are others", name)
		}
	}
}

// TestIssuers: a token of one issuer is judged by its keys alone.
func TestIssuers(t *testing.T) {
	one, two := trusted(serve(t, setOf("p256")).URL), trusted(serve(t, setOf("new")).URL)
	two.Name, two.Issuer, two.Audience = "partner", "https://partner.example.com", []string{"partners"}
	a := open(t, auth.Options{Issuers: []auth.IssuerOptions{one, two}})
	accepted(t, a, bearer(sign("ES256", "p256", claims(nil))))
	accepted(t, a, bearer(sign("ES256", "new", claims(object{"iss": two.Issuer, "aud": "partners"}))))
	refused(t, a, bearer(sign("ES256", "p256", claims(object{"iss": two.Issuer, "aud": "partners"}))), "no such key")
	refused(t, a, bearer(sign("ES256", "new", claims(nil))), "no such key")
	refused(t, a, bearer(sign("ES256", "new", claims(object{"iss": two.Issuer}))), "audience")
}

func TestIssuerOptions(t *testing.T) {
	for want, change := range map[string]func(*auth.IssuerOptions){
		"shared secret":         func(o *auth.IssuerOptions) { o.Algorithms = []string{"ES256", "HS256"} },
		`no algorithm "none"`:   func(o *auth.IssuerOptions) { o.Algorithms = []string{"none"} },
		"needs algorithms":      func(o *auth.IssuerOptions) { o.Algorithms = nil },
		"needs issuer":          func(o *auth.IssuerOptions) { o.Issuer = "" },
		"needs audience":        func(o *auth.IssuerOptions) { o.Audience = []string{""} },
		"leeway":                func(o *auth.IssuerOptions) { o.Leeway = 61 * time.Second },
		"refresh":               func(o *auth.IssuerOptions) { o.Refresh = -1 },
		"begin with https://":   func(o *auth.IssuerOptions) { o.Keys = "http://login.example.com/keys" },
		"must be an absolute":   func(o *auth.IssuerOptions) { o.Keys = "/keys" },
		"without user and pass": func(o *auth.IssuerOptions) { o.Keys = "https://a:b@login.example.com/keys" },
	} {
		o := trusted("http://127.0.0.1:1/")
		change(&o)
		if _, err := auth.New(auth.Options{Issuers: []auth.IssuerOptions{o}, Schedule: closed(t)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
	}
	same := trusted("http://127.0.0.1:1/")
	if _, err := auth.New(auth.Options{Issuers: []auth.IssuerOptions{same, same}, Schedule: closed(t)}); err == nil {
		t.Error("two issuers of the same name are two")
	}
	if _, err := auth.New(auth.Options{Issuers: []auth.IssuerOptions{same}}); err == nil {
		t.Error("nobody fetches keys")
	}
}
