// Package redistest is for tests that start redis-server.
package redistest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// FreePort returns a port of this machine that nobody listens on, with one for a cluster's bus 10000 above. Both are below those that Linux gives
// to who asks for any, so that no other test is given them before a server has begun to listen, or while it is down.
func FreePort(t testing.TB) int {
	t.Helper()
	const from, ports, bus = 10000, 12000, 10000
	for range 200 {
		port := from + rand.IntN(ports)
		if free(port) && free(port+bus) {
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}

func free(port int) bool {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err == nil {
		_ = l.Close()
	}
	return err == nil
}
