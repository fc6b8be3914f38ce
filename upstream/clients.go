package upstream

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Clients are the clients of a schema's upstreams, by name. The map must not change while it is used.
type Clients map[string]*Client

// NewClients returns a client for every upstream of the schema. The error joins all problems of all upstreams: one without
// a URL, options for a name that the schema does not know, and what [NewClient] finds.
func NewClients(specs []Spec, options map[string]Options) (Clients, error) {
	clients := make(Clients, len(specs))
	var problems []error
	for _, spec := range specs {
		if _, twice := clients[spec.Name]; twice {
			problems = append(problems, fmt.Errorf("upstream %q is declared twice", spec.Name))
			continue
		}
		client, err := NewClient(spec, options[spec.Name])
		if err != nil {
			problems = append(problems, err)
		}
		clients[spec.Name] = client
	}
	for _, name := range slices.Sorted(maps.Keys(options)) {
		if _, known := clients[name]; !known {
			problems = append(problems, fmt.Errorf("upstreams.%s: the schema has no such upstream%s", name, suggestion(name, specs)))
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return clients, nil
}

// Close closes all clients, one after the other.
func (cs Clients) Close() {
	for _, client := range cs {
		client.Close()
	}
}

// missingURL tells where a URL can be configured.
func missingURL(name string) error {
	variable := strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(name))
	return fmt.Errorf("upstream %q has no URL: set upstreams.%s.url or WEFT_UPSTREAM_%s_URL", name, name, variable)
}

// suggestion returns a question that names the upstream closest to name; "" when none is close.
func suggestion(name string, specs []Spec) string {
	closest, distance := "", 1+max(1, len(name)/3)
	for _, spec := range specs {
		if d := levenshtein.ComputeDistance(name, spec.Name); d < distance {
			closest, distance = spec.Name, d
		}
	}
	if closest == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", closest)
}
