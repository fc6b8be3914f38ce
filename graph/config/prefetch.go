package config

// Prefetch is which forms of loading ahead of time are used, where the schema or a client says them.
type Prefetch struct {
	Page      bool // @prefetch(page:) of a paged field
	Rest      bool // @prefetch(page:) of a field that loads a part of a list of keys
	Load      bool // @prefetch(load:)
	Operation bool // @prefetch(operation:)
	Client    bool // requests with Sec-Purpose: prefetch
}

func prefetchSettings() []setting {
	return []setting{
		prefetchSetting("page", "WEFT_PREFETCH_PAGE", "load the next page where @prefetch(page:) says so", func(p *Prefetch) *bool { return &p.Page }),
		prefetchSetting("rest", "WEFT_PREFETCH_REST", "let the next keys of a list ride in a call that is made anyway, where @prefetch(page:) says so",
			func(p *Prefetch) *bool { return &p.Rest }),
		prefetchSetting("load", "WEFT_PREFETCH_LOAD", "load what @prefetch(load:) names", func(p *Prefetch) *bool { return &p.Load }),
		prefetchSetting("operation", "WEFT_PREFETCH_OPERATION", "load what the operation that @prefetch(operation:) names needs",
			func(p *Prefetch) *bool { return &p.Operation }),
		prefetchSetting("client", "WEFT_PREFETCH_CLIENT", "answer requests with Sec-Purpose: prefetch only while there is time for them",
			func(p *Prefetch) *bool { return &p.Client }),
	}
}

// prefetchSetting is the setting of one form.
func prefetchSetting(name, variable, about string, of func(*Prefetch) *bool) setting {
	return setting{
		key: "prefetch." + name, variable: variable, truth: true, initial: "true", about: about,
		set: func(c *Config, text string) (err error) {
			*of(&c.Cache.Prefetch), err = parseTruth(text)
			return err
		},
	}
}
