// Package binding runs what the compiler (graph/bindgen) made of a schema's directives: keys and arguments in, objects out.
//
// Generated code holds the tables: one [Binding] for each @entity and each @http field, one [Field] for each field that a
// binding answers. At run time a field's answer takes these steps:
//
//	Field     arguments and the parent's members become the values of the binding's variables
//	Binding   one value that others may share is loaded (batched, deduplicated, memoised: package loaders); a mutation is called
//	call      the URI template (RFC 6570) and the body are filled in, package upstream sends the request
//	scan      package view validates the answer and finds its objects; batches are matched by key, never by position
//
// One [Execution] belongs to one operation: its loaders, and the client's request headers, of which package upstream
// forwards only those that the schema names. Nothing here outlives the operation; sharing between operations is
// package upstream's.
//
// A page of a Relay connection is a window, first elements behind a cursor, and becomes one call or a few (window.go). A
// cursor says where its element stands in the upstream's own terms, so that first may change from page to page; it belongs to one
// field with one set of arguments. What a client could write into it asks for no more than an honest one does.
//
// Values never change the shape of a call: the path keeps its template's segments, a body its template's members. A
// key that could not be sent so is null; an argument is an error.
//
// Missing is null: a key that no element of the answer has, a by-key call answered with 404, a null key. Where the
// field's type is non-null that is an error of kind NotFound. An upstream's failure is an error of the fields that
// needed it, and of no other.
//
// The package knows no schema. It meets gqlgen's generated executor in stock.go, page.go and lookahead.go; [Execution.Fetch]
// is the way in for an executor that knows all its requests beforehand.
package binding
