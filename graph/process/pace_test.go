package process_test

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// TestSlowReaders: a client that takes nothing of a large answer for 5 s loses its connection; one that is slow gets all of it.
func TestSlowReaders(t *testing.T) {
	const length = 512 << 10
	large := func(context.Context) *graphql.Response {
		return &graphql.Response{Data: json.RawMessage(`{"greeting":"` + strings.Repeat("x", length) + `"}`)}
	}
	for name, c := range map[string]struct {
		pause time.Duration // before each 64 KiB
		all   bool
	}{
		"Slow": {2 * time.Second, true},
		"Gone": {6 * time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			drainingIn(t, large, func(t *testing.T, s drainable) {
				conn := s.dial()
				defer conn.Close()
				send(t, conn, asked)
				got := 0
				for err := error(nil); err == nil && got < length; {
					time.Sleep(c.pause) // the bubble's clock
					var n int
					n, err = io.ReadFull(conn, make([]byte, 64<<10))
					got += n
				}
				if all := got >= length; all != c.all {
					t.Errorf("got %d bytes of more than %d, want all: %t", got, length, c.all)
				}
				if c.all {
					go func() { _, _ = io.Copy(io.Discard, conn) }()
				}
			})
		})
	}
}
