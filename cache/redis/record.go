package redis

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
)

// The fields of a record in the log: one of them is there.
const (
	fieldTags  = "tags"   // a JSON array
	fieldBytes = "tags64" // a JSON array in base64, where a tag is not UTF-8
	fieldAll   = "all"    // everything is invalid
)

// everything is the only field of a record that invalidates everything.
var everything = []string{fieldAll, "1"}

// encodeRecord returns the only field of a record, name and value.
func encodeRecord(tags []string) []string {
	name, text, err := fieldTags, []byte("[]"), error(nil)
	switch {
	case slices.ContainsFunc(tags, func(tag string) bool { return !utf8.ValidString(tag) }):
		raw := make([][]byte, len(tags))
		for i, tag := range tags {
			raw[i] = []byte(tag)
		}
		name = fieldBytes
		text, err = json.Marshal(raw)
	case len(tags) > 0:
		text, err = json.Marshal(tags)
	}
	if err != nil { // strings are always encoded
		return everything
	}
	return []string{name, string(text)}
}

// decodeRecord reads a record. One that is not understood invalidates everything.
func decodeRecord(m goredis.XMessage) (cache.Record, error) {
	id, err := parseID(m.ID)
	if err != nil {
		return cache.Record{}, err
	}
	if len(m.Values) == 1 {
		if tags, ok := decodeTags(m.Values); ok {
			return cache.Record{ID: id, Tags: tags}, nil
		}
	}
	return cache.Record{ID: id, All: true}, nil
}

// decodeTags reads the tags of a record's only field, unless it has none or they are not understood.
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
