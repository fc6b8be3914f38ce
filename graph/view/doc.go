// Package view reads upstream JSON without decoding it: a body is validated and scanned once into spans,
// and a GraphQL object is a cheap view over them.
//
// # How a body passes through
//
// The generator knows which members of an upstream's answer a GraphQL type reads. It writes them down as a
// [Shape], one JSON pointer a slot, and where an answer holds its objects as a [Layout]. A [Scanner] made of
// both goes over each body once: it checks every byte, and notes for each object where the members lie that
// the shape names. What comes back is [Rows]: the objects, in the order of the body, each with the key by
// which its asker finds it. An [Object] is two words; it, and every string read from it without escapes,
// aliases the body.
//
// A generated view type is declared as `type Product view.Object`; [As], [AsList] and [ObjectOf] convert.
// Its accessors call [Get] with a slot and a decoder. Decoders are functions from [Value] to a Go type, and
// are combined: Opt(String) is a nullable string, SparseListOf(Null(Nested[Review](shape))) a list of nullable
// objects. [Build] makes a view from plain fields, and [JSON] their text.
//
// # Where to begin
//
// object.go and value.go have what is read from, decode.go, scalars.go, list.go and choose.go the decoders, append.go what writes answers without
// decoding, and verbatim.go what copies more than a value at once.
// layout.go, shape.go, scan.go and literal.go are the scan, in this order from outside to inside; trail.go makes it quicker where rows
// look alike. build.go and json.go go the other way, from plain fields to a view.
//
// # What is accepted
//
// Exactly the texts that [encoding/json.Valid] accepts, with the values that [encoding/json.Unmarshal] gives:
// a byte of a string that is not UTF-8, and half a surrogate pair, read as U+FFFD; of members with the same
// name the last one counts, and hides whatever lay below the earlier ones, unless they are rows ([Layout]). Lists and objects nest at most
// 10,000 deep; a text of more than 4 GiB is refused.
//
// # How JSON becomes GraphQL
//
//	decoder  | JSON string          | JSON number                | true, false | list, object
//	---------+----------------------+----------------------------+-------------+-------------
//	String   | its text             | –                          | –           | –
//	ID       | its text             | its digits, if an integer  | –           | –
//	Int      | if a JSON number     | if whole, and in 32 bits   | –           | –
//	         | that Int would take  | (1, 1.0 and 1e2 are)       |             |
//	Float    | if a JSON number     | the nearest float64        | –           | –
//	Boolean  | –                    | –                          | yes         | –
//	Int64    | as Int, in 64 bits   | as Int, in 64 bits         | –           | –
//	Decimal  | if a JSON number     | as written                 | –           | –
//	DateTime | if it is one; so are | –                          | –           | –
//	         | Date, URL and UUID   |                            |             |
//	Any      | as written           | as written                 | as written  | as written
//	Enum     | if a known spelling  | –                          | –           | –
//	Number-  | –                    | if a known one, if whole   | –           | –
//	Enum     |                      |                            |             |
//	ListOf   | –                    | –                          | –           | a list
//	Nested   | –                    | –                          | –           | an object
//
// A dash, a number out of range and an unknown spelling are an [Error]. So are null and an absent member,
// unless the decoder is wrapped in [Opt] or [Null]. A null on the way to a member counts as that member
// being null. [SparseListOf] takes what ListOf takes: an element that cannot be read costs itself, not the list.
//
// # What it never does
//
// It knows no schema and no upstream, opens no connection, keeps nothing between scans and changes no text
// it was given. Errors name the place and the kinds, never the data, but for a short quoted excerpt of an
// unknown enum spelling or type name.
package view
