package check

import (
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

// directiveDef is a declared directive and whether the binding language declares it.
type directiveDef struct {
	*ast.DirectiveDefinition
	ours bool
}

// index collects types, roots and directives by name. Extensions are merged into copies: the documents stay as parsed.
func (c *compiler) index() {
	c.types = map[string]*ast.Definition{}
	c.decls = map[string]*directiveDef{}
	prelude := validator.PreludeDocument()
	for _, doc := range []*ast.SchemaDocument{prelude, c.own, c.user} {
		for _, def := range doc.Definitions {
			c.declare(def, doc == c.user)
		}
		for _, def := range doc.Directives {
			c.declareDirective(def, doc)
		}
	}
	for _, ext := range c.user.Extensions {
		c.extend(ext)
	}
	c.findRoots()
	c.findImplementors()
	c.plantKeys()
	c.plantLifts()
}

// declare adds a type to the index. Of two with one name the first stays.
func (c *compiler) declare(def *ast.Definition, user bool) {
	if first := c.types[def.Name]; first != nil {
		s := site{owner: def.Name}
		if first.BuiltIn {
			c.report(s, def.Position, "the type is built in; rename yours")
			return
		}
		file, line, _ := c.locate(first.Position)
		c.report(s, def.Position, "the type is declared twice, first in %s:%d; merge them or write extend", file, line)
		return
	}
	merged := *def
	merged.Directives = slices.Clone(def.Directives)
	c.types[def.Name] = &merged
	if user {
		c.order = append(c.order, &merged)
	}
}

// declareDirective adds a directive to the index. A schema must not declare the binding language's again: a declaration that
// differs would change what is read.
func (c *compiler) declareDirective(def *ast.DirectiveDefinition, doc *ast.SchemaDocument) {
	s := site{directive: def.Name}
	switch first := c.decls[def.Name]; {
	case notYet[def.Name]:
		c.report(s, def.Position, "the name belongs to the binding language, which does not support it yet; rename yours")
	case first != nil && first.ours:
		c.report(s, def.Position, "the directive is built in; remove this declaration")
	case first != nil && doc == c.user && first.Position.Src.BuiltIn:
		// the GraphQL specification lets a schema repeat its own directives
	case first != nil:
		c.report(s, def.Position, "the directive is declared twice; remove one declaration")
	default:
		c.decls[def.Name] = &directiveDef{def, doc == c.own}
	}
}

// extend merges an extension into the copy of its type. Lists are cloned first: append could write into the document's own.
func (c *compiler) extend(ext *ast.Definition) {
	def := c.types[ext.Name]
	switch {
	case def == nil: // as gqlparser does: the extension declares the type
		def = &ast.Definition{Kind: ext.Kind, Name: ext.Name, Position: ext.Position}
		c.types[ext.Name] = def
		c.order = append(c.order, def)
	case def.BuiltIn:
		c.report(site{owner: ext.Name}, ext.Position, "the type is built in and cannot be extended")
		return
	case def.Kind != ext.Kind:
		c.report(site{owner: ext.Name}, ext.Position, "the type is %s; extend it as such", aKind(def.Kind))
		return
	}
	def.Directives = append(def.Directives, ext.Directives...)
	def.Interfaces = append(slices.Clone(def.Interfaces), ext.Interfaces...)
	def.Fields = append(slices.Clone(def.Fields), ext.Fields...)
	def.Types = append(slices.Clone(def.Types), ext.Types...)
	def.TypePositions = append(slices.Clone(def.TypePositions), ext.TypePositions...)
	def.EnumValues = append(slices.Clone(def.EnumValues), ext.EnumValues...)
}

// findRoots notes which types are the operations' roots: those that a schema definition names, or the ones of that name.
func (c *compiler) findRoots() {
	c.roots = map[string]ast.Operation{}
	for _, list := range []ast.SchemaDefinitionList{c.user.Schema, c.user.SchemaExtension} {
		for _, s := range list {
			for _, op := range s.OperationTypes {
				c.roots[op.Type] = op.Operation
				if c.types[op.Type] == nil {
					c.report(site{owner: "schema"}, op.Position, "unknown type %q; declare it%s", op.Type, hint(op.Type, c.typeNames(outputs)))
				}
			}
		}
	}
	if len(c.user.Schema) == 0 {
		for name, op := range map[string]ast.Operation{"Query": ast.Query, "Mutation": ast.Mutation, "Subscription": ast.Subscription} {
			if c.types[name] != nil {
				c.roots[name] = op
			}
		}
	}
	if !slices.Contains(slices.Collect(maps.Values(c.roots)), ast.Query) {
		c.report(site{}, nil, "the schema has no Query type; declare type Query with at least one field")
	}
}

// findImplementors lists the object types of every interface and union, in the order of the files.
func (c *compiler) findImplementors() {
	c.impls = map[string][]*ast.Definition{}
	for _, def := range c.order {
		switch def.Kind {
		case ast.Object:
			for _, i := range def.Interfaces {
				c.impls[i] = append(c.impls[i], def)
			}
		case ast.Union:
			for _, name := range def.Types {
				if t := c.types[name]; t != nil && t.Kind == ast.Object {
					c.impls[def.Name] = append(c.impls[def.Name], t)
				}
			}
		}
	}
}

// checkTypes reports names that are declared twice and types that do not exist or do not fit where they stand.
func (c *compiler) checkTypes() {
	for _, def := range c.order {
		s := site{owner: def.Name}
		for _, i := range def.Interfaces {
			if t := c.types[i]; t == nil || t.Kind != ast.Interface {
				c.report(s, def.Position, "there is no interface %q to implement; declare it%s", i, hint(i, c.typeNames(isInterface)))
			}
		}
		for i, name := range def.Types {
			switch t := c.types[name]; {
			case t == nil:
				c.report(s, c.memberPosition(def, i), "unknown type %q; declare it%s", name, hint(name, c.typeNames(isObject)))
			case t.Kind != ast.Object:
				c.report(s, c.memberPosition(def, i), "%s is %s, and a union is of object types; remove it", name, aKind(t.Kind))
			}
		}
		c.checkTypeFields(def)
		seen := map[string]bool{}
		for _, v := range def.EnumValues {
			if seen[v.Name] {
				c.report(site{owner: def.Name + "." + v.Name}, v.Position, "the value is declared twice; remove one")
			}
			seen[v.Name] = true
		}
	}
}

// memberPosition is where a union names its i-th type.
func (c *compiler) memberPosition(def *ast.Definition, i int) *ast.Position {
	if i < len(def.TypePositions) {
		return def.TypePositions[i]
	}
	return def.Position
}

// checkTypeFields checks the names and types of a type's fields and of their arguments.
func (c *compiler) checkTypeFields(def *ast.Definition) {
	fits, use := outputs, "a field"
	if def.Kind == ast.InputObject {
		fits, use = inputs, "an input field"
	}
	seen := map[string]bool{}
	for _, f := range def.Fields {
		s := site{owner: def.Name + "." + f.Name}
		if seen[f.Name] {
			c.report(s, f.Position, "the field is declared twice; remove one")
		}
		seen[f.Name] = true
		c.checkReference(s, f.Type, fits, use)
		names := map[string]bool{}
		for _, a := range f.Arguments {
			s := site{owner: def.Name + "." + f.Name + "(" + a.Name + ":)"}
			if names[a.Name] {
				c.report(s, a.Position, "the argument is declared twice; remove one")
			}
			names[a.Name] = true
			c.checkReference(s, a.Type, inputs, "an argument")
		}
	}
}

// checkReference reports the type of a field or argument when it does not exist or cannot stand there.
func (c *compiler) checkReference(s site, t *ast.Type, fits func(ast.DefinitionKind) bool, use string) {
	for t.Elem != nil {
		t = t.Elem
	}
	def := c.types[t.NamedType]
	switch {
	case def == nil:
		c.report(s, t.Position, "unknown type %q; declare it%s", t.NamedType, hint(t.NamedType, c.typeNames(fits)))
	case !fits(def.Kind):
		c.report(s, t.Position, "%s is %s and cannot be the type of %s", def.Name, aKind(def.Kind), use)
	case def.BuiltIn && def.Position.Src.Name == directivesName:
		c.report(s, t.Position, "%s belongs to the binding language and cannot be the type of %s; declare a type of your own", def.Name, use)
	}
}

// typeNames are the types that a message may propose: of a fitting kind, and neither the language's nor introspection's.
func (c *compiler) typeNames(fits func(ast.DefinitionKind) bool) []string {
	var names []string
	for name, def := range c.types {
		builtIn := def.BuiltIn && (def.Position.Src.Name == directivesName || name[0] == '_')
		if fits(def.Kind) && !builtIn {
			names = append(names, name)
		}
	}
	return names
}

func isObject(k ast.DefinitionKind) bool    { return k == ast.Object }
func isInterface(k ast.DefinitionKind) bool { return k == ast.Interface }

func outputs(k ast.DefinitionKind) bool { return k != ast.InputObject }

func inputs(k ast.DefinitionKind) bool {
	return k == ast.Scalar || k == ast.Enum || k == ast.InputObject
}

// aKind names a kind of type in a sentence.
func aKind(k ast.DefinitionKind) string {
	return map[ast.DefinitionKind]string{
		ast.Scalar: "a scalar", ast.Object: "an object type", ast.Interface: "an interface", ast.Union: "a union",
		ast.Enum: "an enum", ast.InputObject: "an input type",
	}[k]
}
