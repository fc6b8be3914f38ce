package config

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// checkURL checks a base URL. Its messages never quote it: a password may be in it.
func checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return errors.New("must be an absolute URL, such as https://catalog.example.com/v1")
	case u.Port() != "" && !isPort(u.Port()):
		return errors.New("has a port that is none: ports are from 1 to 65535")
	case u.User != nil:
		return errors.New("must not have a user or password: use credential")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return errors.New("must end with the path: use query for constant parameters")
	}
	return nil
}

// isPort reports whether something can be connected to by a port.
func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

// checkHeader checks a constant header. Those that carry secrets have a place where none is written down.
func checkHeader(name, text string) error {
	switch http.CanonicalHeaderKey(name) {
	case "Authorization", "Proxy-Authorization", "Cookie":
		return errors.New("holds a secret: use credential, so that the secret is not in this file")
	}
	return errors.Join(checkHeaderName(name), checkHeaderValue(text))
}

// checkHeaderName checks that a name is a token (RFC 9110, section 5.6.2).
func checkHeaderName(name string) error {
	for _, r := range name {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r) {
			return errors.New("is not the name of a header")
		}
	}
	if name == "" {
		return errors.New("is not the name of a header")
	}
	return nil
}

// checkHeaderValue refuses what could end a header and begin another (RFC 9110, section 5.5). Its message does not quote it.
func checkHeaderValue(text string) error {
	for _, r := range text {
		if r < ' ' && r != '\t' || r == 0x7f {
			return errors.New("must not contain control characters or line breaks")
		}
	}
	return nil
}

// secretOf returns the secret in a variable's value. Its error quotes nothing: what the file names may be the secret itself,
// put in the wrong place.
func secretOf(value string) (string, error) {
	secret := strings.TrimSpace(value)
	if secret == "" {
		return "", errors.New("the environment variable of this name is not set: set it to the secret")
	}
	return secret, checkSecret(secret)
}

// readSecretFile returns the secret in a file, without the line break that editors put behind it. Its error quotes neither path nor
// content, for the same reason.
func readSecretFile(path string) (string, error) {
	text, err := readAll(path)
	if err != nil {
		return "", fmt.Errorf("the secret's file cannot be read: %w", err)
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return "", errors.New("the secret's file is empty")
	}
	return secret, checkSecret(secret)
}

// checkSecret checks that a secret can be sent in a header.
func checkSecret(secret string) error {
	if err := checkHeaderValue(secret); err != nil {
		return fmt.Errorf("the secret %w", err)
	}
	return nil
}

// minKey is the least length, in bytes, of a secret that whoever may try must not find.
const minKey = 16

// checkKey checks a secret that is a key here: what administrators send, or what digests and seals are made with.
func checkKey(secret string) error {
	if len(secret) < minKey {
		return fmt.Errorf("the secret must have at least %d bytes", minKey)
	}
	return checkSecret(secret)
}

// redisSchemes are how a Redis is deployed, with TLS and without.
var redisSchemes = []string{"redis", "rediss", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster"}

// checkRedisURL checks the form of a Redis' URL, which may have several hosts; what its parameters say is for the client to
// check. Its messages never quote it: a password may be in it.
func checkRedisURL(text string) error {
	wrong := errors.New("must be a URL of Redis, such as redis://localhost:6379, rediss://user:password@host:6380/0 or redis+cluster://a:6379,b:6379")
	scheme, rest, _ := strings.Cut(text, "://")
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	user := authority[:strings.LastIndexByte(authority, '@')+1] // with its @; "" without one
	if !slices.Contains(redisSchemes, scheme) {
		return wrong
	}
	for host := range strings.SplitSeq(authority[len(user):], ",") {
		u, err := url.Parse("redis://" + user + host + rest[len(authority):])
		if err != nil || u.Hostname() == "" || u.Fragment != "" {
			return wrong
		}
	}
	return nil
}

// keyPrefix is what keys in Redis may begin with. Braces would put all of them into one slot of a cluster.
var keyPrefix = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,64}$`)

func checkPrefix(text string) error {
	if !keyPrefix.MatchString(text) {
		return errors.New("must have 1 to 64 letters, digits and _ . : -")
	}
	return nil
}
