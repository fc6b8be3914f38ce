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

// later reports whether the setting holds in the place of another one. Of two of the same millisecond it is the one that all replicas choose.
func (s setting) later(than setting) bool {
	return s.At > than.At || s.At == than.At && s.text() > than.text()
}

// text is all but At.
func (s setting) text() string {
	text, _ := json.Marshal(s) // texts and a bool always marshal
	return string(text)
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
local new = ARGV[2] .. ' ' .. ARGV[3]
if had then
	local at = tonumber(string.match(had, '^%d+') or '0')
	if at > tonumber(ARGV[2]) or at == tonumber(ARGV[2]) and had >= new then
		return 0
	end
end
return redis.call('HSET', KEYS[1], ARGV[1], new)`

func newStore(client goredis.UniversalClient, prefix string) store {
	return store{client, cmp.Or(prefix, "weft") + ":switches", goredis.NewScript(putLater)}
}

// latest is the greatest At, which numbers in Lua have exactly.
const latest = 1 << 53

// all returns the settings, and removes what nobody needs any more, and what is none.
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
		if err := json.Unmarshal([]byte(text), &one); err == nil {
			one.At, _ = strconv.ParseInt(at, 10, 64)
		}
		if one.At <= 0 || one.At > latest || one.forgotten(time.Now()) {
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
	return s.later.Run(ctx, s.client, []string{s.name}, name, one.At, one.text()).Err()
}
