package upstream

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
)

// Egress is where calls may go. Link-local addresses, and those of clouds' metadata, are never called, whatever name has led there. The zero
// Egress refuses nothing else.
type Egress struct {
	Schemes []string // http, https; empty: both
	Hosts   []string // names and addresses; *.example.com is any name below example.com. Empty: any

	NoLoopback bool // this machine is not called
	NoPrivate  bool // nor are private networks
}

// Check says why a URL may not be called, which is absolute. Names are not looked up: what they stand for is checked when there is a
// connection to make.
func (e Egress) Check(u *url.URL) error {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	switch {
	case len(e.Schemes) > 0 && !slices.Contains(e.Schemes, u.Scheme):
		return fmt.Errorf("is of scheme %s, which egress.schemes does not have: use %s, or add it there", u.Scheme, strings.Join(e.Schemes, " or "))
	case len(e.Hosts) > 0 && !slices.ContainsFunc(e.Hosts, func(pattern string) bool { return covers(pattern, host) }):
		return fmt.Errorf("leads to %s, which egress.hosts does not have: add it there, or change the URL", host)
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		if why := e.refused(addr); why != "" {
			return errors.New("leads to " + why)
		}
	}
	return nil
}

// CheckHost says why a text cannot be one of [Egress.Hosts].
func CheckHost(pattern string) error {
	host := strings.TrimPrefix(pattern, "*.")
	u, err := url.Parse("http://" + host)
	if addr, notOne := netip.ParseAddr(host); notOne == nil && addr.Is6() && addr.Zone() == "" && host == pattern {
		return nil
	}
	if err != nil || u.Host != host || u.Port() != "" || host == "" || strings.ContainsAny(host, "*:[]") {
		return errors.New("must be the name of a host or an address, without scheme and port, or *.example.com, which is every name below that")
	}
	return nil
}

// covers reports whether a pattern of [Egress.Hosts] has a host, which is in lower case.
func covers(pattern, host string) bool {
	pattern = strings.ToLower(strings.TrimSuffix(pattern, "."))
	if above, wild := strings.CutPrefix(pattern, "*"); wild {
		return strings.HasSuffix(host, above) && host != above
	}
	if a, err := netip.ParseAddr(pattern); err == nil {
		b, err := netip.ParseAddr(host)
		return err == nil && a.Unmap() == b.Unmap()
	}
	return pattern == host
}

// refusedAddress is why an address is not connected to. It does not say which one.
type refusedAddress struct{ why string }

func (r *refusedAddress) Error() string { return "its name leads to " + r.why }

// control is asked right before a connection is made to an address, whatever was looked up before.
func (e Egress) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return &refusedAddress{"something else than an address"}
	}
	if why := e.refused(to.Addr()); why != "" {
		return &refusedAddress{why}
	}
	return nil
}

// refused says why an address may not be called; "" where it may.
func (e Egress) refused(a netip.Addr) string {
	a = a.WithZone("").Unmap()
	if inner := embedded(a); inner.IsValid() {
		a = inner
	}
	switch {
	case a.IsLinkLocalUnicast(), a.IsMulticast():
		return "a link-local or multicast address, which no service has"
	case slices.ContainsFunc(metadata, func(p netip.Prefix) bool { return p.Contains(a) }):
		return "an address of a cloud's metadata, which is never called"
	case e.NoLoopback && (a.IsLoopback() || a.IsUnspecified() || thisNetwork.Contains(a)):
		return "this machine, and egress.loopback is false"
	case e.NoPrivate && (a.IsPrivate() || slices.ContainsFunc(private, func(p netip.Prefix) bool { return p.Contains(a) })):
		return "an address of a private network, and egress.private is false"
	}
	return ""
}

// embedded is the IPv4 address that packets to an IPv6 one end at; the zero Addr: there is none.
func embedded(a netip.Addr) netip.Addr {
	if !a.Is6() {
		return netip.Addr{}
	}
	b := a.As16()
	switch {
	case nat64.Contains(a), compatible.Contains(a) && a != netip.IPv6Loopback() && a != netip.IPv6Unspecified():
		return netip.AddrFrom4([4]byte(b[12:]))
	case sixToFour.Contains(a):
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return netip.Addr{}
}

var (
	thisNetwork = netip.MustParsePrefix("0.0.0.0/8") // RFC 1122 §3.2.1.3: Linux connects 0.0.0.0 to itself

	nat64      = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052
	compatible = netip.MustParsePrefix("::/96")        // RFC 4291 §2.5.5.1
	sixToFour  = netip.MustParsePrefix("2002::/16")    // RFC 3056

	// private are networks that are not of the Internet, beside those of [netip.Addr.IsPrivate].
	private = []netip.Prefix{
		netip.MustParsePrefix("100.64.0.0/10"), // carriers', RFC 6598
		netip.MustParsePrefix("198.18.0.0/15"), // of benchmarks, RFC 2544
		netip.MustParsePrefix("fec0::/10"),     // site-local, RFC 3879
	}

	// metadata are where clouds tell a machine its credentials, beside link-local addresses.
	metadata = []netip.Prefix{
		netip.MustParsePrefix("fd00:ec2::/32"),      // Amazon, also of pods and of tasks
		netip.MustParsePrefix("fd20:ce::254/128"),   // Google
		netip.MustParsePrefix("168.63.129.16/32"),   // Azure
		netip.MustParsePrefix("100.100.100.200/32"), // Alibaba
		netip.MustParsePrefix("192.0.0.192/32"),     // Oracle
	}
)
