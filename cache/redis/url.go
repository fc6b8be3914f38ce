package redis

import (
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// kind is how Redis is deployed.
type kind uint8

const (
	single kind = iota
	sentinel
	cluster
)

// schemes are the schemes of a URL.
var schemes = map[string]struct {
	kind   kind
	secure bool
}{
	"redis": {single, false}, "rediss": {single, true},
	"redis+sentinel": {sentinel, false}, "rediss+sentinel": {sentinel, true},
	"redis+cluster": {cluster, false}, "rediss+cluster": {cluster, true},
}

// parameters are the query parameters that a URL may have, and whether they are the ones that go-redis understands too.
var parameters = map[string]bool{
	"addr": true, "client_name": true, "conn_max_idle_time": true, "conn_max_lifetime": true, "db": false, "master_name": true,
	"min_idle_conns": true, "pool_size": true, "protocol": true,
	"cluster": false, "prefix": false, "sentinel_password": false, "sentinel_username": false, "skip_verify": false,
}

// target is what a URL says.
type target struct {
	kind               kind
	secure, skipVerify bool
	user, password     string // of Redis; those of Sentinel stay in query
	hosts              []string
	db                 int
	prefix             string
	query              url.Values
}

// parseURL reads a URL. No error holds anything of it that could be a secret, so none holds what a parser says about it.
func parseURL(raw string) (target, error) {
	scheme, rest, _ := strings.Cut(raw, "://")
	s, ok := schemes[scheme]
	if !ok {
		return target{}, fmt.Errorf("redis: the URL's scheme is none of %s", strings.Join(slices.Sorted(maps.Keys(schemes)), ", "))
	}
	rest, query, _ := strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(rest, "/")
	if strings.ContainsAny(path+query, "@#") || strings.Contains(authority, "#") {
		return target{}, errors.New("redis: the URL has an unescaped @ or # where there is none; in a password they are %40 and %23, / is %2F and ? is %3F")
	}
	t := target{kind: s.kind, secure: s.secure}
	if err := t.parseAuthority(authority); err != nil {
		return target{}, err
	}
	if err := t.parseQuery(query); err != nil {
		return target{}, err
	}
	return t, t.parseDatabase(strings.TrimSuffix(path, "/"))
}

// parseAuthority reads user, password and hosts.
func (t *target) parseAuthority(authority string) error {
	hosts := authority
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		hosts = authority[at+1:]
		user, password, _ := strings.Cut(authority[:at], ":")
		var wrongUser, wrongPassword error
		t.user, wrongUser = url.PathUnescape(user)
		t.password, wrongPassword = url.PathUnescape(password)
		if wrongUser != nil || wrongPassword != nil {
			return errors.New("redis: the URL's user or password is not percent-encoded")
		}
	}
	t.hosts = strings.Split(hosts, ",")
	return nil
}

// parseQuery reads the parameters.
func (t *target) parseQuery(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("redis: the URL's parameters are not percent-encoded")
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if _, known := parameters[name]; !known {
			return fmt.Errorf("redis: the URL has an unknown parameter %q", name)
		}
	}
	t.query = values
	t.prefix = values.Get("prefix")
	t.hosts = append(t.hosts, values["addr"]...)
	if t.skipVerify, err = parameter(values, "skip_verify", strconv.ParseBool); err != nil {
		return err
	}
	clustered, err := parameter(values, "cluster", strconv.ParseBool)
	switch {
	case err != nil:
		return err
	case clustered && t.kind == single:
		t.kind = cluster
	case values.Has("master_name") && t.kind == single:
		t.kind = sentinel
	}
	return t.check()
}

// parameter reads a parameter, which may be absent.
func parameter[T any](values url.Values, name string, parse func(string) (T, error)) (T, error) {
	var none T
	if !values.Has(name) {
		return none, nil
	}
	value, err := parse(values.Get(name))
	if err != nil {
		return none, fmt.Errorf("redis: the URL's parameter %s has a wrong value", name)
	}
	return value, nil
}

// check reports what does not go together, and completes the hosts.
func (t *target) check() error {
	forSentinel := t.query.Has("master_name") || t.query.Has("sentinel_username") || t.query.Has("sentinel_password")
	switch {
	case t.kind == sentinel && t.query.Get("master_name") == "":
		return errors.New("redis: the URL of Sentinels needs the parameter master_name")
	case t.kind != sentinel && forSentinel:
		return errors.New("redis: the URL has parameters for Sentinels, and is not one of Sentinels")
	case t.kind == single && len(t.hosts) > 1:
		return errors.New("redis: the URL has several hosts: it needs the scheme redis+cluster or redis+sentinel")
	case t.skipVerify && !t.secure:
		return errors.New("redis: the URL has the parameter skip_verify without TLS")
	}
	port := "6379"
	if t.kind == sentinel {
		port = "26379"
	}
	for i, host := range t.hosts {
		full, err := withPort(host, port)
		if err != nil {
			return err
		}
		t.hosts[i] = full
	}
	return nil
}

// withPort returns host:port; without a host it is this machine.
func withPort(host, port string) (string, error) {
	u, err := url.Parse("redis://" + host)
	if err != nil || u.Host != host || strings.Contains(u.Hostname(), ":") && !strings.HasPrefix(host, "[") {
		return "", errors.New("redis: the URL has a host that is none")
	}
	name := u.Hostname()
	if name == "" {
		name = "localhost"
	}
	if u.Port() != "" {
		port = u.Port()
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", errors.New("redis: the URL has a port that is none: ports are from 1 to 65535")
	}
	return net.JoinHostPort(name, port), nil
}

// parseDatabase reads the number of the database, from the path or from a parameter.
func (t *target) parseDatabase(path string) error {
	if path != "" && t.query.Has("db") {
		return errors.New("redis: the URL names a database twice")
	}
	if path == "" {
		path = t.query.Get("db")
	}
	if path == "" {
		return nil
	}
	db, err := strconv.Atoi(path)
	if err != nil || db < 0 {
		return errors.New("redis: the URL's path is not the number of a database")
	}
	if t.kind == cluster && db != 0 {
		return errors.New("redis: a cluster has no database but 0")
	}
	t.db = db
	return nil
}

// clean returns the URL as go-redis reads it, without anything secret.
func (t *target) clean() string {
	scheme := "redis"
	if t.secure {
		scheme = "rediss"
	}
	query := url.Values{}
	for name, values := range t.query {
		if parameters[name] && name != "addr" {
			query[name] = values[len(values)-1:]
		}
	}
	if len(t.hosts) > 1 {
		query["addr"] = t.hosts[1:]
	}
	return (&url.URL{Scheme: scheme, Host: t.hosts[0], RawQuery: query.Encode()}).String()
}

// limits are what all clients have in common. go-redis' own are made for who would rather wait than go without: with them a
// call to a closed port takes 1.7 s, and one to a server that hangs 5 s, whatever the context says.
type limits struct {
	timeout  time.Duration // where the context has no deadline
	poolSize int           // at most, for each node; 0: as the URL says, or 32
}

const (
	dialTimeout = 200 * time.Millisecond
	poolTimeout = 30 * time.Millisecond
	connections = 32
)

// connect returns a client. It does not wait for a connection.
func (t *target) connect(l limits) (goredis.UniversalClient, error) {
	switch t.kind {
	case sentinel:
		return t.connectSentinel(l)
	case cluster:
		return t.connectCluster(l)
	}
	o, err := goredis.ParseURL(t.clean())
	if err != nil {
		return nil, fmt.Errorf("redis: the URL has a wrong value: %w", err)
	}
	o.Username, o.Password, o.DB = t.user, t.password, t.db
	t.verify(o.TLSConfig)
	o.ContextTimeoutEnabled, o.MaxRetries, o.DialerRetries, o.DialTimeout = true, -1, 1, dialTimeout
	o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = l.timeout, l.timeout, poolTimeout
	o.PoolSize, o.PipelinePoolSize = l.size(o.PoolSize), -1
	o.DisableIdentity, o.MaintNotificationsConfig = true, withoutNotifications()
	return goredis.NewClient(o), nil
}

func (t *target) connectSentinel(l limits) (goredis.UniversalClient, error) {
	o, err := goredis.ParseFailoverURL(t.clean())
	if err != nil {
		return nil, fmt.Errorf("redis: the URL has a wrong value: %w", err)
	}
	o.Username, o.Password, o.DB = t.user, t.password, t.db
	o.SentinelUsername, o.SentinelPassword = t.query.Get("sentinel_username"), t.query.Get("sentinel_password")
	t.verify(o.TLSConfig)
	o.ContextTimeoutEnabled, o.MaxRetries, o.DialerRetries, o.DialTimeout = true, -1, 1, dialTimeout
	o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = l.timeout, l.timeout, poolTimeout
	o.PoolSize, o.PipelinePoolSize = l.size(o.PoolSize), -1
	o.DisableIdentity = true
	return goredis.NewFailoverClient(o), nil
}

func (t *target) connectCluster(l limits) (goredis.UniversalClient, error) {
	o, err := goredis.ParseClusterURL(t.clean())
	if err != nil {
		return nil, fmt.Errorf("redis: the URL has a wrong value: %w", err)
	}
	o.Username, o.Password = t.user, t.password
	t.verify(o.TLSConfig)
	o.ContextTimeoutEnabled, o.MaxRetries, o.DialerRetries, o.DialTimeout = true, -1, 1, dialTimeout
	o.MinRetryBackoff, o.MaxRetryBackoff = time.Millisecond, 8*time.Millisecond // of redirections
	o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = l.timeout, l.timeout, poolTimeout
	o.PoolSize, o.PipelinePoolSize = l.size(o.PoolSize), -1
	o.DisableIdentity, o.MaintNotificationsConfig = true, withoutNotifications()
	o.DisableRoutingPolicies = true // they ask for COMMAND first, for up to 5 s whatever the context says
	return goredis.NewClusterClient(o), nil
}

// verify says how certificates are verified; nil is a connection without TLS.
func (t *target) verify(c *tls.Config) {
	if c != nil {
		c.MinVersion = tls.VersionTLS12
		c.InsecureSkipVerify = t.skipVerify
	}
}

func (l limits) size(asked int) int {
	switch {
	case l.poolSize > 0:
		return l.poolSize
	case asked > 0:
		return asked
	}
	return connections
}

// withoutNotifications keeps go-redis from asking for notifications of maintenance, which servers other than Redis' own cloud do not send.
func withoutNotifications() *maintnotifications.Config {
	return &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}
