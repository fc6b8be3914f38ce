package binding

import (
	"strings"
	"testing"
)

// FuzzCursor: what is read is what was written, and whatever else is read is within bounds.
func FuzzCursor(f *testing.F) {
	f.Add("", 0, 0, "")
	f.Add("after", -1, 20, "AAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, after string, index, size int, text string) {
		const scope, maxSize = "scoped", 100
		if p, err := parseCursor(text, scope, maxSize); err == nil {
			if p.Index < behind || p.Index > maxIndex || p.Size < 0 || p.Size > maxSize || p.next().start() {
				t.Errorf("%q is %+v", text, p)
			}
		}
		p := position{after, index, size}
		honest := index >= behind && index < maxIndex && size >= 0 && size <= maxSize && (after != "" || index >= 0)
		if !honest || len(after) > 2<<10 {
			return
		}
		if got, err := parseCursor(p.cursor(scope), scope, maxSize); err != nil || got != p {
			t.Errorf("%+v came back as %+v, %v", p, got, err)
		}
		if got, err := parseCursor(p.cursor(scope), "other!", maxSize); err == nil {
			t.Errorf("%+v of another scope came back as %+v", p, got)
		}
	})
}

func TestCursorThatIsTooLong(t *testing.T) {
	p := position{After: strings.Repeat("x", maxCursor), Index: behind}
	if _, err := parseCursor(p.cursor("scoped"), "scoped", 1); err == nil {
		t.Error("it was read")
	}
}
