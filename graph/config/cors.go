package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"
)

// CORS is which pages of other origins may send operations from browsers.
type CORS struct {
	// Origins are scheme://host or scheme://host:port of pages; * as the port stands for any or none, as the first name of the host for
	// any one or more, and alone for all origins. nil: nobody said; empty: none.
	Origins []string

	Headers     []string      // of requests, that pages may send beside those that Weft, and its upstreams, read
	MaxAge      time.Duration // how long browsers keep this
	Credentials bool          // whether they send cookies
}

func corsSettings() []setting {
	return []setting{
		listSetting(setting{
			key: "cors.origins", variable: "WEFT_CORS_ORIGINS", like: "['https://app.example.com', 'http://localhost:*']",
			about: "pages of these other origins may send operations; '*': of all. None by default, but localhost over the demo",
		}, func(c *Config, origins []string) error {
			c.CORS.Origins = []string{}
			for _, origin := range origins {
				if err := checkOrigin(origin); err != nil {
					return err
				}
				c.CORS.Origins = append(c.CORS.Origins, origin)
			}
			return nil
		}),
		listSetting(setting{
			key: "cors.headers", variable: "WEFT_CORS_HEADERS", like: "[X-Request-Id]",
			about: "headers that those pages may send, beside those that are read here or forwarded",
		}, func(c *Config, headers []string) error {
			c.CORS.Headers = headers
			for _, name := range headers {
				if err := checkHeaderName(name); err != nil {
					return fmt.Errorf("%q %w", name, err)
				}
			}
			return nil
		}),
		{
			key: "cors.maxAge", variable: "WEFT_CORS_MAX_AGE", initial: "5m",
			about: "how long browsers need not ask again whether a page may",
			set: func(c *Config, text string) (err error) {
				c.CORS.MaxAge, err = parseDuration(text)
				return err
			},
		},
		{
			key: "cors.credentials", variable: "WEFT_CORS_CREDENTIALS", truth: true, initial: "false",
			about: "whether those pages' requests may have cookies; never with the origin '*'",
			set: func(c *Config, text string) (err error) {
				c.CORS.Credentials, err = parseTruth(text)
				return err
			},
		},
	}
}

// checkOrigin refuses what no browser sends as Origin, and what would stand for more than one thinks.
func checkOrigin(text string) error {
	if text == "*" {
		return nil
	}
	scheme, host, found := strings.Cut(text, "://")
	// What is left without the wildcards must be a host, or host and port, that a URL has as it stands.
	below, wild := strings.CutPrefix(strings.TrimSuffix(host, ":*"), "*.")
	u, err := url.Parse(scheme + "://" + below)
	if !found || err != nil || u.Host != below || u.Hostname() == "" || wild && net.ParseIP(u.Hostname()) != nil ||
		scheme != "http" && scheme != "https" || strings.ContainsAny(below, "*@ ") {
		return fmt.Errorf("must be an origin, such as https://app.example.com, https://*.example.com or http://localhost:*, is %q", text)
	}
	return nil
}

// cookiesOfMany finds pages of people who have nothing to do with each other that may send what others' browsers have.
func (l *loader) cookiesOfMany() {
	if !l.config.CORS.Credentials {
		return
	}
	where := "WEFT_CORS_CREDENTIALS"
	if l.config.File != "" {
		where = l.config.File + ": cors.credentials"
	}
	for _, origin := range l.config.CORS.Origins {
		switch suffix := ofAnybody(origin); {
		case origin == "*":
			l.problem(where, errors.New("must be false while cors.origins is '*': list the origins whose pages may send cookies"))
		case suffix != "":
			l.problem(where, fmt.Errorf(
				"must be false while cors.origins has %q: anybody may have a name below %s, so list the origins whose pages may send cookies", origin, suffix))
		}
	}
}

// ofAnybody returns the public suffix, such as com, co.uk or github.io, of which an origin has all names; "": it has those of an owner.
func ofAnybody(origin string) string {
	_, host, _ := strings.Cut(origin, "://*.")
	host, _, _ = strings.Cut(strings.ToLower(host), ":")
	if suffix, _ := publicsuffix.PublicSuffix(host); host == "" || suffix != host || host == "localhost" {
		return ""
	}
	return host
}
