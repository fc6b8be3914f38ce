package redis

import (
	"cmp"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// Connect returns a client for something else than a cache that is kept in the same Redis, and what its names begin with. The URL
// and the prefix are those of [Options]; calls take no longer than timeout. It does not wait for a connection. The error holds no
// secret. Whoever gets the client closes it.
func Connect(url, prefix string, timeout time.Duration) (client goredis.UniversalClient, begin string, err error) {
	target, err := parseURL(url)
	if err != nil {
		return nil, "", err
	}
	begin = cmp.Or(target.prefix, prefix, "weft")
	if _, err := namesOf(begin); err != nil {
		return nil, "", err
	}
	client, err = target.connect(limits{timeout: timeout, poolSize: 8})
	return client, begin, err
}
