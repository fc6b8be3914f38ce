package redis

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
)

// The fields of a record in the log: one of the first three is there, and one of the others may be.
const (
	fieldTags  = "tags"   // a JSON array
	fieldBytes = "tags64" // a JSON array in base64, where a tag is not UTF-8
	fieldAll   = "all"    // everything is invalid
	fieldAfter = "after"  // of an arm, in milliseconds
	fieldEnds  = "ends"   // the ID of an arm
)

// everything are the fields of a record that invalidates everything.
var everything = []string{fieldAll, "1"}

// encodeRecord returns the fields of a record that names tags, each name before its value.
func encodeRecord(r cache.Record) []string {
	name, text, err := fieldTags, []byte("[]"), error(nil)
	switch {
	case slices.ContainsFunc(r.Tags, func(tag string) bool { return !utf8.ValidString(tag) }):
		raw := make([][]byte, len(r.Tags))
		for i, tag := range r.Tags {
			raw[i] = []byte(tag)
		}
		name = fieldBytes
		text, err = json.Marshal(raw)
	case len(r.Tags) > 0:
		text, err = json.Marshal(r.Tags)
	}
	if err != nil { // strings are always encoded
		return everything
	}
	fields := []string{name, string(text)}
	switch {
	case r.After > 0:
		fields = append(fields, fieldAfter, strconv.FormatInt(max(1, r.After.Milliseconds()), 10))
	case r.Ends != cache.ID{}:
		fields = append(fields, fieldEnds, formatID(r.Ends))
	}
	return fields
}

// decodeRecord reads a record. One that is not understood invalidates everything.
func decodeRecord(m goredis.XMessage) (cache.Record, error) {
	id, err := parseID(m.ID)
	if err != nil {
		return cache.Record{}, err
	}
	if r, ok := decodeFields(m.Values); ok {
		r.ID = id
		return r, nil
	}
	return cache.Record{ID: id, All: true}, nil
}

func decodeFields(fields map[string]any) (r cache.Record, ok bool) {
	rest := len(fields) - 1
	if r.Tags, ok = decodeTags(fields); !ok {
		return r, false
	}
	if text, is := fields[fieldAfter].(string); is {
		milli, err := strconv.ParseUint(text, 10, 31)
		if r.After = time.Duration(milli) * time.Millisecond; err != nil || milli == 0 {
			return r, false
		}
		rest--
	} else if text, is := fields[fieldEnds].(string); is {
		var err error
		if r.Ends, err = parseID(text); err != nil {
			return r, false
		}
		rest--
	}
	return r, rest == 0
}

// decodeTags reads the tags of a record, unless it has none or they are not understood.
func decodeTags(fields map[string]any) (tags []string, ok bool) {
	if text, is := fields[fieldTags].(string); is {
		err := json.Unmarshal([]byte(text), &tags)
		return tags, err == nil
	}
	text, is := fields[fieldBytes].(string)
	var raw [][]byte
	if !is || json.Unmarshal([]byte(text), &raw) != nil {
		return nil, false
	}
	for _, tag := range raw {
		tags = append(tags, string(tag))
	}
	return tags, true
}

// decodeRecords reads records; an error says that an ID is none.
func decodeRecords(messages []goredis.XMessage) ([]cache.Record, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	records := make([]cache.Record, len(messages))
	for i, m := range messages {
		var err error
		if records[i], err = decodeRecord(m); err != nil {
			return nil, err
		}
	}
	return records, nil
}

var errID = errors.New("not the ID of a stream's entry")

// parseID reads the ID of a stream's entry: milliseconds of Unix time, and a number within them.
func parseID(text string) (cache.ID, error) {
	milli, seq, _ := strings.Cut(text, "-")
	m, wrongMilli := strconv.ParseUint(milli, 10, 64)
	s, wrongSeq := strconv.ParseUint(seq, 10, 64)
	if wrongMilli != nil || wrongSeq != nil {
		return cache.ID{}, fmt.Errorf("%q: %w", text, errID)
	}
	return cache.ID{Milli: m, Seq: s}, nil
}

// formatID is the inverse of parseID.
func formatID(id cache.ID) string {
	b := make([]byte, 0, 24)
	b = strconv.AppendUint(b, id.Milli, 10)
	b = append(b, '-')
	return string(strconv.AppendUint(b, id.Seq, 10))
}
