package fetch

import (
	"weft/graph/binding"
	"weft/graph/view"
)

// Values are the values of a field's variables, as [binding.Field.Values] has them. A URL in the data that the field follows is the path
// that it leads to; the error is that it leads nowhere.
func (x *Execution) Values(f *binding.Field, parent view.Object, args binding.Arguments) ([]any, bool, error) {
	values, ok := f.Values(parent, args)
	if !ok {
		return nil, false, nil
	}
	err := f.Follow(parent, values, func(upstream, reference string) (string, error) {
		return x.service.Clients[upstream].Link(reference)
	})
	return values, true, err
}
