package service

import (
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache/redis"
	"weft/graph/rate"
)

// rates are what clients may have, and the connection over which replicas count it together.
type rates struct {
	*rate.Rates

	client goredis.UniversalClient // nil: there is no Redis
}

// newRates counts in Redis where the configuration has one.
func (s *Service) newRates() (r rates, err error) {
	o := s.conf.Rates
	if s.conf.Redis.URL != "" && o.Sharing != rate.Off && o.Together() {
		o.Redis.Logger = s.options.Logger
		if o.Redis.Client, o.Redis.Prefix, err = redis.Connect(string(s.conf.Redis.URL), s.conf.Cache.Prefix, 50*time.Millisecond); err != nil {
			return r, err
		}
		r.client = o.Redis.Client
	}
	if r.Rates, err = rate.New(o); err != nil {
		return r, fmt.Errorf("rates.%w", err)
	}
	return r, nil
}

func (r rates) close() {
	r.Close()
	if r.client != nil {
		_ = r.client.Close() // it fails only where it is closed twice
	}
}
