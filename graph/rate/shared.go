package rate

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// What becomes of clients while Redis does not count them.
const (
	Proceed = "proceed" // each replica lets each of them have its part of what it may have
	Refuse  = "refuse"  // they are refused
	Off     = "off"     // each replica counts for itself, whether there is a Redis or not
)

// ErrUncounted says that nobody knows what a client has had, and that it is refused therefore.
var ErrUncounted = errors.New("nobody can say at this moment whether this client has had what it may have")

// Redis is where replicas count together. The zero Redis is none.
type Redis struct {
	Client goredis.UniversalClient // stays the caller's; nil: there is none
	Prefix string                  // of names in it; "" = weft
	// Patience is how long an operation waits for it; 0 = 50 ms.
	Patience time.Duration
	Logger   *slog.Logger // is told when it does not count, and when it does again; nil = slog.Default()
}

const (
	beatEvery  = 2 * time.Second
	heardFor   = 10 * time.Second // after which a replica that does not beat is gone
	leaveAlone = time.Second      // after it has failed
	maxCharges = 1024             // that wait to be counted; more are counted here
)

// takeScript takes from all buckets of a client, or from none where one has too little: KEYS are the buckets, ARGV whether they may owe, and
// of each bucket the microseconds in which it gets one more, those in which it is full, and how many are taken. It is a limiter's algorithm,
// by the clock of Redis. It returns which bucket has too little, from 1, and for how many microseconds; 0 if none has, and then for how many
// microseconds the last bucket will have too little for another one.
const takeScript = `
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local full, after = {}, 0
for i, key in ipairs(KEYS) do
	local each, per = tonumber(ARGV[3*i-1]), tonumber(ARGV[3*i])
	full[i] = tonumber(redis.call('GET', key) or now)
	local wait = full[i] - now + each - per
	if full[i] > now and wait > 0 and ARGV[1] ~= 'owe' then
		return {i, math.ceil(wait)}
	end
end
for i, key in ipairs(KEYS) do
	local each, per, n = tonumber(ARGV[3*i-1]), tonumber(ARGV[3*i]), tonumber(ARGV[3*i+1])
	if n > 0 then
		local at = math.min(math.max(full[i], now) + n * each, now + 2 * per)
		redis.call('SET', key, string.format('%.3f', at), 'PX', math.ceil((at - now) / 1000) + 1)
		after = math.max(0, math.ceil(at - now + each - per))
	end
end
return {0, after}`

// beatScript says that a replica is there, and returns how many are: KEYS[1] has when each was heard from.
const beatScript = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])`

// shared counts in Redis what clients have of all replicas. The nil shared counts nothing.
type shared struct {
	redis      Redis
	id         string // of this replica
	refuse     bool   // who is not counted is refused
	take, beat *goredis.Script

	replicas atomic.Int64 // that were heard from lately, this one among them
	alone    atomic.Int64 // when Redis may be asked again, in Unix nanoseconds; 0: it has not failed
	charges  chan func(context.Context)
	stop     context.CancelFunc
	running  sync.WaitGroup
}

// newShared returns what counts in Redis until it is closed; nil: there is none, or it is off.
func newShared(r Redis, sharing string) *shared {
	if r.Client == nil || sharing == Off {
		return nil
	}
	r.Prefix, r.Logger, r.Patience = cmp.Or(r.Prefix, "weft"), cmp.Or(r.Logger, slog.Default()), cmp.Or(r.Patience, 50*time.Millisecond)
	ctx, stop := context.WithCancel(context.Background())
	s := &shared{
		redis: r, id: rand.Text(), refuse: sharing == Refuse, take: goredis.NewScript(takeScript), beat: goredis.NewScript(beatScript),
		charges: make(chan func(context.Context), maxCharges), stop: stop,
	}
	s.replicas.Store(1)
	s.running.Go(func() { s.beats(ctx) })
	s.running.Go(func() { s.charge(ctx) })
	return s
}

func (s *shared) close() {
	if s != nil {
		s.stop()
		s.running.Wait()
	}
}

// parts is how many replicas share what a client may have, while Redis does not count it.
func (s *shared) parts() int {
	if s == nil {
		return 1
	}
	return int(s.replicas.Load())
}

// beats says every two seconds that this replica is there, and keeps how many are: also while Redis is away.
func (s *shared) beats(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		asked, cancel := context.WithTimeout(ctx, beatEvery)
		n, err := s.beat.Run(asked, s.redis.Client, []string{s.redis.Prefix + ":rates:replicas"}, s.id, heardFor.Milliseconds()).Int64()
		cancel()
		if err == nil {
			s.replicas.Store(max(1, n))
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// charge counts calls, one client's after the other's.
func (s *shared) charge(ctx context.Context) {
	for {
		select {
		case one := <-s.charges:
			one(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// drawing is what is taken out of a bucket.
type drawing struct {
	of   *limiter
	kind string // of bucket, in its name
	n    int
}

// draw takes all drawings out of a client's buckets, or none: then it returns which bucket has too little, and for how long. A client that owes
// has them all the same, and wait is how long until the last bucket has another one. counted is false where Redis does not count.
func (s *shared) draw(ctx context.Context, c Client, owes bool, all ...drawing) (lacks *limiter, wait time.Duration, counted bool) {
	now := time.Now()
	if alone := s.alone.Load(); alone > now.UnixNano() {
		return nil, 0, false
	}
	var keys []string
	var drawn []drawing
	args := []any{map[bool]string{true: "owe"}[owes]}
	micros := func(d time.Duration) string {
		return strconv.FormatFloat(float64(d)/float64(time.Microsecond), 'f', 3, 64)
	}
	for _, d := range all {
		if d.of != nil {
			keys = append(keys, s.redis.Prefix+":rate:{"+c.name()+"}:"+d.kind)
			args = append(args, micros(d.of.each), micros(d.of.limit.Per), d.n)
			drawn = append(drawn, d)
		}
	}
	asked, cancel := context.WithTimeout(ctx, s.redis.Patience)
	defer cancel()
	answer, err := s.take.Run(asked, s.redis.Client, keys, args...).Int64Slice()
	if err == nil && (len(answer) != 2 || answer[0] < 0 || answer[0] > int64(len(drawn))) {
		err = fmt.Errorf("it answers %v", answer)
	}
	if err != nil {
		if ctx.Err() == nil && s.alone.Swap(now.Add(leaveAlone).UnixNano()) == 0 {
			s.redis.Logger.Warn("Redis does not count what clients have", "error", err, "refused", s.refuse, "replicas", s.parts())
		}
		return nil, 0, false
	}
	if s.alone.Swap(0) != 0 {
		s.redis.Logger.Info("Redis counts again what clients have")
	}
	if answer[0] == 0 {
		return nil, time.Duration(answer[1]) * time.Microsecond, true
	}
	return drawn[answer[0]-1].of, time.Duration(answer[1]) * time.Microsecond, true
}

// later takes n out of a client's bucket when there is time, and then calls taken with the time until the bucket has another one; nil: nobody
// asks. uncounted is called where Redis does not count them, or where too many wait.
func (s *shared) later(c Client, d drawing, taken func(wait time.Duration), uncounted func()) {
	one := func(ctx context.Context) {
		_, wait, counted := s.draw(ctx, c, true, d)
		switch {
		case !counted:
			uncounted()
		case taken != nil:
			taken(wait)
		}
	}
	select {
	case s.charges <- one:
	default:
		uncounted()
	}
}

// name stands for the client in the names of its buckets, and tells nobody who it is.
func (c Client) name() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %x %q", c.method, c.issuer, c.subject, c.digest, c.network))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
