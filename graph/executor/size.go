package executor

import (
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/fetch"
	"weft/graph/govern"
)

// newWriter makes the writer of an answer, into memory, of which so many bytes are held.
func newWriter(dst []byte, size int, b *fetch.Budget) *writer {
	limit := b.Limits()
	limit.Bytes = min(limit.Bytes, max(size, govern.Free))
	return &writer{dst: dst, budget: b, limit: limit}
}

// newPartWriter makes one of several writers of an answer.
func newPartWriter(size int, b *fetch.Budget) *writer {
	return &writer{dst: make([]byte, 0, size), budget: b, parts: true}
}

// fits reports whether the answer may be as large as it is; one that may not ends here.
func (w *writer) fits() bool {
	got := w.got
	got.Bytes = len(w.dst)
	if got.Bytes <= w.limit.Bytes && got.Values <= w.limit.Values && got.Objects <= w.limit.Objects || w.ended {
		return !w.ended
	}
	var err error
	if w.parts {
		err = w.budget.Spend(got.Minus(w.spent))
		w.spent = got
	} else if err = w.budget.Limits().Check(got); err == nil {
		err = w.grow()
	}
	if err != nil {
		w.end(err)
	}
	return err == nil
}

// room reports whether n more bytes, which are written at once, will be within what may be written; it makes room in memory for them.
func (w *writer) room(n int) bool {
	for !w.parts && len(w.dst)+n > w.limit.Bytes {
		err := w.budget.Limits().Check(fetch.Size{Bytes: len(w.dst) + n})
		if err == nil {
			err = w.grow()
		}
		if err != nil {
			w.end(err)
			return false
		}
	}
	return true
}

// grow makes room in memory for an answer that is twice as long as there is room for.
func (w *writer) grow() error {
	more := min(w.limit.Bytes, w.budget.Limits().Bytes-w.limit.Bytes)
	w.limit.Bytes += more
	return w.budget.Hold(more)
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
