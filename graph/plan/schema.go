package plan

import (
	"context"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/binding"
	"weft/graph/view"
)

// Schema is what plans know of a schema; generated code holds one.
type Schema struct {
	Query, Mutation string // the names of the root types; "" none
	Types           map[string]*Type
}

// Kind says what a Type's values are.
type Kind uint8

// The kinds of Type.
const (
	Object     Kind = iota // a view, or a root
	Abstract               // an interface or union
	Connection             // a page: its fields are edges, nodes, pageInfo and totalCount
	Edge                   // of a page: cursor and node
	PageInfo               // of a page
)

// Type is a composite type.
type Type struct {
	Name      string
	Kind      Kind
	Satisfies []string // the type conditions of fragments that apply to it
	Shape     *view.Shape
	Fields    map[string]*Field // those that plans can answer

	Variants      map[string]string // Abstract: the discriminator's values and their types; nil: only a binding can tell
	Discriminator string            // Abstract: JSON pointer
	Having        []view.Having     // Abstract, instead of these two: the members that tell, in order
}

// Field is one field of a Type. What answers it is its binding, or the member at its slot.
type Field struct {
	Type  *TypeRef
	Slot  int           // of a member
	Stub  *binding.Stub // of a member that is an embedded entity, or a list of them; nil: what is there is all there is
	Each  string        // of a list: JSON pointer from each element to its value
	Empty view.Empty    // of a member: what stands for an empty list, or for no object
	Leaf  view.Append   // writes the named type's values; nil for composite types
	Bound *binding.Field
	Hint  *binding.Hint // what @cacheControl on the field says; nil: nothing
	Image string        // of a member that is a picture's URL: the image service that makes the one that its arguments ask for
	// Args coerces arguments and says what is wrong with them; nil: there are none.
	Args func(context.Context, map[string]any) error

	Rare

	At string // of a hand-written field: where the schema says so, as for [binding.Spec].At
	// Resolve calls a hand-written field with the service's resolvers; nil: it is not hand-written. What it answers is
	// for Marshal, of scalars and enums and lists of them, or Objects: views, and false for null.
	Resolve func(ctx context.Context, resolvers any, parent view.Object, args map[string]any) (any, error)
	Marshal func(context.Context, any) graphql.Marshaler
	Objects func(any) ([]view.Object, bool)
}

// Rare is what few fields have.
type Rare struct {
	// Entries says how a member that is an object is read as a list; nil: it is a list.
	Entries *view.Entries
	// Denied is why who asks may not see the field: plans have it instead of all else but the Type, and the schema never does. It is nil
	// where they may.
	Denied error
}

// TypeRef is a field's type: a named one, or a list.
type TypeRef struct {
	Named   string
	Elem    *TypeRef
	NonNull bool
}

// Ref parses a type as a schema writes it. It panics on what is none: tables are generated.
func Ref(text string) *TypeRef {
	t := &TypeRef{}
	text, t.NonNull = strings.CutSuffix(text, "!")
	if inner, ok := strings.CutPrefix(text, "["); ok {
		inner, closed := strings.CutSuffix(inner, "]")
		if !closed {
			panic(fmt.Sprintf("plan: %q is no type", text))
		}
		t.Elem = Ref(inner)
		return t
	}
	t.Named = text
	return t
}

// Name is the named type inside all lists.
func (t *TypeRef) Name() string {
	for t.Elem != nil {
		t = t.Elem
	}
	return t.Named
}

// Depth is how many lists the type is in.
func (t *TypeRef) Depth() int {
	if t.Elem == nil {
		return 0
	}
	return 1 + t.Elem.Depth()
}

// String is the type as a schema writes it.
func (t *TypeRef) String() string {
	text := t.Named
	if t.Elem != nil {
		text = "[" + t.Elem.String() + "]"
	}
	if t.NonNull {
		text += "!"
	}
	return text
}
