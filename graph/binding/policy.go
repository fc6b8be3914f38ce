package binding

import "time"

// CachePolicy is what @cacheControl says of a binding's values. It may shorten or extend what the upstream's own headers
// allow, and weakens nothing of its no-store or private.
type CachePolicy struct {
	MaxAge               time.Duration // how long a value is fresh; 0 with HasMaxAge: never, it is only ever revalidated or shared in flight
	HasMaxAge            bool          // false: as long as the upstream's headers say
	StaleWhileRevalidate time.Duration // how long after that it may be served while it is refreshed (RFC 5861 §3)
	StaleIfError         time.Duration // how long after that it may be served when the upstream fails (RFC 5861 §4)
	Private              bool          // only for the identity that asked

	// IgnoreNoCache and IgnorePrivate overrule these directives of the upstream's headers. Only whoever runs the service says so, of all
	// that the upstream answers.
	IgnoreNoCache, IgnorePrivate bool
}

// Hint is what @cacheControl says on a field that a call of its own does not answer: on a member, about the value that
// holds it; on a field with @load, about the loaded value. Selecting the field makes the answer as strict as this; how
// the value is stored is its binding's matter. A member also has what its type says, where that is stricter than what holds it.
type Hint struct {
	MaxAge    time.Duration // the greatest age at which the value is accepted; 0 with HasMaxAge: only a new one
	HasMaxAge bool          // false: any age that the value's policy allows
	Private   bool          // the client's answer is private
}

// Tag is the template of a cache tag: the values of its parts, joined. A part that is null makes no tag.
type Tag struct {
	Kind  TagKind
	Parts []TagPart
}

// TagKind says what a tag names.
type TagKind uint8

// The kinds of Tag.
const (
	TagName TagKind = iota // @cacheTag(format:), @invalidates(tags:)
	TagType                // @invalidates(types:): all values of a type
	TagKey                 // @invalidates(keys:): "Type:key"
)

// TagPart is one part of a tag's template: literal text, an argument, or a member.
type TagPart struct {
	Text string
	Path []string // of an argument, or below an input object's: {"input", "productId"}; nil: none
	Slot int      // of a member of the value itself (@cacheTag on a type), or of the result (@invalidates); 0: none
}
