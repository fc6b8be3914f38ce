package executor

import (
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/view"
)

// expand files the objects that a fetch brought. Parents that share a result share its objects, so that what is below them is fetched
// and filed once; where fields are hand-written each parent has its own, since Go may ask for its place in the answer.
func (r *run) expand(n *plan.Node, found *fetch.Found) {
	e := &r.edges[n.Edge]
	if !r.plan.Policy.Resolvers {
		e.of = found.Of
		e.places = slices.Grow(e.places, len(found.Results))
		for i := range found.Results {
			r.expandOne(e, n, &found.Results[i])
		}
		return
	}
	for _, i := range found.Of {
		r.expandOne(e, n, &found.Results[i])
	}
}

func (r *run) expandOne(e *edge, n *plan.Node, res *fetch.Result) {
	start := int32(len(e.elems))
	var pg page
	var p place
	switch {
	case res.Err != nil:
		p = r.failed(res.Err)
	case !res.Found:
		p = place{state: null, start: start, end: start}
	case n.Page != nil:
		pg, p = r.page(n, res)
	default:
		p = r.objects(n, n.Children, res)
		if n.Field.Type.Elem == nil && p.state == there && p.start == p.end {
			p.state = null
		}
	}
	e.places = append(e.places, p)
	if n.Page != nil {
		e.pages = append(e.pages, pg)
	}
}

// failed is the place of an error.
func (r *run) failed(err error) place {
	r.wrong = append(r.wrong, err)
	return place{state: failed, wrong: int32(len(r.wrong) - 1)}
}

// elementError is the error of one element which makes its whole list null.
type elementError struct {
	index int
	err   error
}

func (e *elementError) Error() string { return e.err.Error() }

// objects files an object, or a list of them. An element that cannot be read, or was not loaded, is null, and where it may not be
// null the list is. The nodes of a page may be selected as several lists, so there the writer decides which of them become null.
func (r *run) objects(n *plan.Node, c *plan.Children, res *fetch.Result) place {
	e, list := &r.edges[n.Edge], res.Objects
	p := place{start: int32(len(e.elems))}
	if r.count(len(list)) {
		return r.failed(r.excess)
	}
	e.elems = slices.Grow(e.elems, len(list))
	views := n.Field.Bound == nil || n.Field.Bound.Binding.Shape.Len() > 0 && n.Field.Bound.Lift == nil
	if views && r.borrow(e, c, list) {
		p.end = int32(len(e.elems))
		return p
	}
	var into nests
	for i, o := range list {
		child, err := elem{state: null}, res.Missing(i)
		switch {
		case err != nil:
		case views:
			child, err = r.fileView(n, c, o)
		case c.NonNull || !o.IsNull():
			child, err = r.fileValue(&into, c, o.Member(0), len(list)-i-1)
		}
		if r.excess != nil {
			return r.failed(r.excess)
		}
		switch isList := n.Field.Type.Elem != nil; {
		case err == nil:
		case n.Page != nil || isList && !c.NonNull:
			child = r.failedElem(err)
		default:
			r.drop(n, c, p.start)
			if isList {
				err = &elementError{i, err}
			}
			return r.failed(err)
		}
		e.elems = append(e.elems, child)
	}
	p.end = int32(len(e.elems))
	return p
}

// fileView files an object as a binding, or Go, answered it.
func (r *run) fileView(n *plan.Node, c *plan.Children, o view.Object) (elem, error) {
	switch {
	case !o.IsNull():
		if err := o.Member(0).Object(); err != nil {
			return elem{}, err
		}
		return r.file(c.Scopes[0], 0, o), nil
	case c.NonNull && n.Page == nil && n.Field.Type.Elem != nil:
		return elem{}, invalidNull(n, &graphql.InvalidNullError{Object: n.Scope.Type.Name, Field: n.AST.Name, ListElement: true})
	}
	return elem{state: null}, nil
}

// invalidNull is the error of a null where none may be, as one of the upstream that has answered the node, if one has.
func invalidNull(n *plan.Node, err *graphql.InvalidNullError) error {
	if n.Field.Bound == nil {
		return err
	}
	return n.Field.Bound.Binding.Null(err)
}

// failedElem is an element in error.
func (r *run) failedElem(err error) elem { return elem{state: failed, wrong: r.failed(err).wrong} }

// borrow files a list of at least two objects without copying it. It returns false where an element is missing, or the column has
// objects already.
func (r *run) borrow(e *edge, c *plan.Children, list []view.Object) bool {
	none := func(o view.Object) bool { return o.Kind(0) != view.KindObject }
	if len(list) < 2 || slices.ContainsFunc(list, none) || !r.columns[c.Scopes[0].Index].borrow(list) {
		return false
	}
	for i := range list {
		e.elems = append(e.elems, elem{index: int32(i)})
	}
	return true
}

// drop forgets the objects filed from start on: nothing is asked for them.
func (r *run) drop(n *plan.Node, c *plan.Children, start int32) {
	e := &r.edges[n.Edge]
	for _, child := range e.elems[start:] {
		if child.state == there {
			column := &r.columns[c.Scopes[child.scope].Index]
			column.list = column.list[:min(len(column.list), int(child.index))]
		}
	}
	e.elems = e.elems[:start]
}

// count counts objects of the answer, and returns true when there are too many.
func (r *run) count(n int) bool {
	if r.excess == nil {
		r.excess = r.x.Count(n)
	}
	return r.excess != nil
}

// file appends an object to the column of its scope, which is the i-th of its node's children.
func (r *run) file(s *plan.Scope, i int, o view.Object) elem {
	c := &r.columns[s.Index]
	c.add(o)
	return elem{scope: int32(i), index: int32(len(c.list) - 1)}
}

// page files the nodes of one page, once for each list that selects them.
func (r *run) page(n *plan.Node, res *fetch.Result) (page, place) {
	pg := page{segment: res.Page(), nodes: make([]place, len(n.Page.Nodes))}
	for i, c := range n.Page.Nodes {
		pg.nodes[i] = r.objects(n, c, res)
		if pg.nodes[i].state == failed {
			return pg, pg.nodes[i]
		}
	}
	return pg, place{}
}

// nest files the objects nested in a member of each parent.
func (r *run) nest(n *plan.Node, parents []view.Object) {
	e := &r.edges[n.Edge]
	e.places, e.elems = slices.Grow(e.places, len(parents)), slices.Grow(e.elems, len(parents))
	var into nests
	for k, parent := range parents {
		start := int32(len(e.elems))
		v := parent.Member(n.Slot).Meant(n.Field.Empty).Listed(n.Field.Entries)
		p := place{state: null, start: start, end: start}
		err := parent.Lost(n.Slot, n.Field.Type.NonNull)
		if err == nil && (!v.IsNull() || n.Field.Type.NonNull) {
			err = r.nestValue(&into, n, parent, v, len(parents)-k-1)
			p.state, p.end = there, int32(len(e.elems))
		}
		if r.count(len(e.elems) - int(start)) {
			break
		}
		if err != nil {
			r.drop(n, n.Children, start)
			p = r.failed(err)
		}
		e.places = append(e.places, p)
	}
}

// nestValue files a nested object, or a list of them.
func (r *run) nestValue(into *nests, n *plan.Node, parent view.Object, v view.Value, more int) error {
	if n.Field.Type.Elem == nil {
		return parent.Located(n.Slot, r.nestOne(into, n, n.Field.Type, v, more))
	}
	return r.nestList(into, n, parent, v, more)
}

// nestList files a list of nested objects. A wrong element costs itself, or the list where it may not be null.
func (r *run) nestList(into *nests, n *plan.Node, parent view.Object, v view.Value, more int) error {
	if err := v.List(); err != nil {
		return parent.Located(n.Slot, err)
	}
	if !r.read(v) {
		return r.excess
	}
	list := v.Elements()
	for i := 0; ; i++ {
		e, ok := list.Next()
		if !ok {
			return nil
		}
		if n.Each != nil {
			e = e.At(*n.Each)
		}
		err := r.nestOne(into, n, n.Field.Type.Elem, e, 1+more)
		if err == nil {
			continue
		}
		err = parent.Located(n.Slot, err, i)
		if n.Field.Type.Elem.NonNull {
			return &elementError{i, err}
		}
		edge := &r.edges[n.Edge]
		edge.elems = append(edge.elems, r.failedElem(err))
	}
}

// nestOne files a value of a type: an object or null. Null where it may not be is an error, as any value that is no object.
func (r *run) nestOne(into *nests, n *plan.Node, t *plan.TypeRef, v view.Value, more int) error {
	child := elem{state: null}
	if t.NonNull || !v.IsNull() {
		var err error
		if child, err = r.fileValue(into, n.Children, v, more); err != nil {
			return err
		}
	}
	e := &r.edges[n.Edge]
	e.elems = append(e.elems, child)
	return nil
}

// nests are what nested objects are scanned into while they are filed, by scope; nil: none has been scanned yet.
type nests []view.Nest

func (n *nests) of(scope, scopes int) *view.Nest {
	if *n == nil {
		*n = make([]view.Nest, scopes)
	}
	return &(*n)[scope]
}

// fileValue scans an object for the members of its type and files it. More is how many more may come: a hint for allocation.
func (r *run) fileValue(into *nests, c *plan.Children, v view.Value, more int) (elem, error) {
	if !r.read(v) {
		return elem{}, r.excess
	}
	i, err := which(c, v)
	if err != nil {
		return elem{}, err
	}
	nest, o := into.of(i, len(c.Scopes)), view.Object{}
	if stub := c.Scopes[i].Stub; stub != nil && stub.Embedded {
		o, err = stub.Object(nest, v, more)
	} else {
		o, err = nest.Object(v, c.Scopes[i].Shape, more)
	}
	if err != nil {
		return elem{}, err
	}
	return r.file(c.Scopes[i], i, o), nil
}

// which returns the index of the scope that a value's type has.
func which(c *plan.Children, v view.Value) (int, error) {
	if c.Which == nil {
		return 0, nil
	}
	if c.Which.Having != nil {
		name, err := v.Having(c.Which.Want, c.Which.Having)
		return c.Which.Scope[name], err
	}
	name, err := v.Variant(c.Which.Want, c.Which.Path, c.Which.Pointer, c.Which.Types)
	if err != nil {
		return 0, err
	}
	return c.Which.Scope[name], nil
}
