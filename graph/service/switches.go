package service

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
	"weft/cache/redis"
	"weft/graph/edge/admin"
	"weft/graph/operation"
	"weft/graph/switches"
)

// board are the switches, and the connection over which replicas know of them.
type board struct {
	*switches.Board

	client goredis.UniversalClient // nil: there is no Redis
}

// tierNames are the tiers of the cache, as switches name them.
var tierNames = map[string]cache.Tiers{"memory": cache.Memory, "redis": cache.Remote}

// newBoard has the service obey the switches.
func (s *Service) newBoard(engine *operation.Engine) (b board, err error) {
	prefix, tiers := s.conf.Cache.Prefix, []string{"memory"}
	if s.conf.Redis.URL != "" {
		if b.client, prefix, err = redis.Connect(string(s.conf.Redis.URL), prefix, 200*time.Millisecond); err != nil {
			return b, err
		}
		tiers = append(tiers, "redis")
	}
	b.Board = switches.New(switches.Options{
		Client: b.client, Prefix: prefix, Upstreams: slices.Collect(maps.Keys(s.clients)), Tiers: tiers, Logger: s.options.Logger,
		Apply: func(off []switches.Switch) { s.obey(engine, off) },
	})
	return b, nil
}

// obey has these switches off, and all others on.
func (s *Service) obey(engine *operation.Engine, off []switches.Switch) {
	var operations []string
	var tiers cache.Tiers
	upstreams, prefetch := map[string]bool{}, false
	for _, o := range off {
		switch kind, name, _ := strings.Cut(o.Name, "/"); kind {
		case "upstream":
			upstreams[name] = true
		case "operation":
			operations = append(operations, name)
		case "cache":
			tiers |= tierNames[name]
		case "prefetch":
			prefetch = true
		}
	}
	for name, client := range s.clients {
		client.Turn(upstreams[name])
	}
	s.caching.Turn(tiers)
	s.ahead.off.Store(prefetch)
	engine.TurnOff(operations)
}

// switches are what administrators may turn.
func (b board) switches() admin.Switches {
	return admin.Switches{
		Set: func(ctx context.Context, name string, off bool, by, why string) error {
			return b.Set(ctx, switches.Change{Name: name, Off: off, By: by, Why: why})
		},
		NotShared: switches.ErrNotShared,
		Off:       func() any { return b.Off() },
	}
}

func (b board) close() {
	if b.Board != nil {
		b.Board.Close()
	}
	if b.client != nil {
		_ = b.client.Close()
	}
}
