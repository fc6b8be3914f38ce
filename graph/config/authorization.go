package config

import (
	"fmt"
	"net/netip"
	"strings"

	"weft/graph/rate"
)

func authorizationSettings() []setting {
	return []setting{{
		key: "authorization.reject", variable: "WEFT_AUTHORIZATION_REJECT", truth: true, initial: "false",
		about: "refuse an operation as a whole that asks for anything its caller may not see",
		set: func(c *Config, text string) (err error) {
			c.RejectDenied, err = parseTruth(text)
			return err
		},
	}}
}

// rateSettings are what each client may have in a time.
func rateSettings() []setting {
	limit := func(key, variable, like, about string, of func(c *Config) *rate.Limit) setting {
		return setting{key: key, variable: variable, like: like, about: about, set: func(c *Config, text string) (err error) {
			*of(c), err = rate.ParseLimit(text)
			return err
		}}
	}
	return []setting{
		{
			key: "rates.redis", variable: "WEFT_RATES_REDIS", initial: rate.Proceed,
			about: "replicas count together in redis.url. While it is away: proceed, each lets clients have its part; refuse, none does. off: each counts for itself",
			set: func(c *Config, text string) error {
				if text != rate.Proceed && text != rate.Refuse && text != rate.Off {
					return fmt.Errorf("there is no %q: choose proceed, refuse or off", text)
				}
				c.Rates.Sharing = text
				return nil
			},
		},
		limit("rates.operations", "WEFT_RATES_OPERATIONS", "600/m", "operations of each client in a second (50/s), a minute (600/m) or an hour (1000/h), as many at once; any number by default",
			func(c *Config) *rate.Limit { return &c.Rates.Operations }),
		listSetting(setting{
			key: "rates.named", variable: "WEFT_RATES_NAMED", like: "[addReview=10/m]",
			about: "operations of each client by their name or persisted id, beside rates.operations; any number by default",
		}, func(c *Config, texts []string) (err error) {
			c.Rates.Named, err = parseNamedRates(texts)
			return err
		}),
		limit("rates.upstreamCalls", "WEFT_RATES_UPSTREAM_CALLS", "6000/m", "calls to services that each client's operations take; any number by default",
			func(c *Config) *rate.Limit { return &c.Rates.UpstreamCalls }),
		limit("rates.failedAuthentications", "WEFT_RATES_FAILED_AUTHENTICATIONS", "30/m", "refused credentials of each address, of which none are looked at above that; needs trustedHops",
			func(c *Config) *rate.Limit { return &c.Rates.FailedAuthentications }),
		listSetting(setting{
			key: "rates.trustedHops", variable: "WEFT_RATES_TRUSTED_HOPS", like: "[10.0.0.0/8]",
			about: "networks of proxies in front, whose X-Forwarded-For says who a client is that is not known; [] if there are none. Without it such clients are not told apart",
		}, func(c *Config, texts []string) (err error) {
			c.Rates.TrustedHops, err = parseNetworks(texts)
			if c.Rates.TrustedHops == nil {
				c.Rates.TrustedHops = []netip.Prefix{}
			}
			return err
		}),
	}
}

// parseNamedRates reads limits of operations, each of the form NAME=LIMIT.
func parseNamedRates(texts []string) (map[string]rate.Limit, error) {
	named := map[string]rate.Limit{}
	for _, text := range texts {
		at := strings.LastIndex(text, "=") // ids may have some, too
		if at < 1 {
			return nil, fmt.Errorf("must be names or ids of operations with their limits, such as addReview=10/m, is %q", text)
		}
		name := text[:at]
		if _, twice := named[name]; twice {
			return nil, fmt.Errorf("has two limits of %s", name)
		}
		l, err := rate.ParseLimit(text[at+1:])
		if err != nil {
			return nil, fmt.Errorf("of %s %w", name, err)
		}
		named[name] = l
	}
	return named, nil
}
