package binding

import (
	"slices"
	"strconv"

	"weft/graph/view"
)

// Part names the arguments that say which part of a list of keys is loaded.
type Part struct {
	Field string // the field: "Product.related"
	First string // how many keys; null: all
	Skip  string // how many are left out before them; null: none. "": there is no such argument
}

// KeyList is a list of keys. The zero KeyList is null.
type KeyList struct {
	Keys  []string // that are loaded
	Next  []string // as many that come behind them in the list, and are likely asked for next
	Found bool     // false: the list is null
}

// KeyList returns the keys of a field that is a list of entities. Null keys are left out. Its error says which argument is wrong.
func (f *Field) KeyList(parent view.Object, args Arguments) (KeyList, error) {
	all, ok := f.allKeys(parent, args)
	if !ok {
		return KeyList{}, nil
	}
	list := KeyList{Keys: all, Found: true}
	if f.Part == nil {
		return list, nil
	}
	skip, _, err := args.count(f.Part.Skip)
	if err != nil {
		return KeyList{}, err
	}
	first, limited, err := args.count(f.Part.First)
	if err != nil {
		return KeyList{}, err
	}
	rest := all[min(skip, len(all)):]
	if !limited {
		list.Keys = rest
		return list, nil
	}
	n := min(first, len(rest))
	list.Keys, rest = rest[:n:n], rest[n:]
	list.Next = slices.Clip(rest[:min(first, len(rest))])
	return list, nil
}

// count is an argument that is a number of things; given is false where it is null, or there is none of that name.
func (a Arguments) count(name string) (n int, given bool, err error) {
	v, ok := a[name]
	if !ok || v == nil {
		return 0, false, nil
	}
	text, _ := text(v, &Type{Scalar: "Int"})
	n, err = strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, false, badInput("%s must be 0 or more, not %v", name, v)
	}
	return n, true, nil
}
