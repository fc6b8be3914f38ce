package cache

import (
	"errors"
	"fmt"
	"strings"
)

// Tags have one of these forms, which no other has: a tag that a schema names, a type, an object of a type, a URL, a class of tags, and, of what
// is invalidated only, all tags with one beginning.
const (
	namedForm = "tag:"
	typeForm  = "type:"
	keyForm   = "key:"
	urlForm   = "url:"
	classForm = "class:"
	beginForm = "begin:"
)

// Named returns the form of a tag that a schema names.
func Named(tag string) string { return namedForm + tag }

// NameOf is the inverse of [Named]. A class of such tags has the name that all of them begin with, which may be empty. It is false for a
// tag of another form.
func NameOf(tag string) (string, bool) {
	return strings.CutPrefix(strings.TrimPrefix(tag, classForm), namedForm)
}

// OfType returns the tag of everything that holds an object of a type.
func OfType(name string) string { return typeForm + name }

// OfKey returns the tag of one object. The name of a type has no colon.
func OfKey(typ, key string) string { return keyForm + typ + ":" + key }

// OfURL returns the tag of what a GET of an upstream's path, query included, has brought.
func OfURL(upstream, path string) string { return urlForm + upstream + " " + path }

// Beginning returns what makes all tags invalid that begin with a text, which is a tag's beginning.
func Beginning(text string) string { return beginForm + text }

// BeginningOf is the inverse of [Beginning]; false for a tag.
func BeginningOf(tag string) (string, bool) { return strings.CutPrefix(tag, beginForm) }

// Begins reports whether a tag that an entry carries begins with a text, or, of a class, any that it stands for.
func Begins(tag, text string) bool {
	if class, is := strings.CutPrefix(tag, classForm); is {
		return strings.HasPrefix(class, text) || strings.HasPrefix(text, class)
	}
	return strings.HasPrefix(tag, text)
}

// Invalidation is what somebody outside wants to be invalid, in the words of the schema.
type Invalidation struct {
	Tags  []string `json:"tags,omitempty"`  // as a schema names them
	Types []string `json:"types,omitempty"` // every object of them
	Keys  []string `json:"keys,omitempty"`  // TYPE:KEY each
}

// Forms returns the tags that this invalidates. An error says which keys have no type: the tags are those of the rest.
func (i Invalidation) Forms() (tags []string, err error) {
	tags = make([]string, 0, len(i.Tags)+len(i.Types)+len(i.Keys))
	for _, tag := range i.Tags {
		tags = append(tags, Named(tag))
	}
	for _, name := range i.Types {
		tags = append(tags, OfType(name))
	}
	for _, key := range i.Keys {
		typ, rest, ok := strings.Cut(key, ":")
		if !ok || typ == "" {
			err = errors.Join(err, fmt.Errorf("key %q: want TYPE:KEY", key))
			continue
		}
		tags = append(tags, OfKey(typ, rest))
	}
	return tags, err
}
