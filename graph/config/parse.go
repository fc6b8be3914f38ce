package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// parseTruth parses true or false, wherever it is given.
func parseTruth(text string) (bool, error) {
	switch text {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, fmt.Errorf("must be true or false, is %q", text)
}

// parseDuration parses a duration that may be 0.
func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("must be a duration with its unit, such as 500ms or 2s, is %q", text)
	}
	if d < 0 {
		return 0, fmt.Errorf("must not be negative, is %q", text)
	}
	return d, nil
}

// parseTimeout parses a duration that may not be 0, because no time at all is never meant.
func parseTimeout(text string) (time.Duration, error) {
	d, err := parseDuration(text)
	if err == nil && d == 0 {
		err = errors.New("must be more than 0: leave it out for the default")
	}
	return d, err
}

// parseCount parses a number of at least 1, up to the greatest of 32 bits.
func parseCount(text string) (int, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("must be a whole number of at least 1, is %q", text)
	}
	return int(n), nil
}

// parseCountOrNone parses a number, or 0 for none.
func parseCountOrNone(text string) (int, error) {
	if text == "0" {
		return 0, nil
	}
	return parseCount(text)
}

// parseSize parses a number of bytes, at least one: 8MiB, 512KiB, 100B, or just the number.
func parseSize(text string) (int64, error) {
	units := []struct {
		suffix string
		bytes  int64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}, {"", 1}} // the first that fits: "B" ends the others, too
	for _, unit := range units {
		number, ok := strings.CutSuffix(text, unit.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 32)
		if err != nil || n < 1 {
			break
		}
		return n * unit.bytes, nil
	}
	return 0, fmt.Errorf("must be a size such as 8MiB (B, KiB, MiB, GiB), is %q", text)
}
