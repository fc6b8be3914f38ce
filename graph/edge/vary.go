package edge

import (
	"cmp"
	"log/slog"
	"slices"
	"strings"

	"weft/graph/operation"
)

// vary is the header of that name: what of a request, besides its URL and its body, answers depend on.
type vary struct {
	before, after string   // of what executors say
	all           []string // where they say nothing: with every header that upstreams are sent
	known         *headers // by what executors say
}

func newVary(engine *operation.Engine, o Options) vary {
	before, after := []string{"Accept"}, engine.Headers()
	if !o.Compression.Disabled {
		before = append(before, "Accept-Encoding")
	}
	before = append(before, canonicalNames(o.IDHeaders)...)
	if len(o.CORS.Origins) > 0 && !o.CORS.all() {
		after = append(after, "Origin")
	}
	return vary{
		known:  new(headers),
		before: strings.Join(before, ", "), after: strings.Join(after, ", "),
		all: []string{strings.Join(slices.Concat(before, o.Vary, after), ", ")},
	}
}

// of returns the header of an answer with a policy.
func (v *vary) of(policy map[string][]string) []string {
	names := policy["Vary"]
	if len(names) == 0 {
		return v.all
	}
	return v.known.of(names[0], func() string {
		text := v.before
		for _, more := range []string{names[0], v.after} {
			if more != "" {
				text += ", " + more
			}
		}
		return text
	})
}

// maxVary is how long the header may be, in bytes: nginx keeps no answer with a longer one (NGX_HTTP_CACHE_VARY_LEN).
const maxVary = 128

// warn says that the header may be too long, of an operation that calls all upstreams.
func (v *vary) warn(logger *slog.Logger) {
	if text := v.all[0]; len(text) > maxVary {
		cmp.Or(logger, slog.Default()).Warn("edge: the header Vary may have more than 128 bytes, and nginx keeps no answer with such a one: "+
			"let services receive fewer headers (forwardHeaders), or ones with shorter names", "bytes", len(text), "vary", text)
	}
}
