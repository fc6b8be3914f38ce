package redis

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"regexp"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
	"weft/cache/order"
)

// Options say where Redis is, and how long to wait for it. URL is needed; for the rest, zero is good.
type Options struct {
	// URL is redis://USER:PASSWORD@HOST:PORT/DATABASE, or with one of the schemes rediss (TLS), redis+cluster, rediss+cluster,
	// redis+sentinel and rediss+sentinel, whose hosts are a list with commas. User and password are those of Redis. Parameters:
	//
	//	addr                  HOST:PORT of one more node or Sentinel
	//	client_name           of the connections
	//	cluster               true: as the scheme redis+cluster
	//	conn_max_idle_time    such as 5m
	//	conn_max_lifetime     such as 1h
	//	db                    the number of the database
	//	master_name           of what the Sentinels watch; makes redis a redis+sentinel
	//	min_idle_conns        connections that are kept open
	//	pool_size             connections at most, for each node; 32
	//	prefix                goes before Prefix
	//	protocol              2 or 3
	//	sentinel_username, sentinel_password
	//	skip_verify           true: any certificate will do
	URL    string
	Prefix string // of all names in Redis: letters, digits and _ . : -; "" = weft

	Generations *cache.Generations // the ones that all tiers of the process share; nil: new ones
	Codec       *cache.Codec       // of entries; nil: one without a secret
	// KeepPrivate says that Private entries may be kept: the identities in their keys are digests under a secret, and Codec
	// has it too.
	KeepPrivate bool

	GetTimeout   time.Duration // budget of a Get; 0 = 50 ms
	SetTimeout   time.Duration // budget of one writing, of values or of a record in the log; 0 = 200 ms
	Slow         time.Duration // a call that takes longer speaks for opening the breaker; 0 = 40 ms
	QueueEntries int           // entries that wait to be written; 0 = 4096
	QueueBytes   int64         // their values; 0 = 32 MiB
	LogLength    int64         // records that the log keeps, about; 0 = 100,000
	IgnoreEvents bool          // leaves the inbox to other processes
	TrustFor     time.Duration // how long what was heard of other replicas is trusted; 0 = 1.5 s, as package cache promises
	Types        []string      // the object types that the schema has: the inbox names others by mistake; nil: any
	Logger       *slog.Logger  // nil: nothing is logged
}

// Tier keeps entries in Redis. It is safe for concurrent use.
type Tier struct {
	client   goredis.UniversalClient // of Get and Set
	writer   goredis.UniversalClient // of what is added to the log, ahead of all that the others wait for
	listener goredis.UniversalClient // of what blocks: the log's watcher and the inbox
	names    names
	options  Options // with the defaults filled in

	claims   *claims
	log      *log
	breaker  *breaker // of client
	writing  *breaker // of writer: it opens where nobody answers, and not where Redis is slow
	queue    *queue
	counters counters

	late    chan struct{} // has a value when there are late claims
	stop    context.CancelFunc
	stopped context.Context // done when the tier is closed
	running sync.WaitGroup
}

var (
	_ cache.Tier      = (*Tier)(nil)
	_ cache.Announcer = (*Tier)(nil)
)

// New returns a tier over the Redis of a URL, and does not wait for it: until it is there, Get has nothing and Set keeps
// nothing. The error is about the options, and holds no secret.
//
// go-redis has a log of its own, one for the whole process, with a line for each connection that fails. Options.Logger and [Tier.Stats]
// say all that it says, so a program may disable it with go-redis' logging.Disable.
func New(o Options) (*Tier, error) {
	o = o.withDefaults()
	target, err := parseURL(o.URL)
	if err != nil {
		return nil, err
	}
	names, err := namesOf(cmp.Or(target.prefix, o.Prefix))
	if err != nil {
		return nil, err
	}
	client, err := target.connect(limits{timeout: o.SetTimeout})
	if err != nil {
		return nil, err
	}
	listener, err := target.connect(limits{timeout: o.SetTimeout, poolSize: 4})
	if err != nil {
		_ = client.Close()
		return nil, err
	}
	writer, err := target.connect(limits{timeout: o.SetTimeout, poolSize: 8})
	if err != nil {
		_, _ = client.Close(), listener.Close()
		return nil, err
	}
	t := &Tier{
		client: client, writer: writer, listener: listener, names: names, options: o,
		claims: newClaims(o.Generations.Classes.Covering), breaker: &breaker{slow: o.Slow}, writing: &breaker{slow: math.MaxInt64}, queue: newQueue(o.QueueEntries, o.QueueBytes),
		late: make(chan struct{}, 1),
	}
	t.log = &log{key: names.log, length: o.LogLength, generations: o.Generations, claims: t.claims}
	t.log.replica = order.Replica{TrustFor: o.TrustFor, Chance: rand.N[time.Duration]}
	t.start(!o.IgnoreEvents)
	return t, nil
}

func (o Options) withDefaults() Options {
	o.Prefix = cmp.Or(o.Prefix, "weft")
	o.GetTimeout = cmp.Or(o.GetTimeout, 50*time.Millisecond)
	o.SetTimeout = cmp.Or(o.SetTimeout, 200*time.Millisecond)
	o.Slow = cmp.Or(o.Slow, 40*time.Millisecond)
	o.QueueEntries = cmp.Or(o.QueueEntries, 4096)
	o.QueueBytes = cmp.Or(o.QueueBytes, 32<<20)
	o.LogLength = cmp.Or(o.LogLength, 100_000)
	if o.Generations == nil {
		o.Generations = new(cache.Generations)
	}
	if o.Codec == nil {
		o.Codec = cache.NewCodec(cache.CodecOptions{})
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// start runs what runs beside requests. Nothing is heard yet.
func (t *Tier) start(events bool) {
	t.options.Generations.Trust(0)
	t.stopped, t.stop = context.WithCancel(context.Background())
	t.running.Go(func() { t.watch(t.stopped) })
	t.running.Go(func() { t.write(t.stopped) })
	t.running.Go(func() { t.catchUpClaims(t.stopped) })
	t.running.Go(func() { t.keepTime(t.stopped) })
	if events {
		t.running.Go(func() { t.attend(t.stopped) })
	}
}

// Close stops listening and writing, waits for what runs, tries once more to log what is late, and closes all connections. It
// takes no longer than a few budgets of a Set. What is not written yet is dropped. A closed tier has nothing.
func (t *Tier) Close() {
	t.stop()
	_ = t.listener.Close() // ends what blocks
	t.running.Wait()
	t.lastWords()
	t.log.close()
	_, _ = t.client.Close(), t.writer.Close()
}

// lastWords logs what is late.
func (t *Tier) lastWords() {
	ctx, cancel := context.WithTimeout(context.Background(), t.options.SetTimeout)
	defer cancel()
	for cl, ok := t.claims.take(); ok; cl, ok = t.claims.take() {
		if _, err := t.log.append(ctx, t.writer, cl); err != nil {
			t.options.Logger.Warn("redis: closed with invalidations that other processes have not heard of",
				"tags", len(cl.tags)+t.claims.waiting(), "error", err)
			return
		}
	}
}

// names are the names in Redis.
type names struct{ values, log, events string }

// prefixes are those that names may have: braces would decide the slot in a cluster.
var prefixes = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,100}$`)

func namesOf(prefix string) (names, error) {
	if !prefixes.MatchString(prefix) {
		return names{}, fmt.Errorf("redis: prefix %q: want letters, digits and _ . : -", prefix)
	}
	return names{values: prefix + ":v:", log: "{" + prefix + "}:log", events: "{" + prefix + "}:events"}, nil
}

// value returns the name of a key's value: half of a SHA-256 digest, by which two keys may meet that are not equal, so that the key in the
// entry is compared.
func (n names) value(key cache.Key) string {
	sum := sha256.Sum256([]byte(key))
	const digest = 16
	name := make([]byte, len(n.values)+base64.RawURLEncoding.EncodedLen(digest))
	copy(name, n.values)
	base64.RawURLEncoding.Encode(name[len(n.values):], sum[:digest])
	return string(name)
}
