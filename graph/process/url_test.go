package process_test

import (
	"net"
	"testing"

	"weft/graph/process"
)

func TestURL(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:8080":   "http://localhost:8080",
		"[::1]:8080":       "http://localhost:8080",
		"[::]:80":          "http://localhost:80",
		"0.0.0.0:80":       "http://localhost:80",
		"192.0.2.7:8080":   "http://192.0.2.7:8080",
		"[2001:db8::1]:80": "http://[2001:db8::1]:80",
	} {
		tcp, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := process.URL("http", tcp); got != want {
			t.Errorf("%s: got %s, want %s", addr, got, want)
		}
	}
}
