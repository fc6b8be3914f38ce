package binding

import "weft/graph/view"

// included are objects that stand apart in an answer, in a list of their own, where others only name them by type and id: as JSON:API has them
// in its compound documents.
type included struct {
	lists    []string // where an answer has objects: those that were asked for, and those that stand apart
	kind, id view.Path
}

// newIncluded says where the answers to a call have objects; nil: none stand apart.
func newIncluded(c Call, l view.Layout) *included {
	if c.Included == "" {
		return nil
	}
	objects := l.At
	if l.In == view.List {
		objects += "/*" + l.Each
	}
	return &included{[]string{objects, c.Included + "/*"}, view.NewPath("/type"), view.NewPath("/id")}
}

// identity is what an object is named by; false: it is not.
func (i *included) identity(v view.Value) (name [2]string, ok bool) {
	kind, _ := v.At(i.kind).Key()
	id, ok := v.At(i.id).Key()
	return [2]string{kind, id}, ok && kind != ""
}

// joined is an answer's body, which is JSON, with objects in the places of their names, as far as the call has asked for them; nil: there are
// none to be joined. A name that nothing stands apart for remains.
func (i *included) joined(body []byte, in Params) []byte {
	asked, ok := in.expansion()
	if !ok {
		return nil
	}
	root, _ := view.Find(body, "")
	j := joiner{included: i, expands: asked.expands, apart: map[[2]string]view.Value{}, room: maxJoined(len(body))}
	for _, list := range i.lists {
		root.Visit(list, func(v view.Value) {
			if name, ok := i.identity(v); ok && j.apart[name].IsNull() {
				j.apart[name] = v
			}
		})
	}
	var splices []view.Splice
	root.Visit(i.lists[0], func(v view.Value) { splices = append(splices, j.members(v, asked.object, asked.selected)...) })
	if splices == nil {
		return nil
	}
	return root.Spliced(splices)
}

// maxJoined is how many bytes are put in the places of names, in an answer of so many. An object may be named by many, and name itself; what is
// beyond keeps its name, and is loaded by its key.
func maxJoined(body int) int { return 4*body + 1<<20 }

// joiner puts the objects of one answer together.
type joiner struct {
	*included
	expands *Expands
	apart   map[[2]string]view.Value
	room    int // bytes that may still be put in the places of names
}

// members are the texts for those members of an object that were asked for, and for those in them.
func (j *joiner) members(v view.Value, object string, selected Selected) (splices []view.Splice) {
	for _, m := range j.expands.Types[object].Members {
		below, ok := selected.Below[m.Slot]
		if !ok || below.Bare {
			continue
		}
		v.Visit(m.At, func(member view.Value) {
			whole := member
			if name, ok := j.identity(member); ok && m.Name != "" && !j.apart[name].IsNull() {
				whole = j.apart[name]
			}
			if j.room < len(whole.Raw()) {
				return
			}
			inner := j.members(whole, m.Object, below)
			if whole == member && inner == nil {
				return
			}
			text := whole.Spliced(inner)
			j.room -= len(text)
			splices = append(splices, view.Splice{Of: member, Text: text})
		})
	}
	return splices
}
