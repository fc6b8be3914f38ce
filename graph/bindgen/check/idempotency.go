package check

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
)

// idempotencyHeader has what makes a call one, however often it is sent.
const idempotencyHeader = "Idempotency-Key"

// namePath is the name of an argument, or of a member of one.
var namePath = regexp.MustCompile(`^[_A-Za-z][_0-9A-Za-z]*(\.[_A-Za-z][_0-9A-Za-z]*)*$`)

// idempotencyKey adds the header to a call that idempotencyKey says.
func (b *binder) idempotencyKey(f *field, call *binding.Call) {
	u := f.bound
	b.failed = b.failed || u.wrong["idempotencyKey"]
	if u.missing("idempotencyKey") {
		return
	}
	name, pos := u.text("idempotencyKey"), u.at("idempotencyKey")
	switch {
	case f.object.root != ast.Mutation:
		b.report(pos, "idempotencyKey is for what changes something; remove it")
		return
	case !namePath.MatchString(name):
		b.report(pos, "idempotencyKey %q is not the name of an argument, or of a member of one; write one such as %q", name, cmp.Or(strings.Trim(name, "{}"), "key"))
		return
	}
	v := b.urlVariable(pos, name)
	switch {
	case v == nil:
		return
	case b.isList(v):
		b.report(pos, "idempotencyKey: %s is a list, and a header has one value; use another", name)
		return
	}
	b.add(v)
	call.Headers = append(call.Headers, binding.Header{Name: idempotencyHeader, Var: v.Name})
}
