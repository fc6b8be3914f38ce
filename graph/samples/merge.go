package samples

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

const (
	maxElements = 16  // of a list, or keys of a map, beside those that a sample has already
	maxMembers  = 256 // of an object; one with more is a map
)

// merge adds to a sample what it lacks of an answer, both of them plain or not. Members are added, and elements of lists which have a
// member, or a kind of one, that the others have not. Where only one value has room, null gives way to any other, an empty list, which
// some write for an empty object, to an object, and nothing else does.
func (r *rules) merge(sample, answer any, at string) any {
	switch sample := sample.(type) {
	case nil:
		return answer
	case []any:
		if list, ok := answer.([]any); ok {
			return r.reduce(slices.Concat(sample, list), len(sample))
		}
		if object, ok := answer.(map[string]any); ok && len(sample) == 0 {
			return object
		}
	case map[string]any:
		object, ok := answer.(map[string]any)
		switch {
		case !ok:
		case r.isMap(sample, at) && r.isMap(object, at):
			return r.mergeMaps(sample, object)
		default:
			for _, name := range slices.Sorted(maps.Keys(object)) {
				if had, ok := sample[name]; ok {
					sample[name] = r.merge(had, object[name], at+"/"+escape(name))
				} else if len(sample) < maxMembers {
					sample[name] = object[name]
				}
			}
		}
	}
	return sample
}

// mergeMaps adds the values that a map lacks, below keys of their own.
func (r *rules) mergeMaps(sample, answer map[string]any) any {
	all := slices.Concat(entriesOf(sample), entriesOf(answer))
	next := 1
	for _, v := range r.reduce(all, len(sample))[len(sample):] {
		for ; ; next++ {
			if _, taken := sample[strconv.Itoa(next)]; !taken {
				break
			}
		}
		sample[strconv.Itoa(next)] = v
	}
	return sample
}

// isMap reports whether the names of an object at a pointer are keys: where the schema says so, or all of them look like nothing that a member
// is called.
func (r *rules) isMap(object map[string]any, at string) bool {
	if r.isKeyed && at == r.keyed || len(object) > maxMembers || slices.ContainsFunc(r.maps, func(end []string) bool { return endsWith(at, end) }) {
		return true
	}
	for name := range object {
		if text(name) == other || name == "" {
			return false
		}
	}
	return len(object) > 0
}

// endsWith reports whether a pointer ends with names, of which * is any.
func endsWith(at string, end []string) bool {
	names := strings.Split(at, "/")
	if len(names) < len(end) {
		return false
	}
	names = names[len(names)-len(end):]
	for i, name := range end {
		if name != "*" && name != names[i] {
			return false
		}
	}
	return true
}

// entriesOf are a map's values, by the order of its keys.
func entriesOf(object map[string]any) []any {
	list := make([]any, 0, len(object))
	for _, name := range slices.Sorted(maps.Keys(object)) {
		list = append(list, object[name])
	}
	return list
}

// asMap is a map of values, by keys that are counted.
func asMap(values []any) map[string]any {
	object := make(map[string]any, len(values))
	for i, v := range values {
		object[strconv.Itoa(i+1)] = v
	}
	return object
}

// reduce returns the elements that show something which none before them does. The first have stay.
func (r *rules) reduce(elements []any, have int) []any {
	names := map[string]map[string]bool{} // of members, by where their objects stand
	for _, e := range elements {
		membersOf(names, "", e)
	}
	seen := facts{rules: r, names: names, seen: map[string]bool{}}
	kept := make([]any, 0, min(len(elements), have+maxElements))
	for i, e := range elements {
		if shows := seen.add("", e); i < have || shows && len(kept) < have+maxElements {
			kept = append(kept, e)
		}
	}
	return kept
}

// membersOf gathers the names of members, by where the objects stand.
func membersOf(names map[string]map[string]bool, at string, v any) {
	switch v := v.(type) {
	case map[string]any:
		if names[at] == nil {
			names[at] = map[string]bool{}
		}
		for name, member := range v {
			names[at][name] = true
			membersOf(names, at+"/"+escape(name), member)
		}
	case []any:
		for _, e := range v {
			membersOf(names, at+"/*", e)
		}
	}
}

// facts are what elements of a list show: which members there are, and of which kinds, and which are missing.
type facts struct {
	*rules
	names map[string]map[string]bool
	seen  map[string]bool
}

// add adds what a value shows, and reports whether some of that is new.
func (f *facts) add(at string, v any) (isNew bool) {
	switch v := v.(type) {
	case map[string]any:
		isNew = f.fact(at, "object")
		for name := range f.names[at] {
			member, ok := v[name]
			below := at + "/" + escape(name)
			if ok {
				isNew = f.add(below, member) || isNew
			} else {
				isNew = f.fact(below, "missing") || isNew
			}
		}
	case []any:
		if len(v) == 0 {
			return f.fact(at, "empty")
		}
		isNew = f.fact(at, "list")
		for _, e := range v {
			isNew = f.add(at+"/*", e) || isNew
		}
	case string:
		isNew = f.fact(at, strconv.Quote(f.kind(v).(string)))
	case json.Number, bool:
		isNew = f.fact(at, fmt.Sprint(f.kind(v)))
	default:
		isNew = f.fact(at, "null")
	}
	return isNew
}

func (f *facts) fact(at, what string) bool {
	key := at + " " + what
	isNew := !f.seen[key]
	f.seen[key] = true
	return isNew
}

// escape is a member's name in a JSON pointer (RFC 6901, section 3).
func escape(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
