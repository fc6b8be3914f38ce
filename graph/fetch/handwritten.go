package fetch

import "weft/graph/view"

// ObjectOf is a view's object; false for nil.
func ObjectOf[T view.Viewer](v *T) ([]view.Object, bool) {
	if v == nil {
		return nil, false
	}
	return []view.Object{view.ObjectOf(v)}, true
}

// ObjectsOf are a list's objects, zero ones for nil; false for a nil list.
func ObjectsOf[T view.Viewer](list []*T) ([]view.Object, bool) {
	if list == nil {
		return nil, false
	}
	objects := make([]view.Object, len(list))
	for i, v := range list {
		if v != nil {
			objects[i] = view.ObjectOf(v)
		}
	}
	return objects, true
}
