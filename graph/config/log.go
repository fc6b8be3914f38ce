package config

import (
	"fmt"
	"io"
	"log/slog"
)

// How the log is written.
const (
	LogText = "text" // lines of key=value
	LogJSON = "json" // an object a line
)

// Log is what is logged, and how.
type Log struct {
	Level  slog.Level // what is less is not written
	Format string     // [LogText] or [LogJSON]
}

// Logger returns a logger that writes to w.
func (l Log) Logger(w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: l.Level}
	if l.Format == LogJSON {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// logLevels are the levels by the names that configurations give them.
var logLevels = map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}

func logSettings() []setting {
	return []setting{
		{
			key: "log.level", variable: "WEFT_LOG_LEVEL", flag: true, initial: "info",
			about: "log what is of this `level` or above it: debug, info, warn, error",
			set: func(c *Config, text string) error {
				level, known := logLevels[text]
				if !known {
					return fmt.Errorf("there is no %q: choose debug, info, warn or error", text)
				}
				c.Log.Level = level
				return nil
			},
		},
		{
			key: "log.format", variable: "WEFT_LOG_FORMAT", initial: LogText,
			about: "how the log is written: text, lines of key=value, or json, an object a line",
			set: func(c *Config, text string) error {
				if text != LogText && text != LogJSON {
					return fmt.Errorf("there is no %q: choose text or json", text)
				}
				c.Log.Format = text
				return nil
			},
		},
	}
}
