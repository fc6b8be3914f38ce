package edge

import (
	"fmt"
	"io"
	"net"
)

// URL is where a browser on this machine finds a server that listens on addr.
func URL(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// Announce returns a function for [ServeOptions].Ready that writes one line: where the endpoint is.
func Announce(w io.Writer) func(net.Addr) {
	return func(addr net.Addr) { _, _ = fmt.Fprintf(w, "GraphQL is served at %s%s\n", URL(addr), Endpoint) }
}
