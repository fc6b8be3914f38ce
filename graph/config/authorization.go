package config

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
