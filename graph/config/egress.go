package config

import (
	"fmt"
	"net/url"

	"weft/upstream"
)

func egressSettings() []setting {
	return []setting{
		listSetting(setting{
			key: "egress.schemes", variable: "WEFT_EGRESS_SCHEMES", like: "[https]",
			about: "services are called by these schemes only: http, https. Both by default",
		}, func(c *Config, schemes []string) error {
			c.Egress.Schemes = schemes
			for _, scheme := range schemes {
				if scheme != "http" && scheme != "https" {
					return fmt.Errorf("there is no %q: choose http, https or both", scheme)
				}
			}
			return nil
		}),
		listSetting(setting{
			key: "egress.hosts", variable: "WEFT_EGRESS_HOSTS", like: "['*.example.com', 10.0.0.7]",
			about: "services are called at these hosts only; *.example.com is every name below that. Any by default",
		}, func(c *Config, hosts []string) error {
			c.Egress.Hosts = hosts
			for _, host := range hosts {
				if err := upstream.CheckHost(host); err != nil {
					return fmt.Errorf("%w, is %q", err, host)
				}
			}
			return nil
		}),
		{
			key: "egress.loopback", variable: "WEFT_EGRESS_LOOPBACK", truth: true, initial: "true",
			about: "whether services may be on this machine, once their names were looked up",
			set: func(c *Config, text string) error {
				may, err := parseTruth(text)
				c.Egress.NoLoopback = !may
				return err
			},
		},
		{
			key: "egress.private", variable: "WEFT_EGRESS_PRIVATE", truth: true, initial: "true",
			about: "whether services may be in private networks, once their names were looked up",
			set: func(c *Config, text string) error {
				may, err := parseTruth(text)
				c.Egress.NoPrivate = !may
				return err
			},
		},
	}
}

// leaveEgress tells each upstream where its calls may go, and finds those that are elsewhere.
func (l *loader) leaveEgress(names []string) {
	for _, name := range names {
		o := l.config.Upstreams[name]
		o.Network.Egress = l.config.Egress
		l.config.Upstreams[name] = o
		u, err := url.Parse(o.URL)
		if o.URL == "" || err != nil {
			continue
		}
		where := l.at(l.lines[name]) + ": upstreams." + name + ".url"
		if variable := urlVariable(name); l.config.File == "" || l.getenv(variable) != "" {
			where = variable
		}
		l.problem(where, l.config.Egress.Check(u))
	}
}
