// Package samples writes what upstreams answer as samples, which generation compares bindings with (bindgen/REFERENCE.md, "Samples"). It is for
// development: nobody has to write them by hand, and a schema is checked against what services really send.
//
//	Writer.Add ──── pending ──── task ──── plain ──────────── merge ──────────── file
//	on the request  a few for    off the   strings and        members and kinds  whole or not
//	path: kept, or  each file    request   numbers replaced   that it lacks      at all, 0600
//	dropped                      path      by others alike
//
// What anybody has sent is not told: a value is replaced by one of the same kind (plain.go), as far as generation looks at kinds. Words of the
// schema stay, which are enum values and what discriminators tell, and so do null, empty texts and empty lists. Names of members stay, but for
// those of a map, which are its keys. Of a list one element stays for each member and kind that the others have not (merge.go), so that a
// file is small. What a file has already stays as it is, whoever has written it.
//
// The package sees bodies, and no header. It fails no request, and delays none: what it has no room for is dropped.
package samples
