package fetch

import (
	"weft/graph/binding"
	"weft/upstream"
)

// unusable tells the record and the log of an answer that cannot be used, or of a part of it, and returns err as an error of its
// upstream. What is no such error, nil among others, is returned as it is.
func (x *Execution) unusable(b *binding.Binding, a *upstream.Response, err error) error {
	if err == nil {
		return nil
	}
	failure := b.Unusable(a, err)
	if failure == nil {
		return err
	}
	return x.tell(failure)
}

// failed is unusable of what was found when the answer had been read.
func (x *Execution) failed(b *binding.Binding, err error) error {
	failure := b.Unreadable(err)
	if failure == nil {
		return err
	}
	return x.tell(failure)
}

func (x *Execution) tell(failure *upstream.Error) error {
	x.record.calls.Failed(failure)
	x.service.Failed(failure)
	return failure
}
