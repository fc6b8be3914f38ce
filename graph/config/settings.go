package config

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	executorStock   = "stock"
	executorPlanned = "planned"

	maxTimeout = 30 * time.Second // where the server cuts it off
)

// setting is one value that the file and the environment can give, and a flag where it changes from run to run.
type setting struct {
	key, variable string // a key with a dot is a member of the mapping before it
	flag          bool   // there is a flag: see flagName
	truth         bool   // it is true or false
	secret        bool   // the variable holds it, and the file says where it is: like is a name for that place
	initial       string // as in member, and so are the next two
	like          string
	about         string
	set           func(c *Config, text string) error    // parses, checks and keeps it; the error does not name the key
	setAll        func(c *Config, texts []string) error // of a list, which is one text with commas elsewhere than in the file; nil: it is none
}

// flagName is the name of a setting's flag: its key, whose words are apart there.
func (s setting) flagName() string {
	return capital.ReplaceAllStringFunc(s.key, func(letter string) string { return "-" + strings.ToLower(letter) })
}

var capital = regexp.MustCompile(`[A-Z]`)

// listSetting returns a setting that is a list.
func listSetting(s setting, set func(c *Config, texts []string) error) setting {
	s.setAll = set
	s.set = func(c *Config, text string) error {
		var texts []string
		for t := range strings.SplitSeq(text, ",") {
			texts = append(texts, strings.TrimSpace(t))
		}
		return set(c, texts)
	}
	return s
}

// settings is the table of them, in the order of -h. It is a function, so that there is no state that a test or a program could change.
func settings() []setting {
	return slices.Concat(
		serverSettings(), insightSettings(), logSettings(), processSettings(), operationSettings(), tlsSettings(), corsSettings(), compressionSettings(),
		limitSettings(), capacitySettings(), authorizationSettings(), rateSettings(), egressSettings(), cacheSettings(), prefetchSettings(), recordSettings(),
	)
}

func serverSettings() []setting {
	return []setting{
		{
			key: "addr", variable: "WEFT_ADDR", flag: true, initial: "localhost:8080",
			about: "listen on this `host:port`",
			set:   setAddr,
		},
		{
			key: "executor", variable: "WEFT_EXECUTOR", flag: true, initial: executorPlanned,
			about: "run operations with this `executor`: planned, which batches exactly, or stock, gqlgen's",
			set:   setExecutor,
		},
	}
}

// processSettings are about how a process runs, and who administers it.
func processSettings() []setting {
	return []setting{
		{
			key: "timeout", variable: "WEFT_TIMEOUT", like: "10s",
			about: "time for an operation; at most 30s",
			set:   setTimeout,
		},
		{
			key: "lameDuck", variable: "WEFT_LAME_DUCK", initial: "0s", like: "5s",
			about: "serve on for so long after /readyz turned 503; 0s by default",
			set: func(c *Config, text string) (err error) {
				c.LameDuck, err = parseDuration(text)
				return err
			},
		},
		{
			key: "warmUp", variable: "WEFT_WARM_UP", initial: "10s",
			about: "how long jobs that say warm may hold /readyz at 503 after the start",
			set: func(c *Config, text string) (err error) {
				c.WarmUp, err = parseDuration(text)
				return err
			},
		},
		{
			key: "admin.addr", variable: "WEFT_ADMIN_ADDR", flag: true, like: "localhost:8081",
			about: "answer administrators, who have admin.token, on this `host:port`; nowhere by default",
			set: func(c *Config, text string) error {
				c.Admin.Addr = text
				return checkAddr(text)
			},
		},
		{
			key: "admin.token", variable: "WEFT_ADMIN_TOKEN", secret: true, like: "admin_token",
			about: "what administrators send as Authorization: Bearer",
			set: func(c *Config, text string) error {
				c.Admin.Token = Secret(text)
				return checkKey(text)
			},
		},
	}
}

func cacheSettings() []setting {
	return []setting{
		{
			key: "cache.enabled", variable: "WEFT_CACHE_ENABLED", flag: true, truth: true, initial: "true",
			about: "keep what may be kept, beyond the operation that asked for it",
			set: func(c *Config, text string) (err error) {
				c.Cache.Enabled, err = parseTruth(text)
				return err
			},
		},
		{
			key: "cache.maxBytes", variable: "WEFT_CACHE_MAX_BYTES", initial: "64MiB",
			about: "bytes that this process keeps: a number, or with B, KiB, MiB, GiB",
			set: func(c *Config, text string) (err error) {
				c.Cache.MaxBytes, err = parseSize(text)
				return err
			},
		},
		{
			key: "cache.secret", variable: "WEFT_CACHE_SECRET", secret: true, like: "cache_secret",
			about: "keys digests of identities, and seals of entries in Redis; without it no private ones go there",
			set: func(c *Config, text string) error {
				c.Cache.Secret = Secret(text)
				return checkKey(text)
			},
		},
		{
			key: "cache.prefix", variable: "WEFT_CACHE_PREFIX", initial: "weft",
			about: "what keys in Redis begin with",
			set: func(c *Config, text string) error {
				c.Cache.Prefix = text
				return checkPrefix(text)
			},
		},
		{
			key: "cache.tags", variable: "WEFT_CACHE_TAGS", initial: "128",
			about: "tags that Cache-Tag has at most, for a CDN: Akamai reads 128, CloudFront 50",
			set: func(c *Config, text string) (err error) {
				c.Cache.Tags, err = parseCount(text)
				return err
			},
		},
		{
			key: "redis.url", variable: "WEFT_REDIS_URL", like: "redis://localhost:6379",
			about: "the Redis that replicas share; none by default. A password belongs into the variable",
			set: func(c *Config, text string) error {
				c.Redis.URL = Secret(text)
				return checkRedisURL(text)
			},
		},
		{
			key: "redis.writes", variable: "WEFT_REDIS_WRITES", initial: WritesProceed,
			about: "mutations of which replicas cannot be told: proceed, their answers say so; refuse, they are not sent",
			set: func(c *Config, text string) error {
				if text != WritesProceed && text != WritesRefuse {
					return fmt.Errorf("there is no %q: choose proceed or refuse", text)
				}
				c.Redis.Writes = text
				return nil
			},
		},
	}
}

// groupAbout says what the settings of a group are for.
func groupAbout(group string) string {
	switch group {
	case "log":
		return "what is written to standard error"
	case "admin":
		return "a second listener, for those who run the service"
	case "operations":
		return "which operations clients may ask for, and how"
	case "tls":
		return "how clients are spoken to over TLS"
	case "cors":
		return "which pages of other origins may send operations"
	case "compression":
		return "how answers are compressed"
	case "limits":
		return "what a document may cost before it is executed, and what its answer may have"
	case "http":
		return "how clients are connected"
	case "memory":
		return "what is in memory for requests"
	case "overload":
		return "what is refused where more is asked than can be done"
	case "authorization":
		return "what becomes of operations that ask for what the caller may not see"
	case "rates":
		return "what each client may have in a time"
	case "egress":
		return "where calls to services may go; never to link-local addresses"
	case "cache":
		return "what is kept of upstreams' answers"
	case "prefetch":
		return "what is loaded before anybody asks for it"
	case "redis":
		return "what replicas keep together"
	}
	return ""
}

func setAddr(c *Config, text string) error {
	c.Addr = text
	return checkAddr(text)
}

// checkAddr checks an address to listen on. Its host may be empty, which is all of the machine's addresses; its port is a number.
func checkAddr(text string) error {
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("must be host:port, such as localhost:8080 or :8080, is %q", text)
	}
	return nil
}

func setExecutor(c *Config, text string) error {
	if text != executorStock && text != executorPlanned {
		return fmt.Errorf("there is no executor %q: choose planned or stock", text)
	}
	c.Executor = text
	return nil
}

func setTimeout(c *Config, text string) (err error) {
	c.Timeout, err = parseTimeout(text)
	if err == nil && c.Timeout > maxTimeout {
		return fmt.Errorf("must be at most %s, is %q", maxTimeout, text)
	}
	return err
}
