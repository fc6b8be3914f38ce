package config

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
		key: "memory.inFlight", variable: "WEFT_MEMORY_IN_FLIGHT", like: "128MiB",
		about: "bytes of large requests and answers at one time; by default a quarter of what the process may have, or 128MiB",
		set: func(c *Config, text string) (err error) {
			c.InFlight, err = parseSize(text)
			return err
		},
	}}
}
