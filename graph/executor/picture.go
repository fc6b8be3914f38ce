package executor

import (
	"weft/graph/imageurl"
	"weft/graph/plan"
	"weft/graph/view"
)

// picture is what an operation wants of a node's pictures, or what is wrong with that.
type picture struct {
	service *imageurl.Service
	wanted  imageurl.Wanted
	err     error
}

// picture reads what a node's arguments want: once for all of its parents.
func (w *writer) picture(n *plan.Node) *picture {
	if p, known := w.pictures[n]; known {
		return p
	}
	p := &picture{service: w.of.executor.Images[n.Field.Image]}
	args, err := w.arguments(w.reading.ctx, n)
	if p.err = err; err == nil {
		p.wanted, p.err = p.service.Wanted(args)
	}
	if w.pictures == nil {
		w.pictures = map[*plan.Node]*picture{}
	}
	w.pictures[n] = p
	return p
}

// url is the URL of one of the pictures, whose own URL v is.
func (p *picture) url(v view.Value) (view.Value, error) {
	if p.err != nil {
		return v, p.err
	}
	return p.service.Value(v, p.wanted)
}
