package upstreamtest

import (
	"net"
	"testing"
)

// Refusing returns an address of this machine where connections are refused until the test ends: it is one end of a connection, so that nobody
// else is given its port to listen on.
func Refusing(t testing.TB) net.Addr {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		_ = l.Close()
	})
	return conn.LocalAddr()
}
