package upstreamtest

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Names is a DNS server of this machine, which every look-up of the process asks, while tests run that need one: no others may run beside them.
type Names struct {
	mu        sync.Mutex   // guards what follows
	addresses []netip.Addr // what any name stands for
	silent    bool         // nothing is answered
}

// NewNames takes the place of the process's resolver until the test ends. Names stand for nothing.
func NewNames(t testing.TB) *Names {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := new(Names)
	var ended sync.WaitGroup
	ended.Go(func() {
		question := make([]byte, 512)
		for {
			size, from, err := conn.ReadFrom(question)
			if err != nil {
				return
			}
			answer, err := n.answer(question[:size])
			if err != nil {
				t.Error(err)
			}
			if answer != nil {
				_, _ = conn.WriteTo(answer, from)
			}
		}
	})
	before := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	t.Cleanup(func() {
		net.DefaultResolver = before
		_ = conn.Close()
		ended.Wait()
	})
	return n
}

// Set has any name stand for addresses; none: there is no such name.
func (n *Names) Set(addresses ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.addresses, n.silent = nil, false
	for _, a := range addresses {
		n.addresses = append(n.addresses, netip.MustParseAddr(a))
	}
}

// Hang has look-ups wait for an answer that does not come.
func (n *Names) Hang() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.silent = true
}

// answer is what a question gets; nil: nothing.
func (n *Names) answer(question []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.silent {
		return nil, nil
	}
	m.Response, m.Additionals = true, nil
	if len(n.addresses) == 0 {
		m.RCode = dnsmessage.RCodeNameError
	}
	for _, a := range n.addresses {
		header := dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Type: m.Questions[0].Type, Class: dnsmessage.ClassINET}
		switch {
		case a.Is4() && header.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: a.As4()}})
		case a.Is6() && header.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
		}
	}
	return m.Pack()
}
