package view

// Visit calls f with each value that a pointer leads to from this one, in which * stands for all elements of a list, and for all members of an
// object, but where one of them is called so. It panics on a pointer that [ParsePointer] refuses.
func (v Value) Visit(pointer string, f func(Value)) { v.visit(mustParse(pointer), f) }

func (v Value) visit(path []string, f func(Value)) {
	for i, token := range path {
		if token == "*" && v.Kind() == KindList {
			for _, e := range v.elements() {
				e.visit(path[i+1:], f)
			}
			return
		}
		inner, _ := v.find(path[i : i+1])
		if token == "*" && inner.Kind() == KindNothing && v.Kind() == KindObject {
			for _, member := range v.members() {
				member.visit(path[i+1:], f)
			}
			return
		}
		v = inner
	}
	if v.Kind() != KindNothing {
		f(v)
	}
}

// Key returns the value as the text of a GraphQL ID, as [Object.Key] does.
func (v Value) Key() (string, bool) { return v.key() }
