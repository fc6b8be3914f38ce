package persisted

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// RedisOptions bound what is in Redis. The zero RedisOptions are good.
type RedisOptions struct {
	Prefix   string        // of the name in Redis; "" = weft
	MaxBytes int           // of all texts and digests; 0 = 64 MiB
	TTL      time.Duration // how long a text stays that nobody asks for; 0 = 14 days. One that is asked for in the second half begins anew
}

// Redis is a [Store] in a Redis of version 6.2 or later. It is one hash, PREFIX:registered, with a field for each digest, so that its
// bytes can be counted: when they are too many, or a text is too old, the oldest of some go, as Redis itself evicts.
type Redis struct {
	client  goredis.UniversalClient
	name    string
	options RedisOptions
	put     *goredis.Script
	remove  *goredis.Script
}

var _ Store = (*Redis)(nil)

// NewRedis returns a Redis that uses a client, which stays the caller's.
func NewRedis(client goredis.UniversalClient, o RedisOptions) *Redis {
	o.MaxBytes = cmp.Or(o.MaxBytes, 64<<20)
	o.TTL = cmp.Or(o.TTL, defaultTTL)
	return &Redis{client, cmp.Or(o.Prefix, "weft") + ":registered", o, goredis.NewScript(put), goredis.NewScript(remove)}
}

// Get implements [Store]. A text that is not the digest's is removed, since nobody else would: each who asks for it would find it, and
// keep it from growing old.
func (r *Redis) Get(ctx context.Context, digest string) (string, error) {
	value, err := r.client.HGet(ctx, r.name, digest).Result()
	if errors.Is(err, goredis.Nil) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	text, age := parseValue(value, time.Now())
	switch {
	case text == "", age > r.options.TTL:
		return "", nil
	case Digest(text) != digest:
		return "", cmp.Or(r.remove.Run(ctx, r.client, []string{r.name}, digest, value).Err(), ErrDigest)
	case age > r.options.TTL/2:
		_ = r.Put(ctx, digest, text) // it is there for now
	}
	return text, nil
}

// Put implements [Store].
func (r *Redis) Put(ctx context.Context, digest, text string) error {
	now := time.Now()
	value := strconv.FormatInt(now.Unix(), 10) + " " + text
	return r.put.Run(ctx, r.client, []string{r.name},
		digest, value, r.options.MaxBytes, int64(r.options.TTL.Seconds()), now.Unix()).Err()
}

// parseValue reads a field of the hash: the Unix time in seconds at which it was written, a space, and the text, which is "" for anything
// else.
func parseValue(value string, now time.Time) (text string, age time.Duration) {
	stamp, text, _ := strings.Cut(value, " ")
	written, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return "", 0
	}
	return text, now.Sub(time.Unix(written, 0))
}

// put sets a field, and makes room for it: in the field "bytes" is what all others weigh. Ten fields at a time are drawn; of these,
// those that are too old go, and otherwise the oldest.
const put = `
local name, digest, value = KEYS[1], ARGV[1], ARGV[2]
local limit, ttl, now = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local bytes = tonumber(redis.call('HGET', name, 'bytes') or '0')
local old = redis.call('HSTRLEN', name, digest)
if old > 0 then bytes = bytes - old - #digest end
bytes = bytes + #value + #digest
redis.call('HSET', name, digest, value)
while bytes > limit do
  local drawn = redis.call('HRANDFIELD', name, 10, 'WITHVALUES')
  local gone, oldest, first = 0, nil, nil
  for i = 1, #drawn, 2 do
    local field, text = drawn[i], drawn[i + 1]
    if field ~= 'bytes' and field ~= digest then
      local written = tonumber(string.match(text, '^%d+') or '0')
      if written + ttl < now then
        redis.call('HDEL', name, field)
        bytes = bytes - #text - #field
        gone = gone + 1
      elseif not first or written < first then
        oldest, first = i, written
      end
    end
  end
  if gone == 0 then
    if not oldest then -- there are no others, whatever the count said
      bytes = #value + #digest
      break
    end
    redis.call('HDEL', name, drawn[oldest])
    bytes = bytes - #drawn[oldest + 1] - #drawn[oldest]
  end
end
redis.call('HSET', name, 'bytes', bytes)
redis.call('EXPIRE', name, ttl)
return bytes
`

// remove removes a field that still has this value.
const remove = `
local name, digest, value = KEYS[1], ARGV[1], ARGV[2]
if redis.call('HGET', name, digest) == value then
  redis.call('HDEL', name, digest)
  redis.call('HINCRBY', name, 'bytes', -(#value + #digest))
end
return 0
`
