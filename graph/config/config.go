package config

import (
	"errors"
	"flag"
	"io"
	"maps"
	"time"

	"weft/graph/auth"
	"weft/graph/imageurl"
	"weft/graph/limit"
	"weft/graph/oauth"
	"weft/graph/rate"
	"weft/upstream"
)

// Program is what a service is before it is configured.
type Program struct {
	// Name is the command's name in -h.
	Name string

	// About is what -h says of the program: a line, or several. "" says nothing.
	About string

	// Upstreams are those that the schema names, as the generated package lists them. Options for any other
	// name are an error.
	Upstreams []upstream.Spec

	// Images are the image services that the schema names. Options for any other name are an error.
	Images []string

	// Defaults are the options that upstreams have before file and environment, which replace them key by
	// key. Nil, or a name that is missing, means the zero Options. They are not modified.
	Defaults map[string]upstream.Options

	// Flags, when not nil, defines further flags of the program. It panics, as package flag does, for a name
	// that is taken: addr, admin.addr, cache.enabled, config, executor, log.level, operations.mode,
	// playground, record, record-values, report.
	Flags func(*flag.FlagSet)

	// Arguments says what the program takes besides flags, for -h, as in "FILE…". "" means that there is nothing.
	Arguments string

	// Commands are listed by -h, in front of the flags. Who reads them off the command line is the program.
	Commands []Command

	// Output is where -h prints. Nil means os.Stderr.
	Output io.Writer
}

// Command is one of several things that a program does, named by its first argument.
type Command struct{ Name, About string }

// Config is what Load read. Printing it shows no secret.
type Config struct {
	Server
	Insight
	Source

	Log      Log           // of a program; see [Log.Logger]
	Executor string        // which executor runs operations: "planned", ours, or "stock", gqlgen's
	Timeout  time.Duration // for an operation; 0 leaves it to the server

	Access

	Operations  Operations
	Limits      Limits
	Compression Compression
	Admin       Admin
	Cache       Cache
	Redis       Redis

	Jobs []Job // in the file's order

	Services
}

// Services are those that operations need, and those that pictures are fetched from.
type Services struct {
	// Upstreams has an entry for each of Program.Upstreams. Either all of them have a URL or none has: whether
	// none is an error is for the program to say.
	Upstreams map[string]upstream.Options

	// UpstreamCache has an entry for each of Program.Upstreams.
	UpstreamCache map[string]UpstreamCache

	// OAuth has the upstreams whose calls carry tokens.
	OAuth map[string]oauth.Settings

	// SignClaims has the upstreams that are sent claims signed.
	SignClaims map[string]auth.SignerOptions

	// Images has an entry for each of Program.Images, where there is a file, and upstreams have URLs.
	Images imageurl.Services

	Record Record

	// Egress is where calls of all upstreams may go: each has it in its options, too.
	Egress upstream.Egress
}

// Access is who may ask, and how it is found out who does.
type Access struct {
	Authentication Authentication

	RejectDenied bool // whether an operation is refused as a whole that asks for anything the caller may not see
	CORS         CORS

	// Rates are what each client may have in a time.
	Rates rate.Options
}

// Record says that what upstreams answer is written as samples. The zero Record is: it is not.
type Record struct {
	Dir    string   // the folder
	Values []string // the members whose values are written as they are sent; empty: none
}

// Insight is what clients are told beside answers.
type Insight struct {
	Playground    bool // whether the playground is served at /
	Reasons       bool // whether errors say why a service's answer cannot be used
	Introspection bool // whether the schema is told to whoever asks

	Suggestions *bool // whether errors say which of the schema's names may have been meant; nil: as Introspection

	// Report says for whom the request headers Weft-Report and Weft-Without work: [ReportOff], [ReportToken] or [ReportAll]; "": nobody has
	// said so, and they work for nobody.
	Report      string
	ReportToken Secret // what is sent as Weft-Report-Token; "" where Report is not ReportToken
}

// Suggest reports whether errors say which of the schema's names may have been meant.
func (i Insight) Suggest() bool {
	if i.Suggestions == nil {
		return i.Introspection
	}
	return *i.Suggestions
}

// Source is where the configuration came from.
type Source struct {
	File      string   // the path of the file that was read; "" if none was named
	Arguments []string // what the command line has besides flags
}

// Server is where and how long a service listens.
type Server struct {
	Addr     string        // host:port to listen on
	TLS      TLS           // the zero TLS: clients speak HTTP without it
	H2C      bool          // whether clients may speak HTTP/2 without TLS
	WarmUp   time.Duration // how long jobs may hold back readiness; 0 means not at all
	LameDuck time.Duration // how long to serve on after readiness ended; 0 means not at all

	Capacity
}

// Capacity is how much a process takes on at one time.
type Capacity struct {
	Connections int  // of clients; 0: as many as package process says
	Lane        bool // whether what is plain of HTTP/1.1 is served without net/http, see package lane

	Overload Overload

	InFlight int64 // bytes of large requests and answers, and of what services answer; 0: as much as package govern says
}

// Limits bound what clients send, and what they get.
type Limits struct {
	limit.Document // of texts and variables, before anything is executed

	Cost          int   // of an operation; 0: any
	Body          int64 // bytes of a request's body
	Answer        int64 // bytes of an answer's data
	Objects       int   // in an answer
	UpstreamCalls int   // for an answer
	UpstreamBytes int64 // of what these are answered with
}

// Admin is the listener for those who run the service.
type Admin struct {
	Addr  string // host:port; "" means that there is none
	Token Secret // what they send as Authorization: Bearer; never "" where Addr is given
}

// Cache is what is kept beyond an operation.
type Cache struct {
	Enabled  bool
	MaxBytes int64  // of this process
	Secret   Secret // keys digests of identities and seals of entries; "" means that private entries do not leave this process
	Prefix   string // what keys in Redis begin with
	Tags     int    // that the Cache-Tag of an answer has at most
	Prefetch Prefetch
}

// Redis is what replicas keep together.
type Redis struct {
	URL    Secret // as package cache/redis reads it; it may hold a password. "" means that there is none
	Writes string // what becomes of mutations of which replicas cannot be told first: WritesProceed or WritesRefuse
}

// What becomes of mutations of which other replicas cannot be told first.
const (
	WritesProceed = "proceed" // they are made, and their answers say so
	WritesRefuse  = "refuse"  // they are not made
)

// UpstreamCache is how long answers of an upstream are kept of which nothing else says it, and with whom they are shared.
type UpstreamCache struct {
	// How long an answer is fresh, and for how long after that it may be served while it is refreshed, or when the upstream fails
	// (RFC 5861). 0: not at all.
	MaxAge, StaleWhileRevalidate, StaleIfError time.Duration

	// Ignore are directives of its answers' Cache-Control that count for nothing: no-cache, private.
	Ignore []string

	// Share is whether equal operations in flight may be one when this upstream answers part of them.
	Share bool
}

// HasURL reports whether any upstream has a URL. A program that brings its own services for a first look
// starts them when there is none.
func (c Config) HasURL() bool {
	for _, o := range c.Upstreams {
		if o.URL != "" {
			return true
		}
	}
	return false
}

// Load reads the command line, args without the program's name; the file that -config or WEFT_CONFIG names; and
// the environment, as os.Environ returns it. A variable that begins with WEFT_ and means nothing is an error, as an unknown key of
// the file is. The error joins one for each problem, one a line. After -h it is flag.ErrHelp, and the help is printed.
func Load(p Program, args, environ []string) (Config, error) {
	line, err := p.parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return Config{}, p.printHelp(line.flags)
	}
	if err != nil {
		return Config{}, err
	}
	l := &loader{known: p, environ: environ, lines: map[string]int{}}
	l.config.Upstreams, l.config.UpstreamCache = p.initialOptions(), p.initialCache()
	l.readDefaults()
	l.config.Arguments, l.config.File = line.arguments, l.getenv("WEFT_CONFIG")
	if path, given := line.set["config"]; given {
		l.config.File = path
	}
	if l.config.File != "" {
		l.readFile(l.config.File)
	}
	names := p.names()
	l.readEnvironment(names)
	l.unknownVariables(names)
	l.readFlags(line.set)
	if len(l.problems) == 0 { // a misspelt key is why most things are missing, and it is reported already
		l.missingURLs(names)
		l.leaveEgress(names)
		l.checkOAuth()
		l.missingImages()
		l.missingToken()
		l.missingReportToken()
		l.missingRecord()
		l.cookiesOfMany()
		l.halfOfTLS()
		l.missingManifests()
	}
	if len(l.problems) > 0 {
		return Config{}, errors.Join(l.problems...)
	}
	return l.config, nil
}

// names returns the upstreams' names, in the program's order.
func (p Program) names() []string {
	names := make([]string, 0, len(p.Upstreams))
	for _, spec := range p.Upstreams {
		names = append(names, spec.Name)
	}
	return names
}

// initialOptions are the upstreams' options before anything is read. Its maps are its own.
func (p Program) initialOptions() map[string]upstream.Options {
	options := make(map[string]upstream.Options, len(p.Upstreams))
	for _, name := range p.names() {
		o := p.Defaults[name]
		o.Header, o.Query = maps.Clone(o.Header), maps.Clone(o.Query)
		options[name] = o
	}
	return options
}

// initialCache is what is kept of upstreams before anything is read.
func (p Program) initialCache() map[string]UpstreamCache {
	kept := make(map[string]UpstreamCache, len(p.Upstreams))
	for _, name := range p.names() {
		kept[name] = UpstreamCache{Share: true}
	}
	return kept
}
