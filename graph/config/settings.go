package config

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

const (
	defaultAddr     = "localhost:8080"
	defaultExecutor = "stock"

	maxTimeout = 30 * time.Second // where the server cuts it off
)

// setting is one value that the file and the environment can give, and a flag where it changes from run to run.
type setting struct {
	key      string
	variable string
	flag     bool   // there is a flag named like key
	usage    string // of the flag
	set      func(c *Config, text string) error
}

// settings is the table of them, in the order of -h.
func settings() []setting {
	return []setting{
		{"addr", "WEFT_ADDR", true, "listen on this `host:port`", setAddr},
		{"executor", "WEFT_EXECUTOR", true, "the `executor` that runs operations; stock, gqlgen's, is the only one", setExecutor},
		{"trace", "WEFT_TRACE", true, "answer the request header \"Weft-Trace: calls\" with the calls made to upstreams", setTrace},
		{"timeout", "WEFT_TIMEOUT", false, "", setTimeout},
		{"lameDuck", "WEFT_LAME_DUCK", false, "", setLameDuck},
	}
}

func setAddr(c *Config, text string) error {
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("must be host:port, such as localhost:8080 or :8080, is %q", text)
	}
	c.Addr = text
	return nil
}

func setExecutor(c *Config, text string) error {
	if text != defaultExecutor {
		return fmt.Errorf("there is no executor %q: the only one is stock", text)
	}
	c.Executor = text
	return nil
}

func setTrace(c *Config, text string) error {
	switch text {
	case "true", "1":
		c.Trace = true
	case "false", "0":
		c.Trace = false
	default:
		return fmt.Errorf("must be true or false, is %q", text)
	}
	return nil
}

func setTimeout(c *Config, text string) (err error) {
	c.Timeout, err = parseTimeout(text)
	if err == nil && c.Timeout > maxTimeout {
		return fmt.Errorf("must be at most %s, is %q", maxTimeout, text)
	}
	return err
}

func setLameDuck(c *Config, text string) (err error) {
	c.LameDuck, err = parseDuration(text)
	return err
}

// readEnvironment applies the variables that are set and not empty.
func (l *loader) readEnvironment(upstreams []string) {
	for _, s := range settings() {
		if text := l.getenv(s.variable); text != "" {
			l.problem(s.variable, s.set(&l.config, text))
		}
	}
	for _, name := range upstreams {
		variable := urlVariable(name)
		text := l.getenv(variable)
		if text == "" {
			continue
		}
		l.problem(variable, checkURL(text))
		o := l.config.Upstreams[name]
		o.URL = text
		l.config.Upstreams[name] = o
	}
}

// readFlags applies the flags that were given, which are those of settings among set.
func (l *loader) readFlags(set map[string]string) {
	for _, s := range settings() {
		if text, given := set[s.key]; given && s.flag {
			l.problem("-"+s.key, s.set(&l.config, text))
		}
	}
}

// parseDuration parses a duration that may be 0.
func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("must be a duration with its unit, such as 500ms or 2s, is %q", text)
	}
	if d < 0 {
		return 0, fmt.Errorf("must not be negative, is %q", text)
	}
	return d, nil
}

// parseTimeout parses a duration that may not be 0, because no time at all is never meant.
func parseTimeout(text string) (time.Duration, error) {
	d, err := parseDuration(text)
	if err == nil && d == 0 {
		err = errors.New("must be more than 0: leave it out for the default")
	}
	return d, err
}
