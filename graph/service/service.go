package service

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/cache"
	"weft/cache/tiers"
	"weft/graph/admit"
	"weft/graph/auth"
	"weft/graph/binding"
	"weft/graph/compiled"
	"weft/graph/config"
	"weft/graph/edge"
	"weft/graph/edge/admin"
	"weft/graph/edge/coding"
	"weft/graph/edge/playground"
	"weft/graph/fetch"
	"weft/graph/govern"
	"weft/graph/jobs"
	"weft/graph/operation"
	"weft/graph/process"
	"weft/graph/rate"
	"weft/graph/samples"
	"weft/graph/schedule"
	"weft/graph/switches"
	"weft/upstream"
	"weft/upstream/failurelog"
)

// Bounds of what is done off the request path.
const (
	maxShare = 4               // calls to one upstream at once
	patience = 3 * time.Second // how long who invalidates by the admin listener waits for Redis
	drain    = time.Second     // how long Close waits for what runs before it cancels that
)

// Options are what Go adds to a service, beside its schema and its configuration. The zero Options add nothing.
type Options struct {
	// Middleware surrounds all that the service answers, health and playground included; the first is the outermost. It does not
	// surround the admin listener.
	Middleware []func(http.Handler) http.Handler

	// Extensions are gqlgen's. They surround operations, in their order.
	Extensions []graphql.HandlerExtension

	// Playground is what the page offers, where the configuration does not leave it out.
	Playground playground.Options

	// Ready is called once by Serve, when connections are accepted, with the address listened on; nil: nothing is. A [Program] has
	// said before where the endpoint is.
	Ready func(net.Addr)

	// AdminReady is called before Ready, with the address of the admin listener, if there is one; nil: nothing is.
	AdminReady func(net.Addr)

	// Logger receives what an operator should look at. Nil means slog.Default(), and in a [Program] one as the configuration says.
	Logger *slog.Logger
}

// Service is a service that is ready to answer. It may be used by any number of goroutines at once.
type Service struct {
	called

	conf     config.Config
	options  Options
	caching  *tiers.Caching
	tasks    *schedule.Scheduler // off the request path
	known    *operations
	ahead    *ahead
	jobs     *jobs.Runner
	who      *auth.Authenticator // finds out who asks; nil: nobody does
	samples  *samples.Writer     // of what upstreams answer; nil: nobody wants any
	failures failurelog.Log      // of upstreams
	board    board               // what operators turn off
	flight
	handler http.Handler
	admin   http.Handler
}

// flight is what bounds how much is in flight, and asked for.
type flight struct {
	memory      *govern.Governor
	connections *process.Connections
	gate        *admit.Gate // nil: operations begin at once
	rates       rates       // of clients
}

// New makes a service of a schema and a configuration, as config.Load returns it. It reads the manifests of operations, from
// URLs too, has keys and tokens asked for off the request path, and connects to nothing else. The error says what is missing or wrong, and
// holds no secret. New panics, as gqlgen does, on an extension that refuses the schema.
func New(schema compiled.Schema, conf config.Config, o Options) (*Service, error) {
	o.Logger = cmp.Or(o.Logger, slog.Default())
	caching, err := tiers.Open(tiers.Options{
		Off: !conf.Cache.Enabled, MaxBytes: conf.Cache.MaxBytes, Prefix: conf.Cache.Prefix, Secret: string(conf.Cache.Secret),
		RedisURL: string(conf.Redis.URL), RefuseWrites: conf.Redis.Writes == config.WritesRefuse, Classes: schema.Classes, Types: objectTypes(schema.Stock.Schema()), Logger: o.Logger,
	})
	if err != nil {
		return nil, err
	}
	known, err := newOperations(conf, o.Logger)
	if err != nil {
		caching.Close()
		return nil, err
	}
	s := &Service{conf: conf, options: o, caching: caching, known: known, flight: flight{memory: govern.New(conf.InFlight), connections: process.NewConnections(conf.Connections)}}
	if conf.Overload.Shed {
		s.gate = admit.New(admit.Options{Target: conf.Overload.Target, Logger: o.Logger})
	}
	s.tasks = schedule.New(schedule.Options{Share: s.share, Logger: o.Logger})
	s.called, err = newCalled(schema.Upstreams, conf, s.tasks, o.Logger)
	if err == nil {
		s.who, err = newAuthenticator(conf.Authentication, s.tasks, o.Logger)
	}
	if err == nil {
		err = s.open(schema)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// open makes the handlers.
func (s *Service) open(schema compiled.Schema) error {
	policies, unshared := kept(s.conf.UpstreamCache)
	s.sayIgnored()
	s.ahead = s.newAhead(schema.Prefetches)
	background, err := s.background(schema)
	if err != nil {
		return err
	}
	signers, err := s.signers(schema.Upstreams)
	if err != nil {
		return err
	}
	executable, err := schema.Executable(compiled.Settings{
		Clients: s.clients, Images: s.conf.Images, Executor: s.conf.Executor, Limits: fetch.Limits{
			MaxAnswer: int(s.conf.Limits.Answer), MaxObjects: s.conf.Limits.Objects, MaxCalls: s.conf.Limits.UpstreamCalls,
			MaxReceived: int(s.conf.Limits.UpstreamBytes), Memory: s.memory,
		},
		Cache: s.caching.Cache, Tags: s.conf.Cache.Tags, Callers: fetch.Callers{Headers: s.who.Headers(), Signers: signers}, CachePolicies: policies, Unshared: unshared, Background: background, Logger: s.options.Logger,
	})
	if err != nil {
		return err
	}
	engine := operation.Options{
		Conceal: operation.Conceal{Introspection: !s.conf.Introspection, Suggestions: !s.conf.Suggest()},
		Timeout: s.conf.Timeout, Limits: s.conf.Limits.Document, Said: said(schema), MaxCost: s.conf.Limits.Cost,
		Callers: operation.CallerOptions{RejectDenied: s.conf.RejectDenied}, Extensions: s.options.Extensions, Logger: s.options.Logger,
		Persisted: s.known.persisted, Reasons: s.conf.Reasons, Reports: s.reports(), ReportToken: string(s.conf.ReportToken), Room: operation.Room{Gate: s.gate, Speculate: s.ahead.speculate},
	}
	if s.conf.Operations.Mode == config.ModeLocked {
		engine.Admit = inspector(schema, s.conf, s.options, s.conf.Limits.UpstreamCalls).Admit
	}
	if s.rates, err = s.newRates(); err != nil {
		return err
	}
	engine.Callers.Rates = s.rates.Rates
	if s.who != nil {
		engine.Callers.Authenticator = s.who
	} else if schema.Guards != nil {
		s.options.Logger.Warn("the schema guards what nobody will see: nothing is configured below authentication that says who asks")
	}
	headers := forwarded(schema.Upstreams)
	front := edge.Options{
		MaxBody: s.conf.Limits.Body, MaxValues: s.conf.Limits.Variables, Vary: headers, IDs: s.conf.Operations.IDs,
		IDHeaders: s.conf.Operations.IDHeaders, IDPath: s.conf.Operations.IDPath, CORS: s.cors(),
		Compression: compression(s.conf.Compression), Memory: s.memory, Logger: s.options.Logger,
	}
	runs := operation.New(executable, engine)
	if err := s.known.install(runs, s.tasks); err != nil {
		return err
	}
	if s.board, err = s.newBoard(runs); err != nil {
		return err
	}
	if s.jobs, err = s.newJobs(runs, slices.Concat(headers, s.who.Portable())); err != nil {
		return err
	}
	if s.conf.Playground {
		front.Playground = playground.Handler(s.page(schema, executable.Schema(), s.known.listed(runs)))
	}
	front.After = s.after(runs, executable.Schema(), headers)
	front.Speculative = s.conf.Cache.Prefetch.Client
	s.handler = edge.NewHandler(runs, front)
	for _, around := range slices.Backward(s.options.Middleware) {
		s.handler = around(s.handler)
	}
	if s.conf.Admin != (config.Admin{}) {
		s.admin, err = s.newAdmin(executable.Schema())
	}
	return err
}

// cors has the headers that say who asks among those that pages may send, but for a gateway's, which it sets itself.
func (s *Service) cors() edge.CORS {
	c := edge.CORS(s.conf.CORS)
	c.Headers = slices.Concat(c.Headers, s.who.Portable())
	return c
}

// reports reports whether anybody may be told what operations did.
func (s *Service) reports() bool {
	return s.conf.Report == config.ReportToken || s.conf.Report == config.ReportAll
}

func (s *Service) newAdmin(schema *ast.Schema) (http.Handler, error) {
	return admin.Handler(admin.Options{
		Token:  string(s.conf.Admin.Token),
		Types:  objectTypes(schema),
		Status: func() any { return s.status() },
		Invalidate: func(ctx context.Context, i admin.Invalidation) error {
			ctx, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			return s.caching.InvalidateNames(ctx, cache.Invalidation(i))
		},
		Switches: s.board.switches(),
		Logger:   s.options.Logger,
	})
}

// objectTypes are those that an invalidation may name.
func objectTypes(schema *ast.Schema) []string {
	var types []string
	for _, t := range schema.Types {
		if t.Kind == ast.Object && !t.BuiltIn {
			types = append(types, t.Name)
		}
	}
	return types
}

// Status is what operators are shown.
type Status struct {
	tiers.Status
	Schedule schedule.Stats `json:"schedule"` // what is done off the request path
	Jobs     []jobs.Status  `json:"jobs"`

	Authentication *auth.Status     `json:"authentication,omitempty"`
	Operations     OperationsStatus `json:"operations"`
	Prefetch       *PrefetchStatus  `json:"prefetch,omitempty"`
	InFlight       govern.Status    `json:"inFlight"`

	Connections process.ConnectionStatus `json:"connections"`
	Overload    *admit.Status            `json:"overload,omitempty"`
	Rates       *rate.Status             `json:"rates,omitempty"`
	Upstreams   []upstream.Stats         `json:"upstreams"`
	Switches    []switches.Switch        `json:"switches"` // those that are off
}

func (s *Service) status() Status {
	var overload *admit.Status
	if s.gate != nil {
		now := s.gate.Status()
		overload = &now
	}
	return Status{
		Overload: overload, Rates: s.rates.Status(),
		Status: s.caching.Status(), Schedule: s.tasks.Stats(), Jobs: s.jobs.Status(), Authentication: statusOf(s.who),
		Operations: s.known.status(), Prefetch: s.ahead.status(), InFlight: s.memory.Status(), Connections: s.connections.Status(),
		Upstreams: s.called.status(), Switches: s.board.Off(),
	}
}

// share is how many calls to an upstream may be made off the request path at once: a quarter of all that it allows.
func (s *Service) share(upstream string) int {
	return min(maxShare, cmp.Or(s.conf.Upstreams[upstream].InFlight, 4*maxShare)/4)
}

// ServeHTTP answers GraphQL on /graphql, /healthz and /readyz, and the playground on / and below /playground/. A program may mount
// it below any path, with http.StripPrefix.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Admin answers administrators, who have the configured token: for programs that listen for themselves. It is nil where the
// configuration has no token.
func (s *Service) Admin() http.Handler { return s.admin }

// Serve listens where the configuration says, and answers requests until ctx ends, and then those in flight. Off the request path
// nothing is begun any more when ctx has ended. It may be called once, and calls Start. See [process.ListenAndServe].
func (s *Service) Serve(ctx context.Context) error {
	defer context.AfterFunc(ctx, s.tasks.Stop)()
	warmUp := s.Start
	if len(s.conf.Jobs)+len(s.conf.Authentication.Issuers) == 0 {
		warmUp = nil
	}
	return process.ListenAndServe(ctx, s.conf.Addr, s, process.ServeOptions{
		WarmUp:   warmUp,
		LameDuck: s.conf.LameDuck,
		Ready:    s.options.Ready,
		Admin:    process.Admin{Addr: s.conf.Admin.Addr, Handler: s.Admin(), Ready: s.options.AdminReady},
		TLS:      process.TLS(s.conf.TLS),
		H2C:      s.conf.H2C,
		Lane:     s.lane(),

		Connections: s.connections,
		Logger:      s.options.Logger,
	})
}

// lane is what is served without net/http: nothing where middleware, which may be anything, surrounds what is.
func (s *Service) lane() process.Lane {
	switch {
	case !s.conf.Lane:
		return process.Lane{}
	case len(s.options.Middleware) > 0:
		s.options.Logger.Warn("http.lane is not used: it is for programs without middleware")
		return process.Lane{}
	}
	return process.Lane{Path: edge.Endpoint, MaxBody: s.conf.Limits.Body}
}

// Close ends what runs off the request path, to which it leaves a second, lets go of the clients, which waits for their calls, writes what
// failed and was only counted, and then lets go of the cache. Nothing may be served any more.
func (s *Service) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	s.tasks.Close(ctx)
	s.gate.Close()
	if s.who != nil {
		s.who.Close()
	}
	if s.samples != nil {
		s.samples.Close()
	}
	s.board.close()
	s.rates.close()
	s.known.close()
	s.called.close()
	s.failures.Flush()
	s.caching.Close()
}

// compression is what a configuration says of answers' codings.
func compression(c config.Compression) edge.Compression {
	return edge.Compression{
		Disabled: !c.Enabled || c.Levels == coding.Levels{}, MinBytes: int(c.MinBytes), PublicOnly: !c.Private, Levels: c.Levels,
	}
}

// kept is what a configuration says of upstreams' answers, by upstream.
func kept(configured map[string]config.UpstreamCache) (policies map[string]binding.CachePolicy, unshared map[string]bool) {
	policies, unshared = map[string]binding.CachePolicy{}, map[string]bool{}
	for name, c := range configured {
		unshared[name] = !c.Share
		if c.MaxAge > 0 || c.StaleWhileRevalidate > 0 || c.StaleIfError > 0 || len(c.Ignore) > 0 {
			policies[name] = binding.CachePolicy{
				MaxAge: c.MaxAge, HasMaxAge: c.MaxAge > 0, StaleWhileRevalidate: c.StaleWhileRevalidate, StaleIfError: c.StaleIfError,
				IgnoreNoCache: slices.Contains(c.Ignore, "no-cache"), IgnorePrivate: slices.Contains(c.Ignore, "private"),
			}
		}
	}
	return policies, unshared
}

// sayIgnored tells the operator which upstreams are overruled.
func (s *Service) sayIgnored() {
	log := cmp.Or(s.options.Logger, slog.Default())
	for _, name := range slices.Sorted(maps.Keys(s.conf.UpstreamCache)) {
		if c := s.conf.UpstreamCache[name]; len(c.Ignore) > 0 {
			log.Warn("an upstream's Cache-Control is overruled, as upstreams."+name+".cache.ignore says", "upstream", name, "ignored", c.Ignore)
		}
	}
}

// forwarded are the names of all headers that upstreams are sent.
func forwarded(upstreams []upstream.Spec) []string {
	names := map[string]bool{}
	for _, u := range upstreams {
		for _, name := range u.ForwardHeaders {
			names[http.CanonicalHeaderKey(name)] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// said is what a schema says of operations, beside its types.
func said(schema compiled.Schema) operation.Said {
	return operation.Said{Costs: schema.Costs, Scalars: schema.Values.Scalars, Fallbacks: schema.Values.Fallbacks}
}
