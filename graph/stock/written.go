package stock

import (
	"context"
	"io"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/fetch"
)

// written bounds what root fields write: gqlgen's executor collects all of it in memory.
func (c *counted) written(next graphql.RootFieldMiddleware) graphql.RootFieldMiddleware {
	out := &bounded{o: c.o, left: c.o.Limits().Bytes}
	return func(ctx context.Context, resolve graphql.RootResolver) graphql.Marshaler {
		value := next(ctx, resolve)
		if value == nil || value == graphql.Null || value == graphql.RequiredNull { // the executor compares with these
			return value
		}
		return graphql.WriterFunc(func(w io.Writer) {
			out.Writer = w
			value.MarshalGQL(out)
		})
	}
}

// bounded writes as long as there is room, and leaves out all that comes after: then the answer is null. It is used by one
// goroutine, since fields are written one after another.
type bounded struct {
	io.Writer
	o    *operation
	left int
}

func (b *bounded) room(n int) bool {
	if b.left -= n; b.left < 0 {
		limit := b.o.Limits().Bytes
		_ = b.o.Within(fetch.Size{Bytes: limit - b.left})
		b.left = -1
	}
	return b.left >= 0 && b.o.Hold(n) == nil
}

// Write implements io.Writer.
func (b *bounded) Write(p []byte) (int, error) {
	if !b.room(len(p)) {
		return len(p), nil
	}
	return b.Writer.Write(p)
}

// WriteString implements io.StringWriter, so that nothing is copied.
func (b *bounded) WriteString(s string) (int, error) {
	if !b.room(len(s)) {
		return len(s), nil
	}
	return io.WriteString(b.Writer, s)
}
