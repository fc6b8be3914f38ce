package spec

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Fingerprint is a digest, in 16 hexadecimal digits, of all that decides what a stored value of a binding means: which
// upstream is asked and how, where the answer and its keys stand, and which members its objects have, to any depth. What
// decides only how long or under which name a value is stored, and how many keys are asked for at once, is not in it.
func Fingerprint(s *Service, b *Binding) string {
	d := digest{service: s, seen: map[string]bool{}}
	d.upstream(b.Upstream)
	d.line(0, "%s%s%s%s%s", b.Type, opt(" by ", b.Func), ifSet(" entity", b.Entity), ifSet(" int keys", b.KeyInt), opt(" empty ", b.Empty.String()))
	for _, v := range b.Vars {
		d.line(1, "var %s %s%s", v.Name, v.Type, ifSet(" key", b.Key != "" && (v.Name == b.Key || strings.HasPrefix(v.Name, b.Key+"."))))
	}
	if b.Single != nil {
		d.call("single", b.Single)
	}
	if b.Batch != nil {
		d.call("batch", &b.Batch.Call)
		d.line(1, "keys %s match %q%s%s", b.Batch.Keys, b.Batch.Match, ifSet(" map", b.Batch.Map)+ifSet(" without case", b.Batch.Fold)+ifSet(" without zeros", b.Batch.Unpad), ifSet(" many", b.Batch.Many))
	}
	if p := b.Page; p != nil {
		d.line(1, "page %s %s %s %s %s%s", p.Style, p.Size, p.Start, p.Total, p.Next, opt(" in ", p.Param))
	}
	d.typ(b.Type.Name())
	for _, v := range b.Vars {
		d.typ(v.Type.Name())
	}
	sum := sha256.Sum256([]byte(d.String()))
	return hex.EncodeToString(sum[:8])
}

// digest is the text that is hashed: each type once, when it is first named. A change of how it is written changes every fingerprint, so
// that after an update of the program all that Redis keeps is a miss once.
type digest struct {
	printer
	service *Service
	seen    map[string]bool // types by name; they may hold each other
}

// upstream writes what decides which values an upstream gives: who it is, what it sees of who asks, and which answers are failures.
func (d *digest) upstream(name string) {
	for _, u := range d.service.Upstreams {
		if u.Name != name {
			continue
		}
		headers := slices.Sorted(slices.Values(u.ForwardHeaders))
		d.line(0, "upstream %s %q", u.Name, headers)
		if c := u.Claims; len(c.Identity)+len(c.Headers) > 0 {
			d.line(1, "claims %q %q", c.Identity, c.Headers)
		}
		if u.Errors != nil && u.Errors.When != "" {
			d.line(1, "errors %q", u.Errors.When)
		}
	}
}

// typ writes a type and the types that its values hold, to any depth.
func (d *digest) typ(name string) {
	if d.seen[name] {
		return
	}
	d.seen[name] = true
	switch d.service.Schema.Types[name].Kind {
	case ast.Object:
		d.object(name)
	case ast.Interface, ast.Union:
		d.abstract(name)
	case ast.Enum:
		d.enum(name)
	case ast.InputObject:
		d.input(name)
	case ast.Scalar: // its name, which is written where it is used, says all
	}
}

func (d *digest) object(name string) {
	for _, v := range d.service.Views {
		if v.Name != name {
			continue
		}
		d.line(0, "view %s", name)
		for _, m := range v.Members {
			d.line(1, "%d %s at %q each %q%s", m.Slot, m.Def.Type, m.Pointer, m.Each, opt(" empty ", m.Empty.String()))
			if m.Entries != nil {
				d.line(2, "entries %q", *m.Entries)
			}
		}
		for _, m := range v.Members {
			d.typ(m.Def.Type.Name())
		}
	}
}

func (d *digest) abstract(name string) {
	for _, a := range d.service.Abstracts {
		if a.Def.Name != name {
			continue
		}
		d.line(0, "abstract %s at %q %q", name, a.At, a.Values)
		for _, v := range a.Values {
			d.typ(v.Type)
		}
		for _, m := range a.Having {
			d.line(1, "having %q %s", m.Has, m.Type)
			d.typ(m.Type)
		}
	}
}

func (d *digest) enum(name string) {
	for _, e := range d.service.Enums {
		if e.Def.Name == name {
			d.line(0, "enum %s %q", name, e.Values)
			if e.Numbers || e.Fallback != "" {
				d.line(1, "numbers %v fallback %q", e.Numbers, e.Fallback)
			}
		}
	}
}

func (d *digest) input(name string) {
	for _, in := range d.service.Inputs {
		if in.Def.Name != name {
			continue
		}
		d.line(0, "input %s", name)
		for _, f := range in.Fields {
			d.line(1, "%s %q %s %s", f.Name, f.JSON, f.Type, f.Default)
		}
		for _, f := range in.Fields {
			d.typ(f.Type.Name())
		}
	}
}
