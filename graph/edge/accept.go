package edge

import (
	"mime"
	"strconv"
	"strings"
)

const (
	mediaJSON    = "application/json"
	mediaGraphQL = "application/graphql-response+json"
)

// chooseMedia picks the media type of the answer from the Accept headers: the highest q (RFC 9110, section
// 12.4.2), then the first. No Accept header, */* and application/* mean application/json, which every client
// reads. ok is false when the client accepts neither type; media is application/json then, for the refusal.
func chooseMedia(accept []string) (media string, ok bool) {
	switch {
	case len(accept) == 0:
		return mediaJSON, true
	case len(accept) == 1 && (accept[0] == "*/*" || accept[0] == mediaJSON):
		return mediaJSON, true
	}
	best := 0.0
	media = mediaJSON
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		offered, q := acceptPart(part)
		if offered != "" && q > best {
			media, best = offered, q
		}
	}
	return media, best > 0
}

// acceptPart reads one media range; offered is "" when it covers none of our types.
func acceptPart(part string) (offered string, q float64) {
	mediaRange, params, err := mime.ParseMediaType(part)
	if err != nil {
		return "", 0
	}
	switch mediaRange {
	case mediaJSON, "application/*", "*/*":
		offered = mediaJSON
	case mediaGraphQL:
		offered = mediaGraphQL
	}
	if text, given := params["q"]; given {
		q, err = strconv.ParseFloat(text, 64)
		if err != nil {
			return "", 0
		}
		return offered, q
	}
	return offered, 1
}
