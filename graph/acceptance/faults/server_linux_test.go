package faults_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// server is a service that fails as it is told to. It is no http.Server, which does not break its own rules.
type server struct {
	addr string
	tls  *tls.Config // nil: it speaks without TLS

	mu       sync.Mutex // guards what follows
	listener net.Listener
	conns    map[net.Conn]bool
	age      int // seconds, of its answers
	fault    *fault
	left     int      // requests that meet the fault; negative: all
	held     []func() // what else is closed in the end

	running sync.WaitGroup
}

// newServer returns a running server.
func newServer(t *testing.T, config *tls.Config) *server {
	t.Helper()
	s := &server{tls: config, conns: map[net.Conn]bool{}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr, s.listener = listener.Addr().String(), listener
	s.running.Go(func() { s.accept(listener) })
	return s
}

func (s *server) accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[conn] = true
		f := s.fault
		s.mu.Unlock()
		s.running.Go(func() {
			defer s.close(conn)
			if f != nil && f.greet != nil {
				f.greet(conn)
				return
			}
			if s.tls != nil {
				s.serve(conn, tls.Server(conn, s.tls))
			} else {
				s.serve(conn, conn)
			}
		})
	}
}

// exchange is a request that was read, and the connection to answer it on.
type exchange struct {
	net.Conn
	tcp     *net.TCPConn
	request *http.Request
	body    string // the right answer
	age     int
	again   bool // the connection stays open
}

// serve answers the requests of a connection.
func (s *server) serve(conn, speaks net.Conn) {
	in := bufio.NewReader(speaks)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		x := &exchange{Conn: speaks, request: r, body: right(r)}
		x.tcp, _ = conn.(*net.TCPConn)
		if f := s.next(x); f != nil {
			f.do(x)
		} else {
			x.answer(http.StatusOK, x.body)
		}
		if !x.again {
			return
		}
	}
}

// next returns the fault that a request meets; nil: none.
func (s *server) next(x *exchange) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	x.age = s.age
	if s.fault == nil || s.fault.do == nil || s.left == 0 {
		return nil
	}
	s.left--
	return s.fault
}

// meet has the requests to come meet a fault; nil: none.
func (s *server) meet(f *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault = f; f != nil {
		s.left = f.times
		if s.left == 0 {
			s.left = -1
		}
	}
}

// old makes the answers to come so many seconds old.
func (s *server) old(age int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.age = age
}

func (s *server) close(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
	_ = conn.Close()
}

// hangUp closes all connections.
func (s *server) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		_ = conn.Close()
	}
}

// leave closes all connections, takes no more, and waits for its goroutines.
func (s *server) leave() {
	_ = s.listener.Close()
	s.hangUp()
	s.running.Wait()
	for _, release := range s.held {
		release()
	}
}

// fill listens where the server has listened, and has room for no connection more.
func (s *server) fill() {
	port, err := netip.ParseAddrPort(s.addr)
	if err != nil {
		panic(err)
	}
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err == nil {
		s.held = append(s.held, func() { _ = syscall.Close(socket) })
		err = syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	}
	if err == nil {
		err = syscall.Bind(socket, &syscall.SockaddrInet4{Port: int(port.Port()), Addr: port.Addr().As4()})
	}
	if err == nil {
		err = syscall.Listen(socket, 0)
	}
	if err != nil {
		panic(err)
	}
	for range 16 {
		conn, err := net.DialTimeout("tcp", s.addr, 200*time.Millisecond)
		if err != nil {
			return
		}
		s.held = append(s.held, func() { _ = conn.Close() })
	}
	panic("there is room for any number of connections")
}

// right is what a service that is well answers.
func right(r *http.Request) string {
	product := func(id string) string { return fmt.Sprintf(`{"id":%q,"name":"Tent %s","weightGrams":900}`, id, id) }
	switch path := r.URL.Path; {
	case path == "/products":
		var list []string
		for id := range strings.SplitSeq(r.URL.Query().Get("ids"), ",") {
			list = append(list, product(id))
		}
		return `{"data":[` + strings.Join(list, ",") + `]}`
	case path == "/brands":
		return `[{"id":"b-1","name":"Wildmoor"},{"id":"b-2","name":"Hibern"}]`
	case path == "/reviews":
		return `{"id":"r-1","stars":5,"title":"Dry","text":"It is.","productId":"p-1"}`
	default:
		return `{"data":` + product(strings.TrimPrefix(path, "/products/")) + `}`
	}
}

// answer writes an answer of JSON, with headers given as name, value, name, value.
func (x *exchange) answer(status int, body string, headers ...string) {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n", status, http.StatusText(status), len(body))
	if x.age > 0 {
		fmt.Fprintf(&b, "Age: %d\r\n", x.age)
	}
	for i := 0; i < len(headers); i += 2 {
		fmt.Fprintf(&b, "%s: %s\r\n", headers[i], headers[i+1])
	}
	x.raw(b.String() + "\r\n" + body)
	x.again = true
}

// raw writes bytes, as far as somebody takes them.
func (x *exchange) raw(text string) { _, _ = io.WriteString(x.Conn, text) }

// hang answers nothing until the client has gone.
func hang(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }
