package fetch

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"weft/graph/auth"
	"weft/graph/binding"
	"weft/upstream"
)

// claimHeaders are the headers that an upstream is told claims of who asks by, one value each; nil: none. What nobody knows, or is empty, is not
// sent. The error says which claim cannot be sent, and not what it is.
func claimHeaders(client *upstream.Client, who *auth.Caller) (http.Header, error) {
	var headers http.Header
	for _, h := range client.Claims().Headers {
		value, ok := who.Claim(h.Claim)
		if !ok {
			continue
		}
		text, err := claimText(value)
		switch {
		case err != nil:
			return nil, fmt.Errorf("the claim %q cannot be sent as %s: %w", h.Claim, h.Name, err)
		case text == "":
			continue
		case headers == nil:
			headers = http.Header{}
		}
		headers[h.Name] = []string{text}
	}
	return headers, nil
}

// claimText is a claim as a header's value: the elements of a list have commas between them (RFC 9110 §5.6.1).
func claimText(value any) (string, error) {
	list, isList := value.([]any)
	if !isList {
		return scalarText(value)
	}
	texts := make([]string, len(list))
	for i, element := range list {
		var err error
		switch texts[i], err = scalarText(element); {
		case err != nil:
			return "", err
		case texts[i] == "", strings.Contains(texts[i], ","):
			return "", fmt.Errorf("element %d of the list is empty, or has a comma", i)
		}
	}
	return strings.Join(texts, ", "), nil
}

func scalarText(value any) (string, error) {
	switch value := value.(type) {
	case nil:
		return "", nil
	case json.Number:
		return value.String(), nil
	case bool:
		return strconv.FormatBool(value), nil
	case string:
		if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return "", fmt.Errorf("it has control characters")
		}
		if strings.TrimSpace(value) != value { // whoever reads the header would leave the spaces out, and take it for another text
			return "", fmt.Errorf("it has spaces at its ends")
		}
		return value, nil
	}
	return "", fmt.Errorf("it is an object, or a list in a list")
}

// with adds the headers that claims are sent as to those that a call sets itself, which it does not change.
func (t told) with(set http.Header, b *binding.Binding) (http.Header, error) {
	switch {
	case t.err != nil:
		return nil, b.Failed(upstream.Forbidden, t.err)
	case t.headers == nil:
		return set, nil
	case set == nil:
		return t.headers, nil
	}
	all := maps.Clone(set)
	maps.Copy(all, t.headers)
	return all, nil
}
