package process_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"weft/graph/process"
)

func TestCheckHealth(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" {
			t.Errorf("got %s, want /healthz", r.URL.Path)
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	addr := server.Listener.Addr().String()
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{addr, ":" + port, "0.0.0.0:" + port} {
		if err := process.CheckHealth(t.Context(), "http", addr); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
	status = http.StatusNotFound
	if err := process.CheckHealth(t.Context(), "http", addr); err == nil {
		t.Error("a server without /healthz is taken for one that lives")
	}
	server.Close()
	for _, addr := range []string{addr, "nonsense"} {
		if err := process.CheckHealth(t.Context(), "http", addr); err == nil {
			t.Errorf("%s: nobody is there, and it is said to live", addr)
		}
	}
}
