package config

import "time"

// Overload is what becomes of operations where more is asked than can be done.
type Overload struct {
	Shed   bool          // they wait for their turn, and are refused if that does not come soon
	Target time.Duration // the longest wait for a processor that is no congestion
}

// capacitySettings are how much a process takes on at one time.
func capacitySettings() []setting {
	return []setting{{
		key: "http.maxConnections", variable: "WEFT_HTTP_MAX_CONNECTIONS", initial: "10000",
		about: "connections of clients; one more takes the place of one that is idle",
		set: func(c *Config, text string) (err error) {
			c.Connections, err = parseCount(text)
			return err
		},
	}, {
		key: "http.lane", variable: "WEFT_HTTP_LANE", truth: true, initial: "false",
		about: "serve plain requests of HTTP/1.1 for /graphql without net/http, which takes less of the processor",
		set: func(c *Config, text string) (err error) {
			c.Lane, err = parseTruth(text)
			return err
		},
	}, {
		key: "memory.inFlight", variable: "WEFT_MEMORY_IN_FLIGHT", like: "128MiB",
		about: "bytes of large requests and answers at one time; by default a quarter of what the process may have, or 128MiB",
		set: func(c *Config, text string) (err error) {
			c.InFlight, err = parseSize(text)
			return err
		},
	}, {
		key: "overload.enabled", variable: "WEFT_OVERLOAD_ENABLED", truth: true, initial: "true",
		about: "refuse operations with 503 while more is asked than can be done in time: mutations last",
		set: func(c *Config, text string) (err error) {
			c.Overload.Shed, err = parseTruth(text)
			return err
		},
	}, {
		key: "overload.target", variable: "WEFT_OVERLOAD_TARGET", initial: "2ms",
		about: "how long what is ready may wait for a processor, all of the time, before that is congestion",
		set: func(c *Config, text string) (err error) {
			c.Overload.Target, err = parseTimeout(text)
			return err
		},
	}}
}
