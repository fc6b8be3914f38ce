package operation

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// aboutTypes is a rule about the types of variables and fragments whose errors are where the type is; gqlparser's are where the variable or the
// fragment is. Named says that they are about the named type within lists.
func aboutTypes(rule core.RuleFunc, named bool) core.RuleFunc {
	return func(events *core.Events, addError core.AddErrFunc) {
		types := map[gqlerror.Location]gqlerror.Location{} // by where the variable is
		var source *ast.Source
		var written map[gqlerror.Location]gqlerror.Location // what is only found in the text, which is read when there is an error
		events.OnVariable(func(_ *core.Walker, v *ast.VariableDefinition) {
			t := v.Type
			for named && t.Elem != nil {
				t = t.Elem
			}
			if source = v.Position.Src; t.Elem == nil {
				types[locationOf(v.Position)] = locationOf(t.Position)
			}
		})
		events.OnInlineFragment(func(_ *core.Walker, f *ast.InlineFragment) { source = f.Position.Src })
		events.OnFragment(func(_ *core.Walker, f *ast.FragmentDefinition) { source = f.Position.Src })
		rule(events, func(options ...core.ErrorOption) {
			addError(append(options, func(err *gqlerror.Error) {
				for i, at := range err.Locations {
					of, ok := types[at]
					if !ok && written == nil {
						written = writtenTypes(source)
					}
					if !ok {
						of, ok = written[at]
					}
					if ok {
						err.Locations[i] = of
					}
				}
			})...)
		})
	}
}

func locationOf(p *ast.Position) gqlerror.Location {
	return gqlerror.Location{Line: p.Line, Column: p.Column}
}

// writtenTypes are where the types of fragments are, by where gqlparser says that these are, and where those of variables are that are lists, by
// where the variable is. The source has no mistake of syntax; what else looks like one of these is there, too, and nobody asks for it.
func writtenTypes(source *ast.Source) map[gqlerror.Location]gqlerror.Location {
	all := map[gqlerror.Location]gqlerror.Location{}
	var before lexer.Token
	var spread, fragment, variable gqlerror.Location
	for l := lexer.New(source); ; {
		token, err := l.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return all
		}
		if token.Kind == lexer.Comment {
			continue
		}
		at := locationOf(&token.Pos)
		switch {
		case before.Kind == lexer.Name && before.Value == "on":
			all[locationOf(&before.Pos)], all[spread], all[fragment] = at, at, at
		case token.Kind == lexer.Spread:
			spread = at
		case token.Kind == lexer.Name && token.Value == "fragment":
			fragment = at
		case token.Kind == lexer.Dollar:
			variable = at
		case token.Kind == lexer.BracketL && before.Kind == lexer.Colon:
			all[variable] = at
		}
		before = token
	}
}
