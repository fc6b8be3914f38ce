package rate

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"weft/graph/auth"
)

// Limit is how many a client may have in how long. The zero Limit bounds nothing.
type Limit struct {
	Count int
	Per   time.Duration
}

// units are the times that a limit may be written with.
var units = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}

// maxCount is how many a limit may have.
const maxCount = 1_000_000_000

// ParseLimit reads a limit: 50/s, 600/m or 1000/h.
func ParseLimit(text string) (Limit, error) {
	number, unit, _ := strings.Cut(text, "/")
	count, err := strconv.Atoi(number)
	if err != nil || units[unit] == 0 || count < 1 || count > maxCount {
		return Limit{}, fmt.Errorf("must be how many in a second, a minute or an hour, such as 50/s, 600/m or 1000/h, is %q", text)
	}
	return Limit{count, units[unit]}, nil
}

// String returns the limit as it is read; "" for the zero Limit.
func (l Limit) String() string {
	for unit, per := range units {
		if l.Per == per {
			return strconv.Itoa(l.Count) + "/" + unit
		}
	}
	return ""
}

// Client is one that has buckets of its own. The zero Client has none.
type Client struct {
	method          auth.Method
	issuer, subject string
	digest          auth.Digest // of somebody whom the issuer gives no name
	network         netip.Prefix
}

// Known is who asks; nil is the zero Client.
func Known(who *auth.Caller) Client {
	c := Client{method: who.Method(), issuer: who.Issuer(), subject: who.Subject()}
	if c.subject == "" {
		c.digest = who.Digest()
	}
	return c
}

// At is whoever is at an address. An invalid one is the zero Client.
func At(a netip.Addr) Client {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	network, err := a.Prefix(bits)
	if err != nil {
		return Client{}
	}
	return Client{network: network}
}

// maxClients is how many buckets that are not full a limiter has. Above that, some are taken for full.
const maxClients = 100_000

// limiter has the buckets of all clients. The nil limiter bounds nothing. It is safe for concurrent use.
type limiter struct {
	what  string // it bounds, for clients
	limit Limit
	each  time.Duration // in which a bucket gets one more

	mu   sync.Mutex // guards full
	full map[Client]time.Time
}

func newLimiter(what string, l Limit) *limiter {
	if l == (Limit{}) {
		return nil
	}
	return &limiter{what: what, limit: l, each: max(1, l.Per/time.Duration(l.Count)), full: map[Client]time.Time{}}
}

// wait is how long until the client's bucket has one; 0: it does. The bucket is one of several parts, which replicas have, and so are those of
// take and charge.
func (l *limiter) wait(c Client, now time.Time, parts int) time.Duration {
	if l == nil || c == (Client{}) {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.missing(l.full[c], now, parts)
}

// missing is how long until a bucket has one that will be full at a time.
func (l *limiter) missing(full, now time.Time, parts int) time.Duration {
	if !full.After(now) {
		return 0
	}
	return max(0, full.Sub(now)+time.Duration(parts)*l.each-l.limit.Per)
}

// take takes one out of the client's bucket, or returns how long until there is one.
func (l *limiter) take(c Client, now time.Time, parts int) time.Duration {
	if l == nil || c == (Client{}) {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if wait := l.missing(l.full[c], now, parts); wait > 0 {
		return wait
	}
	l.add(c, 1, now, parts)
	return 0
}

// charge takes n out of the client's bucket, whether there are as many or not: what is missing has to come before there is one again. A bucket
// never misses more than it holds.
func (l *limiter) charge(c Client, n int, now time.Time, parts int) {
	if l == nil || c == (Client{}) || n <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.add(c, n, now, parts)
}

// empty lets the client's bucket have none for so long, at least.
func (l *limiter) empty(c Client, wait time.Duration, now time.Time) {
	if wait <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if missing := wait - l.missing(l.full[c], now, 1); missing > 0 {
		l.add(c, 0, now, 1)
		l.full[c] = now.Add(wait + l.limit.Per - l.each)
	}
}

// add counts n. It holds mu.
func (l *limiter) add(c Client, n int, now time.Time, parts int) {
	full, found := l.full[c]
	if !found && len(l.full) >= maxClients {
		l.forget(now)
	}
	if full.Before(now) {
		full = now
	}
	full = full.Add(time.Duration(min(n, 2*l.limit.Count)) * time.Duration(parts) * l.each)
	if latest := now.Add(2 * l.limit.Per); full.After(latest) {
		full = latest
	}
	l.full[c] = full
}

// forget makes room: for a sixteenth of all clients, by those whose buckets are full, and by others, whichever come first, where these are too few.
func (l *limiter) forget(now time.Time) {
	for c, full := range l.full {
		if !full.After(now) {
			delete(l.full, c)
		}
	}
	for c := range l.full {
		if len(l.full) <= maxClients-maxClients/16 {
			return
		}
		delete(l.full, c)
	}
}
