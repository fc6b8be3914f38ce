package plan

import (
	"unsafe"
)

// Size estimates the bytes of memory that a plan keeps, beside the document and the schema, and those that a run of it works in.
func (p *Plan) Size() int {
	n := int(unsafe.Sizeof(*p))
	for _, s := range p.Scopes {
		n += int(unsafe.Sizeof(*s)) + s.Written.Size() + run
		if s.Name > 0 {
			n += shape * s.Shape.Len()
		}
		if s.Fill != nil {
			n += int(unsafe.Sizeof(*s.Fill)) + pointer*cap(s.Fill.Needs) + int(unsafe.Sizeof(Node{})) + int(unsafe.Sizeof(Field{})) + run
		}
		for _, node := range s.Nodes {
			n += pointer + int(unsafe.Sizeof(*node)) + boxed + run
			if node.Children != nil {
				n += int(unsafe.Sizeof(*node.Children))
			}
			if node.Page != nil {
				n += int(unsafe.Sizeof(*node.Page)) + node.Page.size()
			}
		}
	}
	for _, place := range p.Places {
		n += int(unsafe.Sizeof(*place)) + pointer*(len(place.Scopes)+len(place.Feeders))
		if place.Which != nil {
			n += int(unsafe.Sizeof(*place.Which)) + entry*len(place.Which.Scope)
		}
	}
	for _, more := range p.Merged {
		n += entry + pointer*cap(more)
	}
	n += given * p.Static
	for _, f := range p.Fetches {
		n += int(unsafe.Sizeof(*f)) + len(f.Members)*int(unsafe.Sizeof(Member{})) + pointer*(len(f.Early)+len(f.Lists)+len(f.Brings)) + run
	}
	for _, root := range p.Serial {
		n += root.Size()
	}
	return n
}

func (p *Page) size() int {
	n := 0
	for _, c := range p.Nodes {
		n += pointer + int(unsafe.Sizeof(*c))
	}
	return n + entriesSize(p.Entries)
}

func entriesSize(list []PageEntry) int {
	n := 0
	for i := range list {
		n += int(unsafe.Sizeof(list[i])) + cap(list[i].Prefix) + pointer*cap(list[i].Merged) + boxed + entriesSize(list[i].Entries)
	}
	return n
}

// What Size takes things for that unsafe.Sizeof does not tell.
const (
	pointer = 8
	boxed   = 16  // a string in an interface
	entry   = 48  // of a map from strings to numbers
	shape   = 350 // of a shape, for each of its members
	given   = 250 // of arguments that are the same in every run, and are kept then
	run     = 96  // what package executor's rooms have for a scope, a field or a fetch
)
