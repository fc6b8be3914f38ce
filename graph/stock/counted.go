package stock

import (
	"context"
	"reflect"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/gqlgen"
	"weft/graph/view"
)

// gqlgen's executor makes a value for each field of an answer, all of them before it writes the first. So an object's fields are
// counted when the field that has it, or a list of such, is resolved: before gqlgen makes anything of them. Bytes are counted twice:
// roughly, and never too many, while values are made, and exactly when they are written (see written).

// valuesOfCall is as how many values a field counts that a service answers: it has a goroutine, a context and a loader's answer.
const valuesOfCall = 16

// counted counts one answer of gqlgen's executor. When it is too large all fields that are left are null, without errors.
type counted struct {
	o     *operation
	types *goTypes
	op    *graphql.OperationContext // the executor's: it remembers what is selected
}

// counts returns the operation as gqlgen's executor gets it: around its fields stands what counts them. Whoever looks at the
// operation sees the original.
func counts(op *graphql.OperationContext, o *operation, types *goTypes) *counted {
	c := &counted{o: o, types: types, op: &graphql.OperationContext{
		RawQuery: op.RawQuery, Variables: op.Variables, OperationName: op.OperationName, Doc: op.Doc, Extensions: op.Extensions,
		Headers: op.Headers, Operation: op.Operation, DisableIntrospection: op.DisableIntrospection, RecoverFunc: op.RecoverFunc,
		Stats: op.Stats,
	}}
	c.op.ResolverMiddleware = c.field(o.permitted(elementwise(gqlgen.Introspection(op.ResolverMiddleware))))
	c.op.RootResolverMiddleware = c.written(op.RootResolverMiddleware)
	return c
}

// roots counts the operation's root fields.
func (c *counted) roots() {
	_ = c.o.Spend(c.object(c.op.Operation.SelectionSet, c.types.rootOf(c.op.Operation)))
}

func (c *counted) field(next graphql.FieldMiddleware) graphql.FieldMiddleware {
	return func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		if c.o.Excess() != nil {
			return graphql.Null, nil
		}
		v, err := next(ctx, resolve)
		if err != nil && c.o.Excess() != nil {
			return graphql.Null, nil
		}
		if err != nil || v == nil {
			return v, err
		}
		field := graphql.GetFieldContext(ctx).Field
		if field.SelectionSet != nil && ctx.Err() != nil { // whoever asks has left: nothing more is made of it
			return nil, ctx.Err()
		}
		if n := c.size(field, v); n != (fetch.Size{}) && c.o.Spend(n) != nil {
			return graphql.Null, nil
		}
		return v, nil
	}
}

// size is what a field's value adds to what was counted for the field.
func (c *counted) size(field graphql.CollectedField, v any) fetch.Size {
	if len(field.Selections) == 0 {
		return leafSize(v)
	}
	of := &objects{counted: c, selections: field.Selections, declared: c.types.declared(field.Definition.Type.Name())}
	return of.size(reflect.ValueOf(v))
}

// objects are what one field answers: objects of one type mostly, or of those of an interface.
type objects struct {
	*counted
	selections ast.SelectionSet
	declared   *goType      // nil: the values tell
	last       reflect.Type // whose size is one
	one        fetch.Size
}

func (o *objects) size(v reflect.Value) fetch.Size {
	switch v.Kind() {
	case reflect.Slice:
		var all fetch.Size
		for i := range v.Len() {
			all = all.Plus(o.size(v.Index(i)))
		}
		return all
	case reflect.Interface:
		return o.size(v.Elem())
	case reflect.Pointer:
		if v.IsNil() {
			return fetch.Size{}
		}
		return o.object(v.Type().Elem())
	case reflect.Struct:
		return o.object(v.Type())
	}
	return fetch.Size{} // an extension answers the field
}

func (o *objects) object(t reflect.Type) fetch.Size {
	if t != o.last {
		o.last = t
		of := o.types.of(t)
		object := of
		if o.declared != nil {
			object = o.declared
		}
		o.one = o.counted.object(o.selections, object)
		if of.view {
			o.one.Objects = 1
		}
	}
	return o.one
}

// object is the size of an object of a type: its fields, those that services answer with what they cost, and as many bytes as it has
// at least.
func (c *counted) object(selections ast.SelectionSet, of *goType) fetch.Size {
	fields := c.fields(selections, of)
	n := fetch.Size{Values: len(fields), Bytes: len("{}")}
	bound := c.bound(of)
	for _, f := range fields {
		if bound[f.Name] != nil {
			n.Values += valuesOfCall - 1
		}
		n.Bytes += len(f.Alias) + len(`"":0,`)
		if f.Name == "__typename" {
			n.Bytes += len(of.name)
		}
	}
	if len(fields) > 0 {
		n.Bytes--
	}
	return n
}

// bound are the fields of a type that services answer, as far as looking ahead knows it.
func (c *counted) bound(of *goType) map[string]*binding.Field {
	if t := c.o.types[of.name]; t != nil {
		return t.Fields
	}
	return nil
}

func (c *counted) fields(selections ast.SelectionSet, of *goType) []graphql.CollectedField {
	return c.o.collect(c.op, selections, of.satisfies)
}

// leafSize is what a scalar or an enum adds to the one byte that was counted for it, or a list of them.
func leafSize(v any) fetch.Size {
	switch v := v.(type) {
	case string:
		return fetch.Size{Bytes: len(v) + 1}
	case view.Raw:
		return fetch.Size{Bytes: max(len(v)-1, 0)}
	case int, bool, float64:
		return fetch.Size{}
	}
	return leavesSize(reflect.ValueOf(v))
}

func leavesSize(v reflect.Value) fetch.Size {
	switch v.Kind() {
	case reflect.String:
		return fetch.Size{Bytes: 1 + v.Len()} // a scalar of Go's own may write less than its quotes
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return fetch.Size{}
		}
		return leavesSize(v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return fetch.Size{Bytes: max(v.Len()-1, 0)}
		}
		all := fetch.Size{Values: v.Len(), Bytes: 2 * v.Len()} // with a comma or bracket each
		for i := range v.Len() {
			all = all.Plus(leavesSize(v.Index(i)))
		}
		return all
	}
	return fetch.Size{}
}

// goTypes knows which types of the schema stand behind Go's.
type goTypes struct {
	schema *ast.Schema
	byGo   sync.Map // reflect.Type to *goType
	byName sync.Map // of objects; string to *goType
}

// goType is an object type.
type goType struct {
	name      string
	satisfies []string // the type conditions of fragments that apply to it, as gqlgen has them
	view      bool
}

var objectType = reflect.TypeFor[view.Object]()

func (g *goTypes) rootOf(op *ast.OperationDefinition) *goType {
	if op.Operation == ast.Mutation {
		return g.named(g.schema.Mutation)
	}
	return g.named(g.schema.Query)
}

// declared is the type of that name, if it is an object's.
func (g *goTypes) declared(name string) *goType {
	def := g.schema.Types[name]
	if def.Kind != ast.Object {
		return nil
	}
	return g.named(def)
}

func (g *goTypes) named(def *ast.Definition) *goType {
	if known, ok := g.byName.Load(def.Name); ok {
		return known.(*goType)
	}
	t := &goType{name: def.Name, satisfies: []string{def.Name}}
	for _, of := range g.schema.GetImplements(def) {
		t.satisfies = append(t.satisfies, of.Name)
	}
	known, _ := g.byName.LoadOrStore(def.Name, t)
	return known.(*goType)
}

// of is the object type that a Go type stands for. Its name is that of the type, but for underscores and the case of letters.
func (g *goTypes) of(t reflect.Type) *goType {
	if known, ok := g.byGo.Load(t); ok {
		return known.(*goType)
	}
	found := &goType{name: t.Name()}
	for name, def := range g.schema.Types {
		if def.Kind == ast.Object && strings.EqualFold(strings.ReplaceAll(name, "_", ""), strings.ReplaceAll(t.Name(), "_", "")) {
			*found = *g.named(def)
		}
	}
	found.view = t.ConvertibleTo(objectType)
	known, _ := g.byGo.LoadOrStore(t, found)
	return known.(*goType)
}
