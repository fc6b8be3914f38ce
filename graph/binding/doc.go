// Package binding is what the compiler (graph/bindgen) makes of a schema's directives: how calls are made of keys and arguments, and
// objects of answers. It does nothing by itself: values go in and values come out, and nobody is called or waited for. Package fetch makes
// the calls.
//
// Generated code holds the tables: one [Binding] for each @entity and each @http field, one [Field] for each field that a binding
// answers. Begin with [Spec], which is what the schema says, in binding.go. A field's answer comes about so:
//
//	field.go     arguments and the parent's members become the values of the binding's variables, or its key: [Field.Values]
//	follow.go    a URL in the data becomes the path that it leads to
//	key.go       what a key is as one text, and which keys an upstream can know
//	request.go   a [Request] is filled with values: its URL by a URI template (RFC 6570, template.go, expression.go and parameter.go), with parameters
//	             that a template cannot say (query.go, of clauses, clause.go, whose strings are quoted, quote.go), its headers by header.go, its
//	             body by body.go, all by value.go, which writes a value of a type; Request.Scan finds the objects in what comes back
//	selects.go   the members that are selected become a value like an argument's, where nothing else is asked for
//	lift.go      a member of what was found is the field's value
//	included.go  objects that stand apart in an answer are read where others name them
//	given.go     the values of a call's variables become members of the objects that it brings
//	response.go  so do headers of the answer, or one is the answer
//	match.go     the elements of a batch's answer go to their keys: by key, never by position
//	found.go     what was found: a [Value]
//	tags.go      the tags under which it becomes invalid, and those that a mutation makes so
//	kept.go      how an answer looks where it is kept
//
// A page of a Relay connection is a [Window], first elements behind a cursor, and becomes one call or a few (window.go; page.go says
// how upstreams page, link.go reads RFC 8288). A cursor says where its element stands in the upstream's own terms, so that first may
// change from page to page; it belongs to one field with one set of arguments (cursor.go). What a client could write into it asks for
// no more than an honest one does.
//
// Values never change the shape of a call: each of them is one segment of the path, one parameter or a part of one, a value in the body.
// A key that could not be sent so is null; an argument is an error.
//
// Missing is null: a key that no element of the answer has, a by-key call answered with 404, a null key. Where the field's type is non-null
// that is an error of kind NotFound.
//
// What plans and reports of costs need to know beforehand is here, too: early.go tells which fields need no parent, worst.go how many calls
// keys take, twins.go which bindings make equal calls, and policy.go has what the schema says of keeping. nulls.go refuses null where an
// argument's type does not have it.
//
// # Values
//
// A value of a variable is an any: an argument as gqlgen has coerced it, a member of the parent as package view reads it, or one of two
// that mean nothing. null is a nil any: the client, or the parent, says that there is none. absent (value.go) is an argument that the
// client did not give. In a URL both leave the variable out; in a body null is written, and absent leaves its member out.
//
// A [Binding], a [Field] and all that they hold are immutable once they are made, and so may be used concurrently; a [Value] and a
// [Window] belong to one operation.
package binding
