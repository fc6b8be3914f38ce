package operation

import (
	"context"
	"log/slog"
	"sync"
	"time"
	"unicode/utf8"
)

// unknown logs operations that no manifest has: each once a minute for each version of a client, and no more than maxUnknown a
// minute, since whoever can send requests makes up ids.
type unknown struct {
	logger *slog.Logger

	mu    sync.Mutex // guards what follows
	since time.Time
	seen  map[unknownKey]bool
}

type unknownKey struct{ id, client, version string }

const (
	maxUnknown = 100
	maxLogged  = 100 // bytes of what a client says
)

func (u *unknown) log(ctx context.Context, message, id string, r *Request) {
	name, version := clientOf(r.Headers)
	id, name, version = short(id), short(name), short(version)
	if !u.isNew(unknownKey{id, name, version}, time.Now()) {
		return
	}
	about := []any{"id", id, "client", name, "version", version}
	if r.Name != "" {
		about = append(about, "operation", short(r.Name))
	}
	u.logger.WarnContext(ctx, message, about...)
}

func (u *unknown) isNew(k unknownKey, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if now.Sub(u.since) >= time.Minute {
		u.since, u.seen = now, map[unknownKey]bool{}
	}
	if u.seen[k] || len(u.seen) == maxUnknown {
		return false
	}
	u.seen[k] = true
	return true
}

// clientOf returns which app sent a request, and its version, as clients say it; without that, the name is the software's.
func clientOf(headers map[string][]string) (name, version string) {
	for _, prefix := range []string{"Apollographql-Client-", "Graphql-Client-", "X-Graphql-Client-"} {
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
