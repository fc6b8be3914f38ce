package upstream

import (
	"cmp"
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// newConnections returns connections of one upstream: of each kind as many as calls, kept for the next burst.
//
// Proxies: none. HTTP_PROXY and its siblings are ignored, so that the environment cannot reroute calls that carry credentials.
// HTTP/2: over TLS when the upstream offers it, with pings that find dead connections.
// Compression: asked for and decoded by this package, which bounds it.
//
// Repetitions: a pooled connection may turn out dead when it is used, because the upstream closed it while it was idle.
// [http.Transport] then sends the request again on another connection, without telling: a GET, a POST that only asks (see asking), and what has
// an idempotency key; anything else only when nothing of it was written, or when an HTTP/2 upstream says that it did not look at it
// (REFUSED_STREAM, or GOAWAY with an earlier stream). So an upstream may see one read more than a report shows, but a write without such a key
// at most once. On a fresh connection nothing is repeated here: a connection that is refused is the attempt's failure, see [Client.again].
//
// Why net/http: leaner clients save less than they give up. Processor time of the server process as a multiple of this
// transport's, medians of 24 interleaved rounds of package bench (2026-11, Go 1.26, 2 vCPU, a busy machine: ± 0.1):
//
//	                                       q1    its limit   q1-single   its limit
//	valyala/fasthttp 1.77, HostClient     0.97     0.79        0.85        0.84
//	HTTP/1.1 on the caller's goroutine,   0.88     0.81        0.87        0.72
//	  read with http.ReadResponse
//
// fasthttp has deadlines but cannot cancel a call under way, no HTTP/2, and holds a whole body before its size can be judged
// after decompression. The other would be a client of our own to maintain: pool, dead connections, repetitions, 1xx, and
// net/http beside it for TLS. Both do without the two goroutines that net/http has for each connection. Where an operation
// is little but calls, as the limits are, the other one is worth looking at again.
func newConnections(inFlight int, n Network, c *tls.Config) connections {
	return connections{newTransport(inFlight, n, c, idleReads), newTransport(inFlight, n, c, idleWrites)}
}

// newTransport returns connections that are kept for a while.
func newTransport(inFlight int, n Network, c *tls.Config, idle time.Duration) *http.Transport {
	dial := cmp.Or(n.Dial, 300*time.Millisecond)
	dialer := &net.Dialer{Timeout: dial, KeepAlive: 30 * time.Second, ControlContext: n.Egress.control}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        c.Clone(),
		TLSHandshakeTimeout:    max(dial, time.Second),
		ForceAttemptHTTP2:      true, // a DialContext of one's own switches HTTP/2 off otherwise
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},
		MaxConnsPerHost:        inFlight,
		MaxIdleConnsPerHost:    inFlight,
		MaxIdleConns:           inFlight,
		IdleConnTimeout:        idle,
		MaxResponseHeaderBytes: 64 << 10,
		ReadBufferSize:         32 << 10, // most answers in one read; with the default of 4 KB q1's two GETs cost a tenth more
		DisableCompression:     true,
	}
}
