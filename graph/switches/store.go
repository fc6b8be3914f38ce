package switches

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// setting is how a switch was turned the last time. The zero setting was never turned.
type setting struct {
	At  int64  `json:"-"` // milliseconds since 1970
	Off bool   `json:"off"`
	By  string `json:"by"`
	Why string `json:"why,omitempty"`
}

// forgotten reports whether nobody needs to know of it any more: the switch is on, and every replica has heard that.
func (s setting) forgotten(now time.Time) bool {
	return !s.Off && now.Sub(time.UnixMilli(s.At)) > forget
}

// store is the hash in Redis. A field is a switch's name; its value is At, a space, and the rest as JSON.
type store struct {
	client goredis.UniversalClient
	name   string
	later  *goredis.Script
}

// putLater sets a field, unless it has a later setting.
const putLater = `
local had = redis.call('HGET', KEYS[1], ARGV[1])
if had and tonumber(string.match(had, '^%d+') or '0') >= tonumber(ARGV[2]) then
	return 0
end
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. ARGV[3])`

func newStore(client goredis.UniversalClient, prefix string) store {
	return store{client, cmp.Or(prefix, "weft") + ":switches", goredis.NewScript(putLater)}
}

// all returns the settings, and removes what nobody needs any more. What is no setting is as if it were not there, and overwritten when one is.
func (s store) all(ctx context.Context) (map[string]setting, error) {
	fields, err := s.client.HGetAll(ctx, s.name).Result()
	if err != nil {
		return nil, err
	}
	all := map[string]setting{}
	var old []string
	for name, value := range fields {
		at, text, _ := strings.Cut(value, " ")
		var one setting
		if json.Unmarshal([]byte(text), &one) != nil {
			continue
		}
		if one.At, err = strconv.ParseInt(at, 10, 64); err != nil {
			continue
		}
		if one.forgotten(time.Now()) {
			old = append(old, name)
			continue
		}
		all[name] = one
	}
	if len(old) > 0 {
		return all, s.client.HDel(ctx, s.name, old...).Err()
	}
	return all, nil
}

func (s store) put(ctx context.Context, name string, one setting) error {
	text, err := json.Marshal(one)
	if err != nil {
		return err
	}
	return s.later.Run(ctx, s.client, []string{s.name}, name, one.At, text).Err()
}
