package answers

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"weft/cache"
	"weft/graph/fetch"
	"weft/graph/plan"
)

// key is the name of an answer.
type key struct {
	cache.Key
	identified bool // it depends on who asks
}

// key names an operation by all that its answer depends on; false where that cannot be written.
func (p *Prepared) key(op *graphql.OperationContext, who fetch.Behalf) (key, bool) {
	service := p.cache.service
	upstreams := p.variant.Plan.Policy.Upstreams
	if len(op.Variables) == 0 && !service.Tells(upstreams, who) {
		return key{p.name, false}, true
	}
	var space [256]byte
	identity := service.AppendIdentity(space[:0], upstreams, who)
	identified := len(identity) > 0
	k := make([]byte, 0, len(p.variant.Prefix)+128)
	k = append(k, p.variant.Prefix...)
	if service.Cache != nil {
		k = appendText(k, service.Cache.Digest(identity))
	} else {
		k = appendText(k, string(identity))
	}
	if len(op.Variables) > 0 {
		variables, err := json.Marshal(op.Variables)
		if err != nil {
			return key{}, false
		}
		k = append(k, variables...)
	}
	return key{cache.Key(k), identified}, true
}

// Prefix is what the names of all answers of an operation begin with, for who may see the same of it, and those of no other one: a digest of
// the schema, the operation's name, the key of a guard.Decision and the document's text.
func (c *Cache) Prefix(text, name, may string) string {
	all := appendText(appendText([]byte(c.schema), name), may)
	sum := sha256.Sum256(append(all, text...))
	return string(sum[:])
}

func appendText(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

// Fingerprint returns a text that differs for schemas that answer differently.
func Fingerprint(schema *ast.Schema, tables *plan.Schema) string {
	h := sha256.New()
	formatter.NewFormatter(h).FormatSchema(schema)
	for _, name := range slices.Sorted(maps.Keys(tables.Types)) {
		fields := tables.Types[name].Fields
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			f := fields[field]
			if b := f.Bound; b != nil {
				_, _ = fmt.Fprintln(h, name, field, b.Binding.Fingerprint, b.Sources, b.Keys, b.Part)
			}
			if f.Image != "" {
				_, _ = fmt.Fprintln(h, name, field, f.Image)
			}
		}
	}
	return string(h.Sum(nil)[:16])
}
