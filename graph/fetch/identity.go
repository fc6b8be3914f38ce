package fetch

import (
	"net/http"
	"sync"

	"weft/cache"
	"weft/graph/binding"
	"weft/upstream"
)

// identity tells apart whose values of b are whose, by what its upstream sees of who asks: a keyed digest of that where values may be
// kept, and "" where it sees nothing. What Go answers is told apart by the headers that the schema names; where it names none
// (see [binding.Origin]), such values may depend on anything, and are neither kept nor shared.
func (x *Execution) identity(b *binding.Binding) string {
	if len(b.Identity) > 0 {
		text := upstream.AppendValues(nil, b.Identity, x.header)
		if len(text) == 0 {
			return ""
		}
		return x.service.identity(text)
	}
	client := x.service.Clients[b.Upstream]
	if client == nil || !client.Forwards(x.header) {
		return ""
	}
	x.identities.mu.Lock()
	defer x.identities.mu.Unlock()
	if i, ok := x.identities.of[b.Upstream]; ok {
		return i
	}
	i := x.service.identity(client.AppendIdentity(nil, x.header))
	if x.identities.of == nil {
		x.identities.of = map[string]string{}
	}
	x.identities.of[b.Upstream] = i
	return i
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
	of map[string]string
}

// AppendIdentity appends, for each of some upstreams, on whose behalf calls with these headers are made.
func (s *Service) AppendIdentity(dst []byte, upstreams []string, h http.Header) []byte {
	for _, name := range upstreams {
		if client := s.Clients[name]; client != nil && client.Forwards(h) {
			dst = append(append(dst, name...), '\n')
			dst = client.AppendIdentity(dst, h)
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
