package binding

// Lift is a member of an entity's object that is a field's value, in the place of that object.
type Lift struct {
	Slot int
	List bool // it is a list
}

// Lifted is what a field is of the value that was found for its key: the value itself, or a member of it, as if a call had answered that. One that
// is null is nothing.
func (f *Field) Lifted(v Value) (Value, error) {
	if f.Lift == nil || !v.Found {
		return v, nil
	}
	objects, err := v.Object().Lifted(f.Lift.Slot, f.Lift.List)
	return Value{Objects: objects, Found: objects != nil, extra: v.extra}, err
}
