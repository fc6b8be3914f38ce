package executor

import (
	"slices"

	"weft/graph/binding"
	"weft/graph/plan"
	"weft/graph/view"
)

// expand files the objects that a fetch brought under their parents.
func (r *run) expand(n *plan.Node, results []binding.Result) {
	places := make([]place, len(results))
	if n.Page != nil {
		r.pages[n.Edge] = make([]page, len(results))
	}
	for k := range results {
		res := &results[k]
		start := len(r.elems[n.Edge])
		p := &places[k]
		p.start, p.end = int32(start), int32(start)
		switch {
		case res.Err != nil:
			p.err = res.Err
		case !res.Found:
			p.null = true
		case n.Page != nil:
			r.pages[n.Edge][k], p.err = r.page(n, res)
		default:
			*p = r.objects(n, n.Children, res.Objects, res.Errs)
			p.null = p.null || n.Field.Type.Elem == nil && p.start == p.end
		}
	}
	r.places[n.Edge] = places
}

// objects files a list of objects. An element that cannot be read costs the whole list, as it does where Go reads it; one
// that failed to load (errs) costs itself.
func (r *run) objects(n *plan.Node, c *plan.Children, list []view.Object, errs []error) place {
	p := place{start: int32(len(r.elems[n.Edge]))}
	p.end = p.start
	if r.count(len(list)) {
		p.err = r.excess
		return p
	}
	r.elems[n.Edge] = slices.Grow(r.elems[n.Edge], len(list))
	r.columns[c.Scopes[0].Column] = slices.Grow(r.columns[c.Scopes[0].Column], len(list))
	views := n.Field.Bound == nil || n.Field.Bound.Binding.Shape.Len() > 0
	for i, o := range list {
		e := elem{index: -1}
		switch {
		case errs != nil && errs[i] != nil:
			e.err = errs[i]
		case o.IsNull() && (views || !c.NonNull):
		case views:
			e = r.file(c.Scopes[0], 0, o)
		default:
			var err error
			if e, err = r.fileValue(c, o.Member(0)); err != nil {
				r.drop(n, c, p.start)
				return place{start: p.start, end: p.start, err: o.Located(0, err)}
			}
		}
		r.elems[n.Edge] = append(r.elems[n.Edge], e)
	}
	p.end = int32(len(r.elems[n.Edge]))
	return p
}

// drop forgets the objects filed from start on: nothing is asked for them.
func (r *run) drop(n *plan.Node, c *plan.Children, start int32) {
	for _, e := range r.elems[n.Edge][start:] {
		if e.index >= 0 {
			column := &r.columns[c.Scopes[e.scope].Column]
			*column = (*column)[:min(len(*column), int(e.index))]
		}
	}
	r.elems[n.Edge] = r.elems[n.Edge][:start]
}

// count counts objects of the answer, and reports whether there are too many.
func (r *run) count(n int) bool {
	if r.excess == nil {
		r.excess = r.x.Count(n)
	}
	return r.excess != nil
}

// file appends an object to the column of its scope, which is the i-th of its node's children.
func (r *run) file(s *plan.Scope, i int, o view.Object) elem {
	r.columns[s.Column] = append(r.columns[s.Column], o)
	return elem{scope: int32(i), index: int32(len(r.columns[s.Column]) - 1)}
}

// page files the nodes of one page, once for each list that selects them.
func (r *run) page(n *plan.Node, res *binding.Result) (page, error) {
	pg := page{segment: res.Page, nodes: make([]place, len(n.Page.Nodes))}
	for i, c := range n.Page.Nodes {
		pg.nodes[i] = r.objects(n, c, res.Objects, nil)
		if err := pg.nodes[i].err; err != nil {
			return pg, err
		}
	}
	return pg, nil
}

// nest files the objects nested in a member of each parent.
func (r *run) nest(n *plan.Node, parents []view.Object) {
	places := make([]place, len(parents))
	r.elems[n.Edge] = slices.Grow(r.elems[n.Edge], len(parents))
	r.columns[n.Children.Scopes[0].Column] = slices.Grow(r.columns[n.Children.Scopes[0].Column], len(parents))
	for k, parent := range parents {
		p := &places[k]
		p.start = int32(len(r.elems[n.Edge]))
		v := parent.Member(n.Field.Slot)
		if p.null = v.IsNull() && !n.Field.Type.NonNull; !p.null {
			p.err = r.nestValue(n, v)
		}
		if r.count(len(r.elems[n.Edge]) - int(p.start)) {
			break
		}
		if p.err != nil {
			p.err = parent.Located(n.Field.Slot, p.err)
			r.drop(n, n.Children, p.start)
		}
		p.end = int32(len(r.elems[n.Edge]))
	}
	r.places[n.Edge] = places
}

// nestValue files a nested object, or a list of them. A wrong element costs the whole list, as it does where Go reads it.
func (r *run) nestValue(n *plan.Node, v view.Value) error {
	if n.Field.Type.Elem == nil {
		return r.nestOne(n, n.Field.Type, v)
	}
	return r.nestList(n, v)
}

// nestList is apart from nestValue because its loop makes what it touches escape to the heap.
func (r *run) nestList(n *plan.Node, v view.Value) error {
	if err := v.List(); err != nil {
		return err
	}
	for _, e := range v.Elements() {
		if n.Each != nil {
			e = e.At(*n.Each)
		}
		if err := r.nestOne(n, n.Field.Type.Elem, e); err != nil {
			return err
		}
	}
	return nil
}

// nestOne files a value of a type. Null where none may be is a value that is no object.
func (r *run) nestOne(n *plan.Node, t *plan.TypeRef, v view.Value) error {
	e := elem{index: -1}
	if t.NonNull || !v.IsNull() {
		var err error
		if e, err = r.fileValue(n.Children, v); err != nil {
			return err
		}
	}
	r.elems[n.Edge] = append(r.elems[n.Edge], e)
	return nil
}

// fileValue scans an object for the members of its type and files it.
func (r *run) fileValue(c *plan.Children, v view.Value) (elem, error) {
	i, err := which(c, v)
	if err != nil {
		return elem{index: -1}, err
	}
	o, err := v.Object(c.Scopes[i].Type.Shape)
	if err != nil {
		return elem{index: -1}, err
	}
	return r.file(c.Scopes[i], i, o), nil
}

// which returns the index of the scope that a value's type has.
func which(c *plan.Children, v view.Value) (int, error) {
	if c.Which == nil {
		return 0, nil
	}
	name, err := v.Variant(c.Which.Want, c.Which.Path, c.Which.Pointer, c.Which.Types)
	if err != nil {
		return 0, err
	}
	return slices.IndexFunc(c.Scopes, func(s *plan.Scope) bool { return s.Type.Name == name }), nil
}
