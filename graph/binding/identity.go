package binding

import (
	"net/http"
	"sync"
)

// digest is the keyed digest of the identity that b's upstream sees. Go's values, which may depend on anything, have none: they are not kept.
func (x *Execution) digest(b *Binding) string {
	x.digests.mu.Lock()
	defer x.digests.mu.Unlock()
	if d, ok := x.digests.of[b.Upstream]; ok {
		return d
	}
	var identity []byte
	if client := x.service.Clients[b.Upstream]; client != nil {
		identity = client.AppendIdentity(nil, x.header)
	}
	d := x.service.Cache.Digest(identity)
	if x.digests.of == nil {
		x.digests.of = map[string]string{}
	}
	x.digests.of[b.Upstream] = d
	return d
}

// digests are those of one operation, by upstream.
type digests struct {
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
