package main

import (
	"cmp"
	"context"
	"net/http"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"

	"weft/upstream"
)

// limit makes the calls of an operation and nothing else.
type limit struct {
	client *upstream.Client   // nil where there are no rounds
	rounds [][]string         // paths
	share  bool               // identical calls in flight are one
	flying singleflight.Group // by path
	answer []byte             // what is sent, of the right answer's length
}

// ServeHTTP implements http.Handler.
func (l *limit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := l.call(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	writeJSON(w, l.answer)
}

// call makes the calls of one request: those of a round at the same time.
func (l *limit) call(ctx context.Context) error {
	for _, paths := range l.rounds {
		var g errgroup.Group
		for _, path := range paths[1:] {
			g.Go(func() error { return l.get(ctx, path) })
		}
		err := l.get(ctx, paths[0])
		if err = cmp.Or(err, g.Wait()); err != nil {
			return err
		}
	}
	return nil
}

func (l *limit) get(ctx context.Context, path string) error {
	call := func() (any, error) {
		return l.client.Do(context.WithoutCancel(ctx), upstream.Request{Endpoint: "limit", Path: path})
	}
	if !l.share {
		_, err := call()
		return err
	}
	_, err, _ := l.flying.Do(path, call)
	return err
}
