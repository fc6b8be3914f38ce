package plan

import (
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
	"weft/graph/view"
)

// Plan is a compiled operation.
type Plan struct {
	Root    *Scope
	Fetches []*Fetch
	Columns int // how many scopes have one
	Edges   int // how many nodes have one

	// Policy is of the whole operation.
	Policy *Policy

	// Serial is a mutation's root fields, a plan each, to run one after another, or those of any operation planned by [Apart].
	// nil: there is one, or none of that. The plan itself is empty otherwise.
	Serial []*Plan

	// Size is the length in bytes of the last answer, for whoever makes room for the next. It is no part of the plan.
	Size atomic.Int64

	// Room is what one run leaves for the next to use again. It is no part of the plan, either.
	Room sync.Pool
}

// Scope is what is selected of objects of one concrete type at one place of the operation. Its objects, over all parents,
// are its column.
type Scope struct {
	Type   *Type
	Nodes  []*Node
	Column int
	Of     *Node // whose value its objects are; nil: the root's
}

// Node is one selected field of a Scope: one member of the answer.
type Node struct {
	Key    ast.PathElement // the response key
	Prefix []byte          // what is written before the value: `{"key":` or `,"key":`; for __typename the value, too
	Field  *Field          // nil for __typename
	AST    *ast.Field
	Static bool // its arguments have no variables

	// Arguments are what its arguments have come to, if they are Static, since a run has coerced them. They are no part of the plan.
	Arguments atomic.Pointer[binding.Arguments]

	Scope    *Scope      // that it is selected of
	Scalar   view.Append // writes its value: of a member that is a scalar or enum and no list; nil for any other
	Children *Children   // of a composite type that is no connection
	Page     *Page       // of a connection
	Edge     int         // the index of its children's places; -1: it has none
	Direct   bool        // nothing below it is fetched: its objects are read where they are written
	Fetch    *Fetch      // nil: a member
	Member   int         // its index in the fetch's members
	Each     *view.Path  // nil: elements are the values
}

// Children are the scopes of a composite type: one for each concrete type that its values may have.
type Children struct {
	Scopes []*Scope
	// Which tells a value's type; nil: there is one.
	Which   *Which
	NonNull bool // no value may be null
}

// Which tells the concrete type of an interface's or union's value.
type Which struct {
	Want    string // for errors
	Pointer string
	Path    view.Path
	Types   map[string]string
}

// Fetch is all fields of an operation that one binding answers at one depth.
type Fetch struct {
	Index    int
	Depth    int // how many fetches are above it
	Members  []Member
	Early    []*Fetch // those that can begin with this one: its answer's key is all they need, and it is known
	Together bool     // it shares batches with the hand-written fields that run at the same time
}

// Member is a field of a fetch, and the scope that it is selected of.
type Member struct {
	Scope *Scope
	Node  *Node
}

// Page is what is selected of a connection, in order.
type Page struct {
	Entries []PageEntry
	Nodes   []*Children // for each list of nodes that is selected
}

// PageEntry is one selected member of a connection, an edge or a pageInfo.
type PageEntry struct {
	Prefix  []byte
	Name    string          // the field; "" for __typename, whose value is in Prefix
	Key     ast.PathElement // the response key
	Object  string          // the type that it is selected of
	AST     *ast.Field
	Nodes   int         // of nodes and node: the index in Page.Nodes
	Entries []PageEntry // of edges and pageInfo
	Type    *TypeRef    // nil for __typename
}
