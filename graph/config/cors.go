package config

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// CORS is which pages of other origins may send operations from browsers.
type CORS struct {
	// Origins are scheme://host or scheme://host:port of pages; * as the port or as the first name of the host stands for any, and
	// alone for all of them. nil: nobody said; empty: none.
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
	plain := strings.TrimPrefix(strings.TrimSuffix(host, ":*"), "*.")
	u, err := url.Parse(scheme + "://" + plain)
	if !found || err != nil || u.Host != plain || u.Hostname() == "" || scheme != "http" && scheme != "https" || strings.ContainsAny(plain, "*@ ") {
		return fmt.Errorf("must be an origin, such as https://app.example.com, https://*.example.com or http://localhost:*, is %q", text)
	}
	return nil
}

// everybodysCookies finds pages of all origins that may send what others' browsers have.
func (l *loader) everybodysCookies() {
	if !l.config.CORS.Credentials || !slices.Contains(l.config.CORS.Origins, "*") {
		return
	}
	where := "WEFT_CORS_CREDENTIALS"
	if l.config.File != "" {
		where = l.config.File + ": cors.credentials"
	}
	l.problem(where, errors.New("must be false while cors.origins is '*': list the origins whose pages may send cookies"))
}
