package executor

import "github.com/vektah/gqlparser/v2/gqlerror"

// newPartWriter makes one of several writers of an answer.
func newPartWriter(size int) *writer { return &writer{dst: make([]byte, 0, size), parts: true} }

// fits reports whether the answer may be as large as it is; one that may not ends here.
func (w *writer) fits() bool {
	got := w.got
	got.Bytes = len(w.dst)
	if got.Bytes <= w.limit.Bytes && got.Values <= w.limit.Values && got.Objects <= w.limit.Objects || w.ended {
		return !w.ended
	}
	var err error
	if w.parts {
		err = w.x.Spend(got.Minus(w.spent))
		w.spent = got
	} else {
		err = w.limit.Check(got)
	}
	if err != nil {
		w.end(err)
	}
	return err == nil
}

// count counts objects that are written: several parents may share one that was filed once.
func (w *writer) count(n int) bool {
	w.got.Objects += n
	return w.fits()
}

// end makes the whole answer null, with one error.
func (w *writer) end(err error) {
	w.failed, w.ended = true, true
	w.errs = gqlerror.List{gqlerror.WrapIfUnwrapped(err)}
}
