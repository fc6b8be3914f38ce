package answers

import (
	"crypto/sha256"
	"encoding/binary"
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
	tells := p.cache.service.Tells(p.variant.Plan.Policy.Upstreams, who)
	if len(op.Variables) == 0 && !tells {
		return key{p.name, false}, true
	}
	var room [256]byte
	k, identified := room[:0], false
	if tells {
		var identity string
		identity, identified = p.identity(who)
		k = appendText(append(k, p.variant.Prefix...), identity)
	} else {
		k = append(k, p.name...)
	}
	if len(op.Variables) > 0 {
		var ok bool
		if k, ok = appendValue(k, op.Variables); !ok {
			return key{}, false
		}
	}
	return key{cache.Key(k), identified}, true
}

// identity tells apart on whose behalf upstreams are asked; false where they see nothing of that.
func (p *Prepared) identity(who fetch.Behalf) (string, bool) {
	service := p.cache.service
	var room [256]byte
	text := service.AppendIdentity(room[:0], p.variant.Plan.Policy.Upstreams, who)
	if service.Cache == nil {
		return string(text), len(text) > 0
	}
	return service.Cache.Digest(text), len(text) > 0
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
