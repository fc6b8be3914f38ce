package plan

import (
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
	"weft/graph/view"
)

// Plan is a compiled operation.
type Plan struct {
	Root    *Scope
	Scopes  []*Scope // in the order in which they were found; Root is the first
	Places  []*Place // likewise, but of the root
	Fetches []*Fetch
	Edges   int // how many nodes have one
	Static  int // how many nodes are static
	Fills   int // how many scopes have one
	// Merged are the fields that select the same as a node's, if any: few nodes have them.
	Merged map[*Node][]*ast.Field
	// Selected is what is selected of the objects of those nodes whose services are asked for that ([binding.Selects]).
	Selected map[*Node]binding.Selected
	// Policy is of the whole operation.
	Policy *Policy
	// Serial is a mutation's root fields, a plan each, to run one after another, or those of any operation planned by [Apart].
	// nil: there is one, or none of that. The plan itself is empty otherwise.
	Serial []*Plan
	// Steps is how many types and selections Build looked at to make the plan.
	Steps int
}

// Place is where objects are selected: all those of one declared type, one list of merged selection sets, and one depth, which are stubs in
// the same way, or none. It is never below itself.
type Place struct {
	Index   int
	Type    *Type         // as the schema declares it
	Stub    *binding.Stub // what its objects are, or, of an interface or union, those of some types; nil: whole ones
	Scopes  []*Scope
	Which   *Which  // which of the scopes an object is in, by its type; nil: there is one type
	Feeders []*Node // the nodes whose values are its objects, once for each list of theirs; the direct ones left out
}

// Which tells the type of an interface's or union's value, and the scope it is in.
type Which struct {
	Want    string // for errors
	Pointer string
	Path    view.Path
	Types   map[string]string // by the discriminator's value
	Having  []view.Having     // instead of these three: the members that tell, in order
	Scope   map[string]int    // by type: an index into the place's scopes
}

// Scope is what is selected of objects of one type at a place, or of several types, where nothing in it differs among them. Its
// objects, over all parents, are its column.
type Scope struct {
	Index int // of its column
	Place *Place
	// Type is the objects' type: an interface or union where they are of several.
	Type  *Type
	Shape *view.Shape // by which they are scanned
	Nodes []*Node
	// Written has what stands before each node's value, for __typename of one type with the value, and which values' texts may be copied. Whole has
	// that be tried for all of them at once: each is one member of the object that has its response name there.
	Written view.Writing
	Whole   bool
	// Name is the slot of the member that names the type of an object. 0: all are of Type.
	Name   int
	Stub   *binding.Stub // what its objects are; nil: whole ones
	Fill   *Fill         // nil: its objects have all that is selected of them, or nobody has it
	Offers bool          // its objects are embedded ones, of an entity that something in the plan loads by key: they may be all that is needed
}

// Fill is what a scope's objects get before anything below them is asked for: they are stubs of an entity, and may lack some of what is
// selected of them. Those that do have it loaded by key.
type Fill struct {
	Index int // among those of the plan
	Stub  *binding.Stub
	Needs []int   // slots of the members that are selected, or that something below needs
	Node  *Node   // a member of the entity's fetch; its parents are the scope's own objects
	Ahead []*Node // those of the scope's that need nothing which stubs may lack: their fetches do not wait for what is missing
}

// Node is one selected field of a Scope: one member of the answer.
type Node struct {
	Field *Field // nil for __typename
	AST   *ast.Field

	Scope    *Scope      // that it is selected of
	Slot     int         // of a member, and of the one that names the type, for __typename of several types
	Scalar   view.Append // writes its value: of a member that is a scalar or enum, and no list or picture's URL; nil for any other
	Children *Children   // of a composite type that is no connection
	Page     *Page       // of a connection
	Edge     int         // of a composite one: the index of its children's places
	Direct   bool        // nothing below it is fetched: its objects are read where they are written
	Static   bool        // it has arguments, and none of them has variables
	Fetch    *Fetch      // nil: a member
	Member   int         // its index in the fetch's members
	Constant int         // of a static one: its index among those of the plan
	Each     *view.Path  // nil: elements are the values
}

// Children is where a node's values are selected further.
type Children struct {
	*Place
	NonNull bool // no value, or element, may be null
}

// Fetch is all fields of an operation that one binding answers at one depth.
type Fetch struct {
	Index    int
	Depth    int // how many fetches are above it
	Members  []Member
	Early    []*Fetch // those that can begin with this one: its answer's key is all they need, and it is known
	Lists    []*Fetch // of one that loads an entity by key: those of lesser depth that may bring the same objects as a list
	Brings   []*Fetch // of a list: those that it is one of the Lists of
	Together bool     // it shares batches with the hand-written fields that run at the same time
}

// Member is a field of a fetch, and the scope that it is selected of.
type Member struct {
	Scope *Scope
	Node  *Node
	Needs []int // of one that loads an entity by key: slots of the members that are selected, or that something below needs; nil otherwise
}

// Page is what is selected of a connection, in order.
type Page struct {
	Entries []PageEntry
	Nodes   []*Children // for each list of nodes that is selected
}

// PageEntry is one selected member of a connection, an edge or a pageInfo.
type PageEntry struct {
	Prefix  []byte
	Name    string // the field; "" for __typename, whose value is in Prefix
	Object  string // the type that it is selected of
	AST     *ast.Field
	Merged  []*ast.Field // more that select the same
	Denied  error        // why who asks may not see it; nil: they may
	Nodes   int          // where it holds nodes: the index in Page.Nodes
	Entries []PageEntry  // of edges and pageInfo
	Type    *TypeRef     // nil for __typename
}

// HoldsNodes reports whether an entry is the field nodes, or node, and may be seen.
func (e *PageEntry) HoldsNodes() bool {
	return e.Denied == nil && (e.Name == "nodes" || e.Name == "node")
}

// TypeOf returns the type of an object of the scope.
func (s *Scope) TypeOf(o view.Object) string {
	if s.Name == 0 {
		return s.Type.Name
	}
	return s.Place.Which.Types[o.Member(s.Name).Text()]
}

// Composite reports whether something is selected of a node's values.
func (n *Node) Composite() bool { return n.Children != nil || n.Page != nil }

// Places are where a node's values are selected further: none of a leaf, one for each list of a page's nodes.
func (n *Node) Places() []*Place {
	var list []*Place
	if n.Children != nil {
		list = append(list, n.Children.Place)
	}
	if n.Page != nil {
		for _, nodes := range n.Page.Nodes {
			list = append(list, nodes.Place)
		}
	}
	return list
}
