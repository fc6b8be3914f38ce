package check

import (
	"regexp"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

var (
	// followed is a template that is a URL in the data: one variable, with a query behind it at most.
	followed = regexp.MustCompile(`^\{([A-Za-z_][A-Za-z0-9_]*)\}((?:\?|\{\?).*)?$`)
	// pointed is what somebody may write who means where in the parent's JSON the URL is.
	pointed = regexp.MustCompile(`^\{(/[^{}*,:]+)\}$`)
)

// readFollowed reads a template that is a URL in the data; false for any other.
func readFollowed(text string) (vars []expression, mistake string, ok bool) {
	if to := pointed.FindStringSubmatch(text); to != nil {
		return nil, "is an optional segment of a path. A URL in the data is a member: add one at " + to[1] + ` by @json(at: "` + to[1] + `") @inaccessible, and write its name`, true
	}
	parts := followed.FindStringSubmatch(text)
	if parts == nil {
		return nil, "", false
	}
	vars, mistake = readTemplate("/" + parts[2])
	return append([]expression{{name: parts[1], follows: true}}, vars...), mistake, true
}

// checkFollowed checks the variable of a template that is a URL: it is one of a service, and never what a client has written.
func (b *binder) checkFollowed(pos *ast.Position, path, method string, v *variable) {
	name := v.Name
	switch {
	case b.directive == "entity":
		b.report(pos, "%s%s is the key {%s}, which clients may give, and never a URL; write a path such as \"/{%s}\", or follow the URL by get of a field with @http",
			path, method, name, name)
	case path != "":
		b.report(pos, "%s%s is {%s}, and one URL is not all parents'; write get in the place of batch, and perParent: true", path, method, name)
	case v.Argument != "":
		b.report(pos, "%s is the argument {%s}, and what a client writes is never a URL; write a path such as \"/{%s}\"", method, name, name)
	case v.given:
		b.report(pos, "%s is {%s}, which calls give, and may be what a client writes; a URL is in the data", method, name)
	case v.Page:
		b.report(pos, "%s is {%s}, a variable of page, and no URL; write a path such as \"/items{?%s}\"", method, name, name)
	case method != "get":
		b.report(pos, "%s is the URL in {%s}, and those in the data are only read; use get", method, name)
	case v.Type.Elem != nil || !b.isText(v.Type.Name()):
		b.report(pos, "%s: %s is %s, and a URL is a String", method, v.Member, v.Type)
	}
}

// isText reports whether a type's values are text in JSON, or may be, as those of a custom scalar.
func (b *binder) isText(name string) bool {
	def := b.c.types[name]
	return name == "String" || name == "ID" || def != nil && def.Kind == ast.Scalar && !strings.Contains(" Int Float Boolean ", " "+name+" ")
}
