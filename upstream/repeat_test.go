package upstream_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"weft/upstream"
)

// deadConnections answers the first request of each connection, and closes it at the second one, as a service does that has closed what
// was idle at this moment.
type deadConnections struct {
	net.Listener
	mu   sync.Mutex // guards seen
	seen []string   // the methods of all requests, with their bodies
	keys []string   // their Idempotency-Key
}

func (d *deadConnections) serve(t *testing.T) {
	for {
		conn, err := d.Accept()
		if err != nil {
			return
		}
		in := bufio.NewReader(conn)
		for n := range 2 {
			r, err := http.ReadRequest(in)
			if err != nil {
				break
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			d.mu.Lock()
			d.seen = append(d.seen, r.Method+string(body))
			d.keys = append(d.keys, r.Header["Idempotency-Key"]...)
			d.mu.Unlock()
			if n == 0 {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}")
			}
		}
		_ = conn.Close()
	}
}

// What only asks is asked again, whatever its method, when its connection was dead; what changes something is not.
func TestRepeatedOnADeadConnection(t *testing.T) {
	for name, tt := range map[string]struct {
		request upstream.Request
		seen    string
		fails   bool
	}{
		"Get":   {upstream.Request{Path: "/p"}, "GET GET GET", false},
		"Asks":  {upstream.Request{Method: "POST", Path: "/p", Body: []byte(`{"ids":[1]}`), Safe: true}, `POST{"ids":[1]} POST{"ids":[1]} POST{"ids":[1]}`, false},
		"Write": {upstream.Request{Method: "POST", Path: "/p", Body: []byte(`{}`)}, "POST{} POST{}", true},
	} {
		t.Run(name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			d := &deadConnections{Listener: listener}
			var ended sync.WaitGroup
			ended.Go(func() { d.serve(t) })
			client, err := upstream.NewClient(upstream.Spec{Name: "shop"}, upstream.Options{URL: "http://" + listener.Addr().String()})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := client.Do(t.Context(), tt.request); err != nil {
				t.Fatalf("on a new connection: %v", err)
			}
			_, err = client.Do(t.Context(), tt.request)
			failure, _ := errors.AsType[*upstream.Error](err)
			if (err != nil) != tt.fails || err != nil && !failure.OutcomeUnknown() {
				t.Errorf("on a dead connection: got %v, want an error of unknown outcome: %t", err, tt.fails)
			}
			client.Close()
			_ = listener.Close()
			ended.Wait()
			if got := strings.Join(d.seen, " "); got != tt.seen || len(d.keys) > 0 {
				t.Errorf("the service saw %s with keys %q, want %s and no keys", got, d.keys, tt.seen)
			}
		})
	}
}
