package upstream

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// newTransport returns the connection pool of one upstream: as many connections as calls, kept for the next burst.
//
// Proxies: none. HTTP_PROXY and its siblings are ignored, so that the environment cannot reroute calls that carry credentials.
// HTTP/2: over TLS when the upstream offers it, with pings that find dead connections.
// Compression: asked for and decoded by this package, which bounds it.
//
// Repetitions: a pooled connection may turn out dead when it is used, because the upstream closed it while it was idle.
// [http.Transport] then sends the request again on another connection, without telling: a GET always; anything else only
// when nothing of it was written, or when an HTTP/2 upstream says that it did not look at it. So an upstream may see one GET
// more than a trace shows, but a write at most once: the headers with which net/http would repeat writes
// (Idempotency-Key, X-Idempotency-Key) are refused, see keptBack. On a fresh connection nothing is repeated.
func newTransport(inFlight int) *http.Transport {
	dialer := &net.Dialer{Timeout: 300 * time.Millisecond, KeepAlive: 30 * time.Second}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    time.Second,
		ForceAttemptHTTP2:      true, // a DialContext of one's own switches HTTP/2 off otherwise
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},
		MaxConnsPerHost:        inFlight,
		MaxIdleConnsPerHost:    inFlight,
		MaxIdleConns:           inFlight,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
	}
}
