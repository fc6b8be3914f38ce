package process

import (
	"context"
	"net/http"

	"weft/graph/lane"
)

// Lane is what serves requests of one path without net/http, where connections are not over TLS: see package lane. The zero Lane is none.
type Lane struct {
	// Path is that of the requests. "" means that net/http serves all of them.
	Path string

	// MaxBody is how long their bodies may be, in bytes; longer ones are net/http's. 0 means as long as the lane allows.
	MaxBody int64
}

// server returns what serves a server's connections first: nil for none.
func (l Lane) server(srv *http.Server, h http.Handler, base context.Context) *lane.Server {
	if l.Path == "" {
		return nil
	}
	return lane.New(lane.Options{
		Handler: h, Path: l.Path, MaxBody: l.MaxBody, Context: base, Idle: settled, WriteTimeout: writeTimeout, Logf: srv.ErrorLog.Printf,
	})
}
