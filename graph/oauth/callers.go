package oauth

import (
	"container/list"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	maxCallers  = 10_000
	subjectLife = 5 * time.Minute // of a caller's token that does not say how long it holds
)

// subjectID stands for a caller's token: nobody finds what was issued for another one.
type subjectID [sha256.Size]byte

// callers are the grants of those who ask: of so many that asked last.
type callers struct {
	mu     sync.Mutex // guards what follows
	grants map[subjectID]*list.Element
	order  list.List // of *caller; who asked last is in front
}

type caller struct {
	id    subjectID
	grant *grant
}

func newCallers() *callers { return &callers{grants: map[subjectID]*list.Element{}} }

// of returns the grant of a caller by the token that they send.
func (c *callers) of(subject string, now time.Time) *grant {
	id := subjectID(sha256.Sum256([]byte(subject)))
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := c.grants[id]; at != nil {
		if g := at.Value.(*caller).grant; now.Before(g.until) {
			c.order.MoveToFront(at)
			return g
		}
		c.order.Remove(at)
	}
	g := &grant{form: func() url.Values { return exchange(subject) }, until: endOf(subject, now)}
	c.grants[id] = c.order.PushFront(&caller{id, g})
	if c.order.Len() > maxCallers {
		delete(c.grants, c.order.Remove(c.order.Back()).(*caller).id)
	}
	return g
}

// exchange asks for a token for who has another one (RFC 8693 §2.1).
func exchange(subject string) url.Values {
	const accessToken = "urn:ietf:params:oauth:token-type:access_token"
	return url.Values{
		"grant_type":    {"urn:ietf:params:oauth:grant-type:token-exchange"},
		"subject_token": {subject}, "subject_token_type": {accessToken}, "requested_token_type": {accessToken},
	}
}

// bearer is the token that a request has; "": none. Whether it is a good one was found out before.
func bearer(incoming http.Header) string {
	const scheme = "Bearer "
	values := incoming["Authorization"]
	if len(values) != 1 || len(values[0]) < len(scheme) || !strings.EqualFold(values[0][:len(scheme)], scheme) {
		return ""
	}
	return strings.Trim(values[0][len(scheme):], " ")
}

// endOf returns when a caller's token ends, which was verified: what a JSON Web Token says, and for all others some time from now.
func endOf(subject string, now time.Time) time.Time {
	var claims struct {
		Exp *float64 `json:"exp"`
	}
	parts := strings.Split(subject, ".")
	if len(parts) == 3 {
		payload, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err == nil && json.Unmarshal(payload, &claims) == nil && claims.Exp != nil && *claims.Exp >= 0 && *claims.Exp < 1<<40 {
			return time.UnixMilli(int64(*claims.Exp * 1000))
		}
	}
	return now.Add(subjectLife)
}
