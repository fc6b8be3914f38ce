package config

import (
	"strconv"

	"weft/graph/limit"
)

// limitSettings are the settings of what a document may cost, whose defaults are package limit's, and an answer have.
func limitSettings() []setting {
	return []setting{
		limitSetting("tokens", "WEFT_LIMITS_TOKENS", func(l *limit.Document) *int { return &l.Tokens },
			"names, literals and punctuation of a document"),
		limitSetting("name", "WEFT_LIMITS_NAME", func(l *limit.Document) *int { return &l.Name },
			"bytes of a name in it"),
		limitSetting("depth", "WEFT_LIMITS_DEPTH", func(l *limit.Document) *int { return &l.Depth },
			"selections inside each other, fragments included; lists and objects of a literal"),
		limitSetting("nodes", "WEFT_LIMITS_NODES", func(l *limit.Document) *int { return &l.Nodes },
			"fields, fragments, directives, arguments and literals, where fragments are spread"),
		limitSetting("repeats", "WEFT_LIMITS_REPEATS", func(l *limit.Document) *int { return &l.Repeats },
			"pairs of fields that have one response name in one object"),
		limitSetting("introspections", "WEFT_LIMITS_INTROSPECTIONS", func(l *limit.Document) *int { return &l.Introspections },
			"answers about the schema, in sizes of the whole schema"),
		limitSetting("variables", "WEFT_LIMITS_VARIABLES", func(l *limit.Document) *int { return &l.Variables },
			"values in variables, each counted as often as it is used"),
		{
			key: "limits.cost", variable: "WEFT_LIMITS_COST", initial: "0",
			about: "the field cost and the type cost of an operation, by @cost and @listSize; 0: any",
			set: func(c *Config, text string) (err error) {
				c.Limits.Cost, err = parseCountOrNone(text)
				return err
			},
		},
		{
			key: "limits.body", variable: "WEFT_LIMITS_BODY", initial: "1MiB",
			about: "bytes of a request's body, decompressed",
			set: func(c *Config, text string) (err error) {
				c.Limits.Body, err = parseSize(text)
				return err
			},
		},
		{
			key: "limits.answer", variable: "WEFT_LIMITS_ANSWER", initial: "32MiB",
			about: "bytes of an answer's data, which may have one value for each 32 of them; 512 under gqlgen's executor",
			set: func(c *Config, text string) (err error) {
				c.Limits.Answer, err = parseSize(text)
				return err
			},
		},
		{
			key: "limits.objects", variable: "WEFT_LIMITS_OBJECTS", initial: "100000",
			about: "objects of an answer, each as often as it stands in it",
			set: func(c *Config, text string) (err error) {
				c.Limits.Objects, err = parseCount(text)
				return err
			},
		},
		{
			key: "limits.upstreamCalls", variable: "WEFT_LIMITS_UPSTREAM_CALLS", initial: "500",
			about: "calls to services for an answer",
			set: func(c *Config, text string) (err error) {
				c.Limits.UpstreamCalls, err = parseCount(text)
				return err
			},
		},
		{
			key: "limits.upstreamBytes", variable: "WEFT_LIMITS_UPSTREAM_BYTES", initial: "16MiB",
			about: "bytes that services answer these calls with, decompressed, and 2 KiB for each key that they carry",
			set: func(c *Config, text string) (err error) {
				c.Limits.UpstreamBytes, err = parseSize(text)
				return err
			},
		},
	}
}

// limitSetting is the setting of one limit on documents.
func limitSetting(name, variable string, of func(*limit.Document) *int, about string) setting {
	initial := limit.Document{}.WithDefaults()
	return setting{
		key: "limits." + name, variable: variable, initial: strconv.Itoa(*of(&initial)), about: about,
		set: func(c *Config, text string) (err error) {
			*of(&c.Limits.Document), err = parseCount(text)
			return err
		},
	}
}
