// Package spec is a checked schema as plain data: what the checks gather and the templates print.
// [Fingerprint] is a digest of what decides the meaning of a binding's stored values. Nothing in it can be wrong.
package spec

import (
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// Service is a checked schema: everything the templates print, and nothing that they would have to decide.
// Lists are in the order of the schema's files, sorted by path.
type Service struct {
	Schema      *ast.Schema // the whole schema, our directives and @inaccessible fields included
	Upstreams   []*Upstream
	Views       []*View       // object types that upstreams answer
	Abstracts   []*Abstract   // interfaces and unions among whose types are views
	Connections []*Connection // the types of paged fields
	Enums       []*Enum       // enums with a spelling of their own in JSON
	Inputs      []*Input      // every input object type
	Bindings    []*Binding    // entities first, then fields
	Fields      []*Field      // fields that bindings answer
	Resolvers   []Resolver    // every hand-written field
	Scalars     []string      // custom scalars, sorted
	Costs       Costs         // what operations cost
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
	Errors         *Errors // nil: none
}

// Errors is where a 2xx answer says that it failed; JSON pointers, "" where not given.
type Errors struct{ When, Code, Message string }

// View is an object type whose values are views over JSON.
type View struct {
	Name       string
	Def        *ast.Definition
	Members    []*Member // Members[i] has slot i+1 of the view's shape
	Implements []string  // interfaces and unions it belongs to, sorted
	Entity     *Binding  // nil: none
}

// Member is a field that is read from its parent's JSON.
type Member struct {
	Def     *ast.FieldDefinition
	Slot    int
	Pointer string // from the object to the value
	Each    string // from each element of a list to the value in it; "" the element itself
	Hidden  bool   // @inaccessible
	Hint    *Hint  // nil: none
}

// Abstract is an interface or union.
type Abstract struct {
	Def    *ast.Definition
	At     string // the discriminator's pointer; "" when only a call can tell (then no JSON member has this type)
	Values []DiscriminatorValue
}

// DiscriminatorValue maps a discriminator's value to an object type.
type DiscriminatorValue struct{ Value, Type string }

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
	Def    *ast.Definition
	Values []EnumValue // all values, in schema order
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
// field's are the arguments and the members of the parent that its templates name; with Batch, Vars[KeyVar] is the key.
type Binding struct {
	Name     string // "Product" for an entity, "Query.products" for a field
	At       string // where its directive stands: file:line, the file as problems name it
	Upstream string // "" with Func
	Vars     []Var
	KeyVar   int    // index in Vars of the batch's key; -1: an entity (all Vars are the key), or no batch
	Single   *Call  // one call for one value of Vars; nil: none
	Batch    *Batch // one call for many keys; nil: none
	Func     string // a Go function for many keys; "" none
	FuncMax  int
	KeyInt   bool // keys are written as numbers in bodies
	Entity   bool
	Read     bool      // false: a mutation's root field, never memoised
	Empty    bool      // emptyMeansAll
	Page     *Page     // nil: not paged
	Type     *ast.Type // what it answers: the entity's type, the field's, or the list of a connection's nodes

	Cache       *Policy // nil: the schema says nothing
	Tags        []Tag   // of its values
	Invalidates []Tag   // of a mutation
	Fingerprint string  // of all that decides what its values mean
}

// Page is how a list is paged.
type Page struct {
	Style    string // OFFSET, PAGE, CURSOR or LINK
	Size, At string // variables
	Total    string // JSON pointer or "header:NAME"; "" none
	Next     string // JSON pointer; "" none
	Max      int
}

// Var is one variable of a binding: its name in templates and its GraphQL type.
type Var struct {
	Name string
	Type *ast.Type
}

// Call is one HTTP request and where its answer stands.
type Call struct {
	Method   string
	Template string // RFC 6570
	Body     *Body  // nil: none
	At       string // JSON pointer to the answer
	Each     string // JSON pointer from each element of a list to the object
}

// Batch is a Call for many keys.
type Batch struct {
	Call
	Keys  string   // the variable that takes the keys
	Match []string // JSON pointers from an element to its key's parts; none with Map
	Map   bool     // an object from key to element
	Many  bool     // any number of elements a key
	Max   int
}

// BodyKind says which of a Body's members are set.
type BodyKind int

// The kinds of Body.
const (
	BodyLiteral BodyKind = iota // Literal
	BodyObject                  // Fields
	BodyList                    // Items
	BodyVar                     // Var, Path
)

// Body is a JSON template.
type Body struct {
	Kind    BodyKind
	Literal string // JSON text
	Fields  []BodyField
	Items   []*Body
	Var     string   // a variable of the binding
	Path    []string // members of an input object, by GraphQL name
}

// BodyField is one member of a JSON object.
type BodyField struct {
	Name  string
	Value *Body
}

// Field is a field that a binding answers.
type Field struct {
	Object  string // its parent type
	Def     *ast.FieldDefinition
	Binding *Binding
	Sources []Source // one for each of Binding.Vars
	Keys    bool     // @load of a list of keys: Sources[0] is the list
	Hint    *Hint    // of a @load field; nil: none
}

// Source says where a field takes a variable's value from: an argument, or a member of the parent.
type Source struct {
	Argument string   // "" when it is a member
	Path     []string // below the argument, for "{input.name}" keys; usually none
	Slot     int      // the member's slot in the parent's view
	Member   string   // the member's field name
	Page     bool     // the page's size, or where it begins
}

// Policy is what @cacheControl says of a binding's values: the field's own, over the type's.
type Policy struct {
	MaxAge, StaleWhileRevalidate, StaleIfError time.Duration
	HasMaxAge                                  bool // false: MaxAge is not said
	Private                                    bool
}

// Hint is what selecting a field does to the value that holds it, or that it loads: @cacheControl on the field, and of a
// member that on its type.
type Hint struct {
	MaxAge    time.Duration
	HasMaxAge bool // false: MaxAge is not said
	Private   bool
}

// TagKind says what a Tag names.
type TagKind int

// The kinds of Tag.
const (
	TagName TagKind = iota // @cacheTag(format:), @invalidates(tags:)
	TagType                // @invalidates(types:); of an interface's or union's values, each type that they may have
	TagKey                 // @invalidates(keys:): "Type:key"
)

// Tag is the template of a cache tag.
type Tag struct {
	Kind  TagKind
	Parts []TagPart
}

// TagPart is literal text, an argument with the input members behind it, or a member: of the value, or of a mutation's
// result.
type TagPart struct {
	Text   string
	Path   []string
	Slot   int
	Member string // the member's field name
}
