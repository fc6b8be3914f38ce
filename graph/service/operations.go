package service

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache/redis"
	"weft/graph/config"
	"weft/graph/edge/playground"
	"weft/graph/operation"
	"weft/graph/persisted"
	"weft/graph/schedule"
)

// operations are the texts that ids stand for: where they come from, and what has to be closed.
type operations struct {
	conf      config.Operations
	logger    *slog.Logger
	client    goredis.UniversalClient // nil: there is no Redis
	persisted operation.Persisted     // of the engine
	engine    *operation.Engine       // nil: nothing is installed
}

// lookEvery is how often it is looked whether manifests have changed.
const lookEvery = 2 * time.Second

// newOperations prepares what a configuration says of them. It connects to nothing.
func newOperations(conf config.Config, logger *slog.Logger) (*operations, error) {
	mode := map[string]operation.Mode{config.ModeObserve: operation.Observe, config.ModeLocked: operation.Locked}[conf.Operations.Mode]
	o := &operations{conf: conf.Operations, logger: cmp.Or(logger, slog.Default())}
	o.persisted = operation.Persisted{Mode: mode, MaxBytes: int(conf.Operations.MaxBytes)}
	if !conf.Operations.APQ || mode == operation.Locked {
		return o, nil
	}
	of := persisted.RegistryOptions{MaxBytes: int(conf.Operations.APQMaxBytes), TTL: conf.Operations.APQTTL, Logger: logger}
	if conf.Redis.URL != "" {
		client, prefix, err := redis.Connect(string(conf.Redis.URL), conf.Cache.Prefix, 200*time.Millisecond)
		if err != nil {
			return nil, err
		}
		o.client = client
		of.Store = persisted.NewRedis(client, persisted.RedisOptions{
			Prefix: prefix, MaxBytes: int(conf.Operations.APQRedisBytes), TTL: conf.Operations.APQTTL,
		})
	}
	o.persisted.Registry = persisted.NewRegistry(of)
	return o, nil
}

// install reads the manifests, hands their operations to an engine, and has that done again whenever they change.
func (o *operations) install(engine *operation.Engine, tasks *schedule.Scheduler) error {
	if len(o.conf.Manifests) == 0 {
		return nil
	}
	var places []string
	for _, place := range o.conf.Manifests {
		places = append(places, string(place))
	}
	manifests, err := persisted.NewManifests(places, persisted.Options{Logger: o.logger})
	if err != nil {
		return err
	}
	ctx := context.Background()
	o.engine = engine
	all, err := manifests.Load(ctx)
	if err == nil {
		err = o.take(ctx, engine, all)
	}
	if err != nil {
		return fmt.Errorf("operations.manifests: %w", err)
	}
	tasks.Every(lookEvery, schedule.Tasks{
		Of: o, Name: "look at manifests", Keys: []string{""}, Priority: schedule.Declared,
		Run: func(ctx context.Context, _ []string) {
			manifests.Look(ctx, func(all []persisted.Operation) error { return o.take(ctx, engine, all) })
		},
	})
	return nil
}

// take installs operations, and tells the operator which of them are none of the schema.
func (o *operations) take(ctx context.Context, engine *operation.Engine, all []persisted.Operation) error {
	bad, err := engine.Install(ctx, all)
	for _, b := range bad {
		o.logger.Error("operations: a manifest has one that cannot run", "error", b)
	}
	if err != nil {
		return err
	}
	o.logger.Info("operations: manifests are in place", "operations", len(all), "bad", len(bad))
	return nil
}

// OperationsStatus is what operators are shown of operations.
type OperationsStatus struct {
	Mode      string `json:"mode"`
	Installed int    `json:"installed"`       // of those that manifests have
	Wrong     int64  `json:"wrong,omitempty"` // texts that Redis had under others' digests; they were removed
}

func (o *operations) status() OperationsStatus {
	s := OperationsStatus{Mode: o.conf.Mode}
	if o.engine != nil {
		s.Installed = len(o.engine.Installed())
	}
	if r := o.persisted.Registry; r != nil {
		s.Wrong = r.Wrong()
	}
	return s
}

// listed returns what the playground lists: what an engine runs that runs nothing else; nil: it runs others, too.
func (o *operations) listed(engine *operation.Engine) func() []playground.Operation {
	if o.persisted.Mode != operation.Locked {
		return nil
	}
	return func() []playground.Operation {
		var all []playground.Operation
		for _, op := range engine.Installed() {
			all = append(all, playground.Operation{ID: op.ID, Name: op.Name, Text: op.Text})
		}
		return all
	}
}

func (o *operations) close() {
	if o.client != nil {
		_ = o.client.Close()
	}
}
