package config

import (
	"fmt"
	"strconv"

	"weft/graph/edge/coding"
)

// Compression is how answers, and what clients send, are coded.
type Compression struct {
	Enabled  bool
	MinBytes int64         // shorter answers are sent as they are
	Private  bool          // whether answers that are not for everybody are compressed, too
	Levels   coding.Levels // how hard each coding tries
}

// compressionSettings are the settings of answers' codings, whose defaults are package coding's.
func compressionSettings() []setting {
	return []setting{
		{
			key: "compression.enabled", variable: "WEFT_COMPRESSION_ENABLED", truth: true, initial: "true",
			about: "compress answers to clients that accept it",
			set: func(c *Config, text string) (err error) {
				c.Compression.Enabled, err = parseTruth(text)
				return err
			},
		},
		{
			key: "compression.minBytes", variable: "WEFT_COMPRESSION_MIN_BYTES", initial: "1KiB",
			about: "answers of fewer bytes are sent as they are",
			set: func(c *Config, text string) (err error) {
				c.Compression.MinBytes, err = parseSize(text)
				return err
			},
		},
		{
			key: "compression.private", variable: "WEFT_COMPRESSION_PRIVATE", truth: true, initial: "true",
			about: "compress answers that are not for everybody, too",
			set: func(c *Config, text string) (err error) {
				c.Compression.Private, err = parseTruth(text)
				return err
			},
		},
		levelSetting("zstd", "WEFT_COMPRESSION_ZSTD", "from 1 to 4", func(l *coding.Levels) *int { return &l.Zstd }),
		levelSetting("gzip", "WEFT_COMPRESSION_GZIP", "from 1 to 9", func(l *coding.Levels) *int { return &l.Gzip }),
		levelSetting("br", "WEFT_COMPRESSION_BR", "from 1 to 11", func(l *coding.Levels) *int { return &l.Brotli }),
	}
}

// levelSetting is the setting of one coding's level.
func levelSetting(name, variable, levels string, of func(*coding.Levels) *int) setting {
	initial := coding.DefaultLevels()
	return setting{
		key: "compression." + name, variable: variable, initial: strconv.Itoa(*of(&initial)),
		about: "how hard " + name + " tries, " + levels + "; 0 leaves it out",
		set: func(c *Config, text string) error {
			level, err := strconv.Atoi(text)
			if err != nil {
				return fmt.Errorf("must be a whole number, is %q", text)
			}
			*of(&c.Compression.Levels) = level
			return c.Compression.Levels.Check()
		},
	}
}
