package process_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"weft/graph/process"
)

// admin answers with what it is.
func admin() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "admin") })
}

func TestAdminIsThereFirstAndEndsLast(t *testing.T) {
	running, release := make(chan struct{}), make(chan struct{})
	slow := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(running)
		<-release
	})
	var order []string
	var address string
	base, cancel, ended := started(t, slow, process.ServeOptions{Admin: process.Admin{
		Addr: "127.0.0.1:0", Handler: admin(),
		Ready: func(a net.Addr) {
			address = "http://" + a.String()
			order = append(order, request{method: http.MethodGet, path: "/"}.send(t, address).body)
		},
	}})
	if !slices.Equal(order, []string{"admin"}) {
		t.Fatalf("got %q, want the admin listener to answer before Ready", order)
	}
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		request{method: http.MethodGet, path: "/"}.send(t, base)
	}()
	<-running
	cancel()
	for refuses(t, base) == nil { // until the first listener is closed
	}
	if got := (request{method: http.MethodGet, path: "/"}).send(t, address); got.body != "admin" {
		t.Errorf("got %q while a request is in flight, want an answer", got.body)
	}
	close(release)
	<-answered
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if refuses(t, address) == nil {
		t.Error("the admin listener is open after the end")
	}
}

func TestAdminFailures(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	tests := []struct {
		name  string
		admin process.Admin
		want  string
	}{
		{"Busy", process.Admin{Addr: busy.Addr().String(), Handler: admin()}, busy.Addr().String() + " is in use: stop the other program or choose another port with admin.addr"},
		{"NoHandler", process.Admin{Addr: "127.0.0.1:0"}, "the admin listener has no handler"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			err = serve(t.Context(), l, http.NotFoundHandler(), process.ServeOptions{
				Admin: tt.admin,
				Ready: func(net.Addr) { t.Error("ready without the admin listener") },
			})
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if refuses(t, "http://"+l.Addr().String()) == nil {
				t.Error("the first listener is still open")
			}
		})
	}
}

func TestAdminEndsWithTheFirst(t *testing.T) {
	l, address := newPipes(), ""
	l.Close()
	err := serve(context.Background(), brokenListener{l}, http.NotFoundHandler(), process.ServeOptions{Admin: process.Admin{
		Addr: "127.0.0.1:0", Handler: admin(),
		Ready: func(a net.Addr) { address = "http://" + a.String() },
	}})
	if err == nil || !strings.Contains(err.Error(), "serve memory: ") {
		t.Errorf("got %v", err)
	}
	if refuses(t, address) == nil {
		t.Error("the admin listener is still open")
	}
}
