// Package tiers makes the cache of a service out of what its configuration says: memory, and Redis where there is a URL.
//
//	caching, err := tiers.Open(tiers.Options{Classes: definition.Classes})
//	…
//	defer caching.Close()
//	schema, err := schema.Executable(compiled.Settings{Cache: caching.Cache, …})
package tiers

import (
	"context"
	"log/slog"

	"weft/cache"
	"weft/cache/memory"
	"weft/cache/redis"
)

// Options are what a cache is made of. The zero Options make one of 64 MiB in this process.
type Options struct {
	// Off keeps nothing: reads that are the same are still shared while they are on their way, and clients are told how long
	// they may keep an answer.
	Off bool
	// MaxBytes bounds what this process keeps; 0 = 64 MiB.
	MaxBytes int64
	// RedisURL is where replicas keep entries together, see [redis.Options]; "" nowhere.
	RedisURL string
	// RefuseWrites has no mutation made of which other replicas cannot be told first.
	RefuseWrites bool
	// Prefix begins all names in Redis; "" = weft. Services with different schemas may share one.
	Prefix string
	// Secret keys the digests of identities and the seals of what is in Redis. It is the same in all replicas, 16 bytes or more.
	// Without one, what depends on an identity stays in this process, and what others write into Redis is believed.
	Secret string
	// Classes are the schema's: compiled.Schema.Classes.
	Classes cache.Classes
	// Types are the schema's object types; nil = any. An invalidation that names another one by way of Redis is logged.
	Types []string
	// Logger gets what an operator should look at; nil = slog.Default().
	Logger *slog.Logger
}

// Caching is a cache and its tiers.
type Caching struct {
	*cache.Cache
	memory *memory.Tier
	redis  *redis.Tier
	codec  *cache.Codec
}

// Open returns a cache that is ready; it waits for no Redis. The error is about the options, and holds no secret.
func Open(o Options) (*Caching, error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Off {
		return &Caching{Cache: cache.New(cache.Options{Secret: []byte(o.Secret)})}, nil
	}
	generations := &cache.Generations{Classes: o.Classes}
	c := &Caching{codec: cache.NewCodec(cache.CodecOptions{Secret: []byte(o.Secret)})}
	options := cache.Options{Generations: generations, Secret: []byte(o.Secret), RefuseWrites: o.RefuseWrites}
	if o.RedisURL != "" {
		var err error
		c.redis, err = redis.New(redis.Options{
			URL: o.RedisURL, Prefix: o.Prefix, Generations: generations, Codec: c.codec, KeepPrivate: o.Secret != "", Types: o.Types, Logger: o.Logger,
		})
		if err != nil {
			return nil, err
		}
		options.Remote = c.redis
	}
	c.memory = memory.New(memory.Options{MaxBytes: int(o.MaxBytes), Generations: generations})
	options.Memory = c.memory
	c.Cache = cache.New(options)
	return c, nil
}

// Close writes what waits for Redis, and lets go of all.
func (c *Caching) Close() {
	if c.redis != nil {
		c.redis.Close()
	}
	if c.memory != nil {
		c.memory.Close()
	}
}

// InvalidateNames makes invalid what somebody outside names, in the words of the schema.
func (c *Caching) InvalidateNames(ctx context.Context, i cache.Invalidation) error {
	tags, err := i.Forms()
	if err != nil {
		return err
	}
	return c.Invalidate(ctx, tags)
}

// Status is what operators are shown of a cache.
type Status struct {
	Cache  cache.Stats       `json:"cache"`
	Memory *memory.Stats     `json:"memory,omitempty"`
	Redis  *redis.Stats      `json:"redis,omitempty"`
	Values *cache.CodecStats `json:"values,omitempty"` // of entries written to Redis: bytes before and after compression
}

// Status returns the counters and the state of all tiers.
func (c *Caching) Status() Status {
	s := Status{Cache: c.Stats()}
	if c.memory != nil {
		m := c.memory.Stats()
		s.Memory = &m
	}
	if c.redis != nil {
		r, v := c.redis.Stats(), c.codec.Stats()
		s.Redis, s.Values = &r, &v
	}
	return s
}
