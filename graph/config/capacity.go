package config

// capacitySettings are how much a process takes on at one time.
func capacitySettings() []setting {
	return []setting{{
		key: "memory.inFlight", variable: "WEFT_MEMORY_IN_FLIGHT", like: "128MiB",
		about: "bytes of large requests and answers at one time; by default a quarter of what the process may have, or 128MiB",
		set: func(c *Config, text string) (err error) {
			c.InFlight, err = parseSize(text)
			return err
		},
	}}
}
