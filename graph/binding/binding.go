package binding

import (
	"cmp"
	"net/http"
	"slices"

	"weft/graph/view"
)

// Spec describes a Binding; generated code is full of them.
type Spec struct {
	Name     string // "Product" for an entity, "Query.products" for a field
	At       string // where the schema says it: file:line, the file from the folder of gqlgen.yml; for operators only
	Vars     []Var  // the variables of its templates; for an entity the parts of its key
	Entity   bool   // all Vars together are the key
	Mutation bool   // called each time, never memoised

	Origin
	Result
	Caching
}

// Origin is who is asked for values, and how.
type Origin struct {
	Upstream string // "" with Func
	Single   *Call  // one call for one value of Vars; nil: none
	Batch    *Batch // one call for many keys; nil: none
	Func     string // an entity answered by Go: its name in fetch.Service.Functions; "" none
	FuncMax  int    // keys in one call of Func; 0 = 100
	// Identity are the request headers, by their canonical names, that what Func answers depends on. Empty: on none, its values are
	// everybody's. nil: nobody says, so they are neither kept nor served to another operation.
	Identity []string
	KeyInt   bool // keys are numbers in bodies
	EmptyAll bool // an empty list argument asks for everything
}

// Result is what values are.
type Result struct {
	Shape    *view.Shape // the members of its objects; nil: values without members
	Object   string      // the objects' type, or the connection's; "" for values, interfaces and unions
	List     bool        // it answers a list
	KeySlots []int       // an entity's key parts in Shape
	Required []int       // an entity's members that may not be null
	Primes   *Binding    // the entity whose objects its values are; nil: of none, or it is that of the entity itself
	Page     *Page       // the list is paged; nil: it is not
	Empty    view.Empty  // what stands for an empty list, or for no object
	Stub     *Stub       // what its objects, which are those of an entity, may lack; nil: nothing
	Maps     []string    // JSON pointers from an object to those whose names are data, in which * stands for each element or member
	Given    []string    // the variables of its calls whose values are members of its objects, under [GivenName]
}

// Caching is what the schema says of keeping values.
type Caching struct {
	Fingerprint string       // of all that decides what a stored value means: its call, where the answer stands, the members
	Cache       *CachePolicy // nil: what the upstream's headers, and its configuration, say
	Tags        []Tag        // what its values are tagged with, beside their type, key and URL
	Invalidates []Tag        // of a mutation
	Embeds      []Embed      // the stubs in its values
}

// Var is one variable of a template.
type Var struct {
	Name string
	Type *Type
}

// Call is one HTTP request, and where its answer stands.
type Call struct {
	Method   string       // "" = GET
	Template string       // RFC 6570
	Query    []QueryParam // parameters behind those of Template
	Quote    Quote        // of strings inside text of Template that is of another language, such as OData's ('…')
	Headers  []Header     // of the request, beside those of the upstream
	Body     *Body        // nil: none
	Form     bool         // Body is sent as a form, not as JSON
	At       string       // JSON pointer (RFC 6901) to the answer; "" the whole body
	Each     string       // JSON pointer from each element of a list to the object in it; "" the element itself
	// Entries says how an object at At is read as the list that is answered; nil: it is a list.
	Entries *view.Entries
	// Included is a JSON pointer to a list of objects that stand apart: they are read where the objects of the answer, or they themselves, only
	// name them, as far as the call asks for them ([Expands]). "": none do.
	Included string

	Status bool   // the answer is its status: true for 2xx, false for 404 and 410, whatever the body has
	Header string // the answer is this header, as text, whatever the body has; "": it is not

	HeaderMembers []string // headers that the answer's object has as members: see [HeaderMember]
	Respond       []string // headers that the client gets, whatever the status is
}

// Batch is a Call for many keys.
type Batch struct {
	Call
	Keys  string   // the variable that takes the keys
	Parts []string // of a field's, whose key has several: their names. The variable of each is Keys, a dot and the part; nil: it has one
	Match []string // JSON pointers from an element to its key's parts; nil with Map
	Map   bool     // the answer is an object from key to element, or with Many to the key's list
	Fold  bool     // keys are compared without case
	Unpad bool     // keys that are numbers are compared without the zeros in front of them
	Many  bool     // any number of elements a key
	Max   int      // keys in one call; 0 = 100
}

// Binding is one way to get values from an upstream. It is immutable and made once, by [New].
type Binding struct {
	Spec
	keyVars []int // indexes in Vars of the parts of a batched field's key; nil: an entity, whose key is all of Vars, or no batch

	keyType   *Type // of a key that is sent with others
	partLists []Var // of a batch whose key has several parts: a variable for each, which has that part of all keys; nil: of no such batch

	single *Request      // nil: none
	batch  *Request      // nil: none
	lists  *view.Scanner // of the list that each key has in a map; nil: keys have elements
	no     Value         // of a call whose answer is its status: false; else null
	kept   *view.Scanner // of what a cache keeps

	listed, stored *view.Source // of what these two scan
}

// New compiles a Spec. It panics on a template or pointer that does not parse: specs are generated from a checked schema.
func New(s Spec) *Binding {
	b := &Binding{Spec: s}
	if s.Entity && s.KeyInt {
		b.Vars = slices.Clone(s.Vars)
		for i := range b.Vars {
			b.Vars[i].Type = &Type{Scalar: b.Vars[i].Type.Scalar, digits: true}
		}
	}
	if b.Shape == nil {
		b.Shape = view.NewShape()
	}
	b.kept, b.stored = b.keptScanner(), b.source()
	if s.Single != nil {
		in := view.Single
		if s.List {
			in = view.List
		}
		layout := view.Layout{At: s.Single.At, In: in, Each: s.Single.Each, Shape: b.Shape, Empty: s.Empty}
		if s.Single.Entries != nil {
			layout.At = "" // they are a text of their own
		}
		b.single = newRequest(b, *s.Single, layout)
		if s.Single.Status {
			b.no = b.single.statusValue(false)
		}
	}
	if s.Batch != nil {
		layout := batchLayout(s.Batch, b.Shape)
		layout.Empty = s.Empty & view.EmptyArray
		if s.Batch.Map && s.Batch.Many {
			// The answer is scanned twice: for its keys, without a look into their lists, and then each key's list by itself.
			// So a list with a mistake in it costs its key only.
			b.lists, b.listed = view.NewScanner(view.Layout{In: view.List, Each: s.Batch.Each, Shape: b.Shape}), b.source()
			b.listed.Root = s.Batch.At + "/*"
			layout.Each, layout.Shape = "", nil
		}
		b.batch = newRequest(b, s.Batch.Call, layout)
		b.addKey()
	}
	return b
}

// addKey finds the parts of a batch's key among the variables.
func (b *Binding) addKey() {
	parts, list := b.Vars, b.Batch.Keys+"."
	if !b.Entity {
		names := []string{b.Batch.Keys}
		if len(b.Batch.Parts) > 0 {
			names, list = nil, ""
			for _, part := range b.Batch.Parts {
				names = append(names, b.Batch.Keys+"."+part)
			}
		}
		parts = nil
		for _, name := range names {
			i := slices.IndexFunc(b.Vars, func(v Var) bool { return v.Name == name })
			b.keyVars, parts = append(b.keyVars, i), append(parts, b.Vars[i])
		}
	}
	if len(parts) == 1 {
		b.keyType = b.partType(parts[0])
		return
	}
	b.keyType = &Type{} // an object of the parts, written as it is
	for _, part := range parts {
		b.partLists = append(b.partLists, Var{list + part.Name, &Type{List: b.partType(part)}})
	}
}

// partType is the type of a part of a key that is sent with others. It is text, also of a number, unless the schema says that numbers are sent.
func (b *Binding) partType(part Var) *Type {
	if b.KeyInt {
		return &Type{Scalar: "Int"}
	}
	return &Type{Scalar: "String", digits: part.Type.Scalar == "Int"}
}

// batchLayout is where a batch's answer has its objects, and where these have their keys.
func batchLayout(b *Batch, shape *view.Shape) view.Layout {
	l := view.Layout{At: b.At, In: view.List, Each: b.Each, Shape: shape}
	switch {
	case b.Map:
		l.In = view.Map
	case len(b.Match) == 1:
		l.Match = b.Match[0]
	default:
		l.MatchAll = b.Match
	}
	return l
}

// Max returns how many keys one call takes.
func (b *Binding) Max() int {
	if b.Batch != nil {
		return cmp.Or(b.Batch.Max, 100)
	}
	return cmp.Or(b.FuncMax, 100)
}

// ForOne is the request for one key, or one set of values; nil: there is none.
func (b *Binding) ForOne() *Request { return b.single }

// ForMany is the request for many keys; nil: there is none.
func (b *Binding) ForMany() *Request { return b.batch }

// ManyPerKey reports whether each key of the batch has any number of elements.
func (b *Binding) ManyPerKey() bool { return b.Batch != nil && b.Batch.Many }

// AnswersList reports whether an answer is a list of objects.
func (b *Binding) AnswersList() bool { return b.List || b.ManyPerKey() }

// Safe reports whether all its calls are GETs, whose answers may be kept if their headers say so.
func (b *Binding) Safe() bool {
	return b.Func == "" && (b.single == nil || b.single.Method == http.MethodGet) && (b.batch == nil || b.batch.Method == http.MethodGet)
}

func method(m string) string { return cmp.Or(m, http.MethodGet) }
