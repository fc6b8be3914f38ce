package operation

import (
	"context"
	"log/slog"
	"sync"
	"time"
	"unicode/utf8"

	"weft/graph/protocol"
)

// unknown logs operations that no manifest has: each at once when it comes first, and, when a minute is over, how often it came if that is
// more than once. Whoever can send requests makes up ids, so each version of a client has its own number of lines; what is beyond it is
// counted, and the sum logged once a minute.
type unknown struct {
	logger *slog.Logger

	mu      sync.Mutex // guards what follows
	ticking bool       // tell is called when the minute is over
	lines   map[unknownKey]*unknownLine
	order   []*unknownLine
	clients map[client]int // how many lines each has taken this minute; those that took none in the last one are not there
	dropped int
}

type unknownKey struct {
	id string
	client
}

// client is an app, and its version.
type client struct{ name, version string }

type unknownLine struct {
	unknownKey
	count int
}

const (
	maxClients = 20  // that have lines of their own; all others share those of the client without a name
	maxUnknown = 20  // lines of each in a minute
	maxLogged  = 100 // bytes of what a client says
)

func (u *unknown) log(ctx context.Context, message, id string, r *Request) {
	name, version := clientOf(r.Headers)
	k := unknownKey{short(id), client{short(name), short(version)}}
	if !u.isNew(k) {
		return
	}
	about := []any{"id", k.id, "client", k.name, "version", k.version}
	if r.Name != "" {
		about = append(about, "operation", short(r.Name))
	}
	u.logger.WarnContext(ctx, message, about...)
}

// isNew counts an operation, and reports whether it is to be logged now.
func (u *unknown) isNew(k unknownKey) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.lines == nil {
		u.lines, u.clients = map[unknownKey]*unknownLine{}, map[client]int{{}: 0}
	}
	if !u.ticking {
		u.ticking = true
		time.AfterFunc(time.Minute, u.tell)
	}
	if known := u.lines[k]; known != nil {
		known.count++
		return false
	}
	of := k.client
	if _, known := u.clients[of]; !known && len(u.clients) > maxClients {
		of = client{}
	}
	if u.clients[of] == maxUnknown {
		u.dropped++
		return false
	}
	u.clients[of]++
	line := &unknownLine{k, 1}
	u.lines[k] = line
	u.order = append(u.order, line)
	return true
}

// tell logs what a minute has brought beside what was logged at once.
func (u *unknown) tell() {
	order, dropped := u.end()
	for _, line := range order {
		if line.count > 1 {
			u.logger.Warn("operation: one that no manifest has came more than once within a minute",
				"id", line.id, "client", line.name, "version", line.version, "count", line.count)
		}
	}
	if dropped > 0 {
		u.logger.Warn("operation: more that no manifest has came within a minute than are logged", "dropped", dropped)
	}
}

// end ends a minute, and begins another one if the last was not without any.
func (u *unknown) end() (order []*unknownLine, dropped int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	order, dropped = u.order, u.dropped
	u.order, u.dropped = nil, 0
	clear(u.lines)
	for of, taken := range u.clients {
		if u.clients[of] = 0; taken == 0 && of != (client{}) {
			delete(u.clients, of)
		}
	}
	if u.ticking = len(order) > 0; u.ticking {
		time.AfterFunc(time.Minute, u.tell)
	}
	return order, dropped
}

// clientOf returns which app sent a request, and its version, as clients say it; without that, the name is the software's.
func clientOf(headers map[string][]string) (name, version string) {
	for _, prefix := range protocol.ClientHeaders {
		if name = first(headers[prefix+"Name"]); name != "" {
			return name, first(headers[prefix+"Version"])
		}
	}
	return first(headers["User-Agent"]), ""
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// short cuts a client's text to what a line of a log has room for.
func short(text string) string {
	if len(text) <= maxLogged {
		return text
	}
	end := maxLogged
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}
