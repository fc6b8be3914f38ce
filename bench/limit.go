package main

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"

	"weft/upstream"
)

// limit makes the calls of an operation and nothing else: the posts first, then the users, in one call or in one for each.
type limit struct {
	client *upstream.Client   // nil where gets is 0
	gets   int                // 0, 1, 2 or 1 + users
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

// call makes the calls of one request: the one for the posts, and when that is answered those for users, at the same time.
func (l *limit) call(ctx context.Context) error {
	paths := limitPaths(l.gets)
	if len(paths) == 0 {
		return nil
	}
	if err := l.get(ctx, paths[0]); err != nil || len(paths) == 1 {
		return err
	}
	var g errgroup.Group
	for _, path := range paths[2:] {
		g.Go(func() error { return l.get(ctx, path) })
	}
	err := l.get(ctx, paths[1])
	if other := g.Wait(); err == nil {
		err = other
	}
	return err
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

// limitPaths are the calls of an operation that takes so many.
func limitPaths(gets int) []string {
	paths := []string{"/posts"}
	if gets == 2 {
		var ids []string
		for id := 1; id <= users; id++ {
			ids = append(ids, "id="+strconv.Itoa(id))
		}
		return append(paths, "/users?"+strings.Join(ids, "&"))
	}
	for id := 1; id < gets; id++ {
		paths = append(paths, "/users/"+strconv.Itoa(id))
	}
	return paths[:min(gets, len(paths))]
}
