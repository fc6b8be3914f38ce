package fetch

import (
	"net/http"
	"slices"
	"sync"

	"weft/cache"
	"weft/graph/auth"
	"weft/graph/binding"
	"weft/upstream"
)

// Behalf is on whose behalf something is asked for.
type Behalf struct {
	Header http.Header  // the client's
	Caller *auth.Caller // who it is; nil: nobody is known
}

// told is what one upstream is told of who asks.
type told struct {
	identity string      // as [Execution.identity] says
	headers  http.Header // that claims are sent as, in calls to it; nil: none
	err      error       // a claim that cannot be sent: nothing is asked of the upstream
}

// identity tells apart whose values of b are whose, by what its upstream sees of who asks: a keyed digest of that where values may be
// kept, and "" where it sees nothing. What Go answers is told apart by the headers that the schema names, and by all that was verified of the
// caller. Where the schema names none (see [binding.Origin]), such values may depend on anything, and are neither kept nor shared.
func (x *Execution) identity(b *binding.Binding) string {
	if len(b.Identity) > 0 {
		text := upstream.AppendValues(nil, b.Identity, x.who.Header)
		if x.who.Caller != nil { // Go may look at all that is known of them
			digest := x.who.Caller.Digest()
			text = append(append(append(text, "caller "...), digest[:]...), '\n')
		}
		if len(text) == 0 {
			return ""
		}
		return x.service.identity(text)
	}
	return x.told(b).identity
}

// told is what the upstream of b is told of who asks.
func (x *Execution) told(b *binding.Binding) told {
	client := x.service.Clients[b.Upstream]
	if client == nil || !tells(client, x.who) {
		return told{}
	}
	x.identities.mu.Lock()
	defer x.identities.mu.Unlock()
	if t, ok := x.identities.of[b.Upstream]; ok {
		return t
	}
	t := told{}
	t.headers, t.err = claimHeaders(client, x.who.Caller)
	if signer := x.service.Callers.Signers[b.Upstream]; signer != nil && t.headers != nil {
		t.headers, t.err = signer.Sign(t.headers)
	}
	if text := x.service.appendIdentity(nil, client, x.who); len(text) > 0 {
		t.identity = x.service.identity(text)
	}
	if x.identities.of == nil {
		x.identities.of = map[string]told{}
	}
	x.identities.of[b.Upstream] = t
	return t
}

// tells reports whether an upstream may see anything of who asks.
func tells(client *upstream.Client, who Behalf) bool {
	return client.Forwards(who.Header) || who.Caller != nil && len(client.Claims().Headers) > 0
}

// identity is a text of an identity that holds no credential where it may leave the operation.
func (s *Service) identity(text []byte) string {
	if s.Cache == nil {
		return string(text)
	}
	return s.Cache.Digest(text)
}

// identities are those of one operation, by upstream.
type identities struct {
	mu sync.Mutex // guards of
	of map[string]told
}

// appendIdentity appends on whose behalf calls to an upstream are made. It is equal for two callers if and only if the upstream is to take
// them for the same: by all headers of a client that it receives, and those that claims are sent as. Where it has an identity by claims,
// and who asks has them all, these stand in the place of the headers that have said who it is: see [upstream.Client.AppendIdentity].
func (s *Service) appendIdentity(dst []byte, client *upstream.Client, who Behalf) []byte {
	claims := client.Claims()
	if digest, ok := who.Caller.DigestOf(claims.Identity...); ok && len(claims.Identity) > 0 {
		dst = append(append(append(dst, "claims "...), digest[:]...), '\n') // no header has a name like this one
		forwarded := client.Forwarded()
		for i := range forwarded {
			if !slices.Contains(s.Callers.Headers, forwarded[i]) {
				dst = upstream.AppendValues(dst, forwarded[i:i+1], who.Header)
			}
		}
	} else {
		dst = client.AppendIdentity(dst, who.Header)
	}
	claimed, err := claimHeaders(client, who.Caller)
	if err != nil { // nothing is asked for them, and nothing is found that others have asked for
		digest := who.Caller.Digest()
		return append(append(append(dst, "unsent "...), digest[:]...), '\n')
	}
	for _, h := range claims.Headers {
		dst = upstream.AppendValues(dst, []string{h.Name}, claimed)
	}
	return dst
}

// Tells reports whether any of some upstreams may see anything of who asks.
func (s *Service) Tells(upstreams []string, who Behalf) bool {
	for _, name := range upstreams {
		if client := s.Clients[name]; client != nil && tells(client, who) {
			return true
		}
	}
	return false
}

// AppendIdentity appends, for each of some upstreams, on whose behalf calls are made.
func (s *Service) AppendIdentity(dst []byte, upstreams []string, who Behalf) []byte {
	for _, name := range upstreams {
		if client := s.Clients[name]; client != nil && tells(client, who) {
			dst = append(append(dst, name...), '\n')
			dst = s.appendIdentity(dst, client, who)
		}
	}
	return dst
}

// Fences are what reads of some upstreams must not be shared over.
func (s *Service) Fences(upstreams []string) []cache.Fence {
	fences := make([]cache.Fence, 0, len(upstreams))
	for _, name := range upstreams {
		if client := s.Clients[name]; client != nil {
			fences = append(fences, client)
		}
	}
	return fences
}
