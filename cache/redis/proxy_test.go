package redis_test

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// fault is what a proxy does to what Redis answers.
type fault uint8

const (
	pass     fault = iota
	hang           // nothing comes through any more, nothing is closed
	refuse         // no connection is taken, and those there are end
	slow           // everything comes late
	truncate       // an answer ends in its midst, and the connection with it
	corrupt        // some bytes are wrong
)

// proxy stands between a tier and Redis.
type proxy struct {
	listener net.Listener
	target   string
	delay    time.Duration
	running  sync.WaitGroup

	mu    sync.Mutex // guards what follows
	fault fault
	moved chan struct{} // closed when fault changes
	conns map[net.Conn]bool
	ended bool
}

func newProxy(t testing.TB, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return newProxyOn(t, l, target)
}

func newProxyOn(t testing.TB, l net.Listener, target string) *proxy {
	p := &proxy{listener: l, target: target, delay: 100 * time.Millisecond, moved: make(chan struct{}), conns: map[net.Conn]bool{}}
	p.running.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

func (p *proxy) url() string { return "redis://" + p.listener.Addr().String() }

func (p *proxy) close() {
	p.mu.Lock()
	p.ended = true
	p.mu.Unlock()
	_ = p.listener.Close()
	p.set(refuse)
	p.running.Wait()
}

// set changes the fault.
func (p *proxy) set(f fault) {
	p.mu.Lock()
	p.fault = f
	close(p.moved)
	p.moved = make(chan struct{})
	p.mu.Unlock()
	if f == refuse {
		p.cut()
	}
}

// cut ends all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

func (p *proxy) now() (fault, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fault, p.moved
}

// keep remembers connections, unless they are to be refused.
func (p *proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fault == refuse || p.ended {
		return false
	}
	for _, c := range conns {
		p.conns[c] = true
	}
	return true
}

func (p *proxy) drop(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
		delete(p.conns, c)
	}
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.running.Go(func() { p.serve(client) })
	}
}

func (p *proxy) serve(client net.Conn) {
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		_ = client.Close()
		return
	}
	defer p.drop(client, server)
	if !p.keep(client, server) {
		return
	}
	p.running.Go(func() {
		defer p.drop(client, server)
		p.copy(server, client, false)
	})
	p.copy(client, server, true)
}

// copy moves bytes, with the fault of the moment; answers says that they are Redis'.
func (p *proxy) copy(dst io.Writer, src io.Reader, answers bool) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := src.Read(buffer)
		if n > 0 && !p.forward(dst, buffer[:n], answers) || err != nil {
			return
		}
	}
}

func (p *proxy) forward(dst io.Writer, data []byte, answers bool) bool {
	for {
		f, moved := p.now()
		switch {
		case f == hang:
			<-moved
			continue
		case f == refuse:
			return false
		case f == slow && answers:
			timer := time.NewTimer(p.delay)
			select {
			case <-timer.C:
			case <-moved:
				timer.Stop()
			}
		case f == truncate && answers:
			_, _ = dst.Write(data[:len(data)/2])
			return false
		case f == corrupt && answers:
			for i := range data {
				if i%16 == 9 {
					data[i] ^= 0x20
				}
			}
		}
		_, err := dst.Write(data)
		return err == nil
	}
}
