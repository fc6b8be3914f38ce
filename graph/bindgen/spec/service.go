// Package spec is a checked schema as plain data: what the checks gather and the templates print. Begin with [Service], which holds all
// else. What is the same at run time is of package binding's types already: calls, bodies, pages, policies; the rest is still in the
// schema's own. Nothing in it can be wrong, and nothing of it is changed once it is gathered.
//
// [Fingerprint] is a digest of what decides the meaning of a binding's stored values.
package spec

import (
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
	"weft/graph/guard"
	"weft/graph/prefetch/rule"
	"weft/graph/view"
	"weft/upstream"
)

// Service is a checked schema: everything the templates print, and nothing that they would have to decide.
// Lists are in the order of the schema's files, sorted by path.
type Service struct {
	Schema      *ast.Schema // the whole schema, our directives and @inaccessible fields included; definitions below are its own
	Upstreams   []*Upstream
	Images      []string      // the image services that members name, sorted
	Views       []*View       // object types that upstreams answer
	Abstracts   []*Abstract   // interfaces and unions among whose types are views
	Connections []*Connection // the types of paged fields
	Enums       []*Enum       // enums with a spelling of their own in JSON
	Inputs      []*Input      // every input object type
	Bindings    []*Binding    // entities first, then fields
	Fields      []*Field      // fields that bindings answer
	Resolvers   []Resolver    // every hand-written field
	Scalars     []string      // custom scalars, sorted
	Shipped     []string      // those of them that are package scalar's, sorted
	Said
}

// Said is what a schema says beside who answers it.
type Said struct {
	Costs      Costs         // what operations cost
	Prefetches []rule.Rule   // what is likely asked for next
	Guards     *guard.Schema // what not everybody may see; nil: everybody may see all
}

// Costs are what @cost and @listSize say, and how many elements pages and lists by keys have.
type Costs struct {
	Types  []Weight // of object types, scalars and enums
	Inputs []Weight // of fields of input types: "Input.field"
	Fields []FieldCost
}

// Weight is what one thing costs.
type Weight struct {
	Name   string
	Weight float64
}

// FieldCost is what is said of a field.
type FieldCost struct {
	Name      string   // "Type.field"
	Weight    *float64 // nil: the default
	Arguments []Weight
	Size      *ListSize // nil: nobody knows, or it is no list
}

// ListSize is how many elements a field's list has.
type ListSize struct {
	Assumed int        // at most; 0: nobody says
	Slicing [][]string // paths to arguments that tell: a number, or a list of as many
	One     bool       // exactly one of these must be given
	Sized   []string   // fields of the field's object that have the size instead of the field
	Default int        // of a page, where none is given
	Keys    bool       // the argument is the list of the elements' keys
}

// Resolver is a field that says @resolver: "Type.field", and the file:line of that.
type Resolver struct{ Name, At string }

// Upstream is one @upstream.
type Upstream struct {
	Name           string
	ForwardHeaders []string
	Claims         upstream.Claims
	Headers        []string         // that calls set, claims among them, canonical, sorted
	Errors         *binding.Failure // nil: none
}

// View is an object type whose values are views over JSON.
type View struct {
	Name       string
	Def        *ast.Definition
	Members    []*Member // in the order of their slots
	Implements []string  // interfaces and unions it belongs to, sorted
	Entity     *Binding  // nil: none
}

// Member is a field that is read from its parent's JSON.
type Member struct {
	Def     *ast.FieldDefinition
	Slot    int           // in the view's shape, from 1: slot 0 is the object itself
	Pointer string        // from the object to the value
	Each    string        // from each element of a list to the value in it; "" the element itself
	Empty   view.Empty    // what stands for an empty list, or for no object
	Entries *view.Entries // how an object is read as the list that it is; nil: it is a list
	Hidden  bool          // @inaccessible
	Image   string        // the image service that its URL is made for, as the field's arguments say; "": none
	Hint    *binding.Hint // nil: none
	Given   string        // the variable of the call that brings the object whose value it has; "": it is in the data
}

// Abstract is an interface or union.
type Abstract struct {
	Def    *ast.Definition
	At     string // the discriminator's pointer; "" when only a call can tell (then no JSON member has this type)
	Values []DiscriminatorValue
	Having []DiscriminatorMember // instead: the members that tell, in order
}

// DiscriminatorValue maps a discriminator's value to an object type.
type DiscriminatorValue struct{ Value, Type string }

// DiscriminatorMember is a pointer to a member that objects of a type have; "" in the last one: all other objects.
type DiscriminatorMember struct{ Has, Type string }

// Connection is a Relay connection type, by its shape.
type Connection struct {
	Def      *ast.Definition
	Node     *ast.Type       // the type of its nodes
	Edge     *ast.Definition // nil: it has no edges
	PageInfo *ast.Definition // nil: it has none
	Nodes    bool            // it has nodes
	Total    bool            // it has totalCount
}

// Enum is an enum whose values are spelt differently in JSON.
type Enum struct {
	Def      *ast.Definition
	Values   []EnumValue // all values but the fallback, in schema order
	Numbers  bool        // they are numbers in JSON
	Fallback string      // the value that any other spelling is read as; "": there is none
}

// EnumValue is one value's name and its spelling in JSON.
type EnumValue struct{ Name, JSON string }

// Input is an input object type: how it is written into bodies.
type Input struct {
	Def    *ast.Definition
	Fields []InputField
}

// InputField is one field of an input: its GraphQL name, its name in JSON, its type, and its default as JSON ("" none).
type InputField struct {
	Name, JSON string
	Type       *ast.Type
	Default    string
}

// Binding is one way to get values from an upstream: an entity's, or a field's own.
//
// A binding's Vars are the variables that its templates and bodies may name. An entity's are the parts of its key. A
// field's are the arguments and the members of the parent that its templates name; with Batch, one of them is the key.
type Binding struct {
	Name   string // "Product" for an entity, "Query.products" for a field
	At     string // where its directive stands: file:line, the file as problems name it
	Vars   []Var
	Key    string // of a field's batch: the name of the variable that is the key; "": an entity (all Vars are its key), or no batch
	Entity bool
	Read   bool          // false: a mutation's root field, never memoised
	Page   *binding.Page // nil: not paged
	Type   *ast.Type     // what it answers: the entity's type, the field's, or the list of a connection's nodes
	Empty  view.Empty    // what stands for an empty list, or for no object

	binding.Origin
	Objects

	Cache       *binding.CachePolicy // nil: the schema says nothing
	Tags        []Tag                // of its values
	Invalidates []Tag                // of a mutation
	Fingerprint string               // of all that decides what its values mean
}

// Objects is what is said of the objects in a binding's answers.
type Objects struct {
	Sparse []string // members that are null where the answer leaves them out
	Given  []string // the variables of the call whose values are members
}

// Var is one variable of a binding: its name in templates and its GraphQL type.
type Var struct {
	Name string
	Type *ast.Type
}

// Field is a field that a binding answers.
type Field struct {
	Object  string // its parent type
	Def     *ast.FieldDefinition
	Binding *Binding
	Sources []Source      // one for each of Binding.Vars
	Keys    bool          // @load of a list of keys: Sources[0] is the list
	Part    *binding.Part // which of these keys are loaded; nil: all
	Lift    string        // @load of a member of the entity's object: its name; "": the object is loaded
	Stub    *Stub         // of an embedded entity, of which Binding loads what is missing; then there are no Sources. nil: it is none
	Hint    *binding.Hint // of a @load field; nil: none

	Selects *binding.Selects // it asks for the members that are selected; nil: for all
}

// Stub is a member that holds objects of an entity, which may lack members.
type Stub struct {
	Slot    int      // of the member
	Each    string   // of a list: from each element to the object; "" the element itself
	Keys    []string // from the object to the parts of its key; nil: where the entity has them
	Sparse  []string // members that are null where the object leaves them out
	KeyOnly bool     // no other member is used
	Types   []StubOf // where objects are an interface's or union's: the entities among its types, in order. nil: they are of one type
}

// StubOf is a Stub's entity among several.
type StubOf struct {
	Binding *Binding
	Keys    []string // as Stub has them
}

// Of returns what a field's Stub says of objects of an entity; false where none of them are.
func (f *Field) Of(entity *Binding) (StubOf, bool) {
	switch {
	case f.Stub == nil:
		return StubOf{}, false
	case f.Stub.Types == nil:
		return StubOf{f.Binding, f.Stub.Keys}, f.Binding == entity
	}
	for _, s := range f.Stub.Types {
		if s.Binding == entity {
			return s, true
		}
	}
	return StubOf{}, false
}

// Source says where a field takes a variable's value from.
type Source struct {
	binding.Source
	Member string // the field of the parent that has its Slot; "": no member
	Each   string // JSON pointer from each element of the member, a list, to the value in it
}

// Tag is the template of a cache tag.
type Tag struct {
	Kind  binding.TagKind
	Parts []TagPart
}

// TagPart is a part of a tag: literal text, an argument, or a member of the value, or of a mutation's result.
type TagPart struct {
	binding.TagPart
	Member string // the field that has its Slot; "": no member
}
