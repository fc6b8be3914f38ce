package config

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"weft/graph/persisted"
)

// Operations is which operations clients may ask for, and how.
type Operations struct {
	// Mode is "open": whatever the schema allows; "observe": the same, and what no manifest has is logged; or "locked": what a
	// manifest has, by its id, and nothing else.
	Mode string

	// APQ is whether clients may register texts, to send only their digests from then on. Nothing is registered under "locked".
	APQ bool

	// APQMaxBytes and APQRedisBytes bound what is kept of them, in this process and in Redis; APQTTL how long one stays that nobody
	// asks for, in each.
	APQMaxBytes, APQRedisBytes int64
	APQTTL                     time.Duration

	// Manifests are the places of them: files, folders, patterns of files, and URLs, which may hold secrets.
	Manifests []Secret

	// MaxBytes bounds what the manifests' operations take, parsed and planned.
	MaxBytes int64

	// IDs are the members of a request, or parameters of its URL, that an operation's id may stand in.
	IDs []string

	// IDHeaders are the request headers that one may stand in, and IDPath is whether it may be the end of the URL's path.
	IDHeaders []string
	IDPath    bool
}

// The modes of [Operations].
const (
	ModeOpen    = "open"
	ModeObserve = "observe"
	ModeLocked  = "locked"
)

func operationSettings() []setting {
	return slices.Concat([]setting{
		{
			key: "operations.mode", variable: "WEFT_OPERATIONS_MODE", flag: true, initial: ModeOpen,
			about: "run operations in this `mode`: open, any; observe, any, and log those that no manifest has; locked, those of manifests, by id",
			set: func(c *Config, text string) error {
				if text != ModeOpen && text != ModeObserve && text != ModeLocked {
					return fmt.Errorf("there is no mode %q: choose open, observe or locked", text)
				}
				c.Operations.Mode = text
				return nil
			},
		},
		{
			key: "operations.apq", variable: "WEFT_OPERATIONS_APQ", truth: true, initial: "true",
			about: "let clients register texts, and send digests from then on (automatic persisted queries); never when locked",
			set: func(c *Config, text string) (err error) {
				c.Operations.APQ, err = parseTruth(text)
				return err
			},
		},
	}, apqSettings(), []setting{
		listSetting(setting{
			key: "operations.manifests", variable: "WEFT_OPERATIONS_MANIFESTS", like: "[manifests/*.json]",
			about: "where manifests of operations are: files, folders, patterns, https URLs; they are watched. None by default",
		}, func(c *Config, places []string) error {
			c.Operations.Manifests = nil
			for _, place := range places {
				if err := persisted.CheckLocation(place); err != nil {
					return err
				}
				c.Operations.Manifests = append(c.Operations.Manifests, Secret(place))
			}
			return nil
		}),
		{
			key: "operations.maxBytes", variable: "WEFT_OPERATIONS_MAX_BYTES", initial: "64MiB",
			about: "bytes that manifests' operations take, parsed and planned; with more than that there is no start",
			set: func(c *Config, text string) (err error) {
				c.Operations.MaxBytes, err = parseSize(text)
				return err
			},
		},
		listSetting(setting{
			key: "operations.ids", variable: "WEFT_OPERATIONS_IDS", initial: "documentId", like: "[documentId]",
			about: "members of a request, or parameters of its URL, that an id may stand in, beside Apollo's extensions.persistedQuery",
		}, func(c *Config, names []string) error {
			c.Operations.IDs = names
			return checkIDPlaces(names)
		}),
		listSetting(setting{
			key: "operations.idHeaders", variable: "WEFT_OPERATIONS_ID_HEADERS", like: "[X-Graphql-Document-Id]",
			about: "request headers that an id may stand in, too; none by default",
		}, func(c *Config, names []string) error {
			c.Operations.IDHeaders = names
			return checkIDHeaders(names)
		}),
		{
			key: "operations.idPath", variable: "WEFT_OPERATIONS_ID_PATH", truth: true, initial: "false",
			about: "let an id be the end of the path, too: /graphql/ID",
			set: func(c *Config, text string) (err error) {
				c.Operations.IDPath, err = parseTruth(text)
				return err
			},
		},
	})
}

func apqSettings() []setting {
	size := func(key, variable, initial, about string, into func(*Config) *int64) setting {
		return setting{key: key, variable: variable, initial: initial, about: about, set: func(c *Config, text string) error {
			bytes, err := parseSize(text)
			if err == nil && bytes < minAPQBytes {
				err = fmt.Errorf("must be at least 1MiB, is %q: with operations.apq: false nothing is registered", text)
			}
			*into(c) = bytes
			return err
		}}
	}
	return []setting{
		size("operations.apqMaxBytes", "WEFT_OPERATIONS_APQ_MAX_BYTES", "16MiB",
			"bytes of registered texts in this process, the least recently used going first; a text has at most a 64th of that",
			func(c *Config) *int64 { return &c.Operations.APQMaxBytes }),
		size("operations.apqRedisBytes", "WEFT_OPERATIONS_APQ_REDIS_BYTES", "64MiB",
			"bytes of registered texts in Redis; old ones going first",
			func(c *Config) *int64 { return &c.Operations.APQRedisBytes }),
		{
			key: "operations.apqTTL", variable: "WEFT_OPERATIONS_APQ_TTL", initial: "336h",
			about: "how long a registered text stays that nobody asks for, in this process and in Redis; at least 1m",
			set: func(c *Config, text string) (err error) {
				if c.Operations.APQTTL, err = parseDuration(text); err == nil && c.Operations.APQTTL < time.Minute {
					err = fmt.Errorf("must be at least 1m, is %q", text)
				}
				return err
			},
		},
	}
}

// minAPQBytes leaves room for texts of 16 KiB.
const minAPQBytes = 1 << 20

var idMember = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,63}$`)

// checkIDPlaces checks the names of members that ids stand in.
func checkIDPlaces(names []string) error {
	for _, name := range names {
		switch {
		case !idMember.MatchString(name):
			return fmt.Errorf("%q is not a member's name: letters, digits and _ . -, such as documentId or doc_id", name)
		case strings.Contains(" query operationName variables extensions ", " "+name+" "):
			return fmt.Errorf("%s has another meaning: an id cannot stand there", name)
		}
	}
	return nil
}

// otherHeaders are those that mean something else, for us or for whoever is in between.
const otherHeaders = "Accept|Accept-Encoding|Accept-Language|Authorization|Connection|Content-Encoding|Content-Length|Content-Type|Cookie|Host|" +
	"If-None-Match|Origin|Proxy-Authorization|Referer|Transfer-Encoding|User-Agent|Vary"

// checkIDHeaders checks the names of headers that ids stand in.
func checkIDHeaders(names []string) error {
	for _, name := range names {
		if err := checkHeaderName(name); err != nil {
			return fmt.Errorf("%q %w", name, err)
		}
		if strings.Contains("|"+otherHeaders+"|", "|"+http.CanonicalHeaderKey(name)+"|") {
			return fmt.Errorf("%s has another meaning: an id cannot stand there", name)
		}
	}
	return nil
}

// missingManifests finds a service that would run nothing.
func (l *loader) missingManifests() {
	if l.config.Operations.Mode != ModeLocked || len(l.config.Operations.Manifests) > 0 {
		return
	}
	where := "WEFT_OPERATIONS_MANIFESTS"
	if l.config.File != "" {
		where = l.config.File + ": operations.manifests"
	}
	l.problem(where, errors.New("is not given, and operations.mode is locked: no operation could be run"))
}
