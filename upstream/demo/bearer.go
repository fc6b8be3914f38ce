package demo

import (
	"net/http"
	"slices"
	"strings"
)

// tokensOf lists the tokens of the first three customers, the last of whom is the administrator, too. They are not signed yet.
func tokensOf(s *shop) []Token {
	customer := []string{"account:read", "orders:read", "orders:write", "cart:read", "cart:write"}
	scopes := [][]string{customer, customer, append(slices.Clone(customer), "costs:read", "admin")}
	tokens := make([]Token, len(scopes))
	for i := range tokens {
		u := s.users[i]
		tokens[i] = Token{User: u.ID, Name: u.Name, Value: "demo-" + letters(strings.Fields(u.Name)[0]), Scopes: scopes[i]}
	}
	return tokens
}

// holders finds accounts by bearer tokens.
type holders struct {
	shop   *shop
	issuer *issuer
}

// holder is the account of the request's bearer token (RFC 6750); without one, or with a wrong one, it is a 401.
func (h holders) holder(r *http.Request) (*account, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if u := h.shop.user(h.issuer.user(token)); u != nil && strings.EqualFold(scheme, "Bearer") {
		return u, nil
	}
	challenge, detail := `Bearer realm="shop"`, "this needs a bearer token"
	if token != "" {
		challenge += `, error="invalid_token"`
		detail = "the bearer token is not known"
	}
	return nil, problem{
		Type: "about:blank", Title: "Unauthorized", Status: http.StatusUnauthorized, Detail: detail,
		header: http.Header{"Www-Authenticate": {challenge}},
	}
}

// secured gives a handler the holder of the request's token.
func (h holders) secured(handle func(*http.Request, *account) (reply, error)) func(*http.Request) (reply, error) {
	return func(r *http.Request) (reply, error) {
		u, err := h.holder(r)
		if err != nil {
			return reply{}, err
		}
		return handle(r, u)
	}
}
