package config

import (
	"errors"
	"slices"
)

// recordSettings are about samples of what upstreams answer.
func recordSettings() []setting {
	return []setting{
		{
			key: "record", variable: "WEFT_RECORD", flag: true, like: "samples",
			about: "write what services answer into this `folder`, as samples that go generate reads, with other values in the place of theirs; for development, nowhere by default",
			set: func(c *Config, text string) error {
				c.Record.Dir = text
				if text == "" {
					return errors.New("is no folder")
				}
				return nil
			},
		},
		listSetting(setting{
			key: "recordValues", variable: "WEFT_RECORD_VALUES", flag: true, like: "[status]",
			about: "write the values of the members with these `names` as services send them, whomever they are about; none by default",
		}, func(c *Config, names []string) error {
			c.Record.Values = names
			if slices.Contains(names, "") {
				return errors.New("has a name that is empty")
			}
			return nil
		}),
	}
}

// missingRecord finds values that are to be written nowhere.
func (l *loader) missingRecord() {
	if len(l.config.Record.Values) > 0 && l.config.Record.Dir == "" {
		l.problem("recordValues", errors.New("is given, and record is not: nothing is written"))
	}
}
