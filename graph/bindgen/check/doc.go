// Package check holds the rules of the binding language: it reads a schema, reports all that is wrong with it, and gathers
// what is right into package spec's plain data.
//
// # How a schema passes through it
//
// [Compile] reads the schema's files and [Directives], checks them, and gathers a [spec.Service]. It is one pass after
// another over the same compiler (compile.go): each pass fills some members of it, and later ones read them. One file is
// one concern; this is the order to read them in:
//
//	parse                   sources become documents; gqlparser's own rules run last
//	types                   the index of types and directives; what a schema must be without any binding
//	directive, literal      each of our directives becomes a usage: its arguments, read against its declaration
//	upstream                @upstream
//	field, view             who answers each field, and which types are views
//	json, pointer           @json, and JSON pointers
//	image, given            @imageURL, @given
//	status, empty           what stands for a success, and for nothing
//	abstract                @discriminator
//	variable                the binder, by which every call is compiled: a name in a template or body becomes a variable
//	members                 the members that are selected, as a parameter
//	template, body, follow  what calls are written in, and URLs in the data
//	entity, load            @entity, and the fields that use it
//	http, batch             @http, and calls for many keys
//	page, connection        paged fields, and the types that pages make
//	parent                  one call for each parent must be said: perParent
//	cache, policy, hint     @cacheControl
//	tag, cachetag,
//	invalidates             @cacheTag and @invalidates
//	cost, listsize          @cost and @listSize
//	prefetch                @prefetch
//	name                    Go names that would collide
//	samples…                recorded answers
//	gather                  what was found becomes plain data
//	problems, suggest       how mistakes are reported, and which name was likely meant
//
// gqlparser's validator stops at its first error and never looks into a directive's literals, which is why the checks here
// do not build on it.
//
// The package reads nothing but sources and samples, and writes nothing.
//
// # One mistake is one problem
//
// Every check reports all that it finds as [Problems], each at the argument or literal that is wrong. What depends on
// something wrong is then left out in silence: a function that meets it returns nil, "" or false, and "which has been
// reported" in its comment says so. Three marks remember what is wrong:
//
//	literal.wrong        an argument that is written and not right. has is true only for right ones, missing only for
//	                     those that are not written, so that neither is true for a wrong one
//	compiler.spoilt,     a type or field with a directive that could not be read. Nobody knows who answers it, and no
//	field.spoilt         check may conclude anything from it
//	binder.failed        a call with a mistake. Its other parts are still checked; its result is dropped
//
// # Who answers a field
//
// An object type is a view when an upstream answers it: it is an @entity, it has a field with @http or @load, it is the
// type of an @http field, or it is nested in such a type; of an interface or union, all its types are. All other object
// types are plain Go structs, and so are root types without a parent.
//
//	field                             answered by
//	of a root                         @http, @load or @resolver, which must be there; of Subscription @resolver
//	of a view, with one of those      it; two of them are an error
//	of a view, without                the parent's JSON: the member of that name, or at @json(at:). It has no arguments, but for those of
//	                                  @imageURL
//	of a plain struct                 Go; @json and @inaccessible are errors there, @resolver is a method of its own
//	of an interface                   its types; our directives are errors there
//
// # What the language means where its descriptions leave room
//
//	names in a template      arguments, under @json(name:) if they have one and under no other; members of the parent by
//	                         field name. A name that is both is an error where it is used. {input.member} goes through
//	                         input types, by GraphQL name. A URL holds scalars, enums and lists of those
//	names in a field batch   its keys and arguments. The keys may be called as the member that they come from, because
//	                         members are not available; not as an argument
//	names in an entity       get: all parts of its key; batch: its keys only. Constants are configuration
//	templates                a path from "/", any operator but + and #; "?" literal or {?…} once, {&…} behind it; no
//	                         host, fragment, empty, "." or ".." segment; prefixes ({x:3}) on anything but keys
//	URLs in the data         get: "{member}" of a field with @http: one member as a whole, with a query behind it. Never an argument's
//	                         text, nor an entity's key, which clients may give
//	members                  KEYS on @http of one object type, once: not on entities and batches, whose values are shared by all selections
//	bodies                   post, put and patch. A string that is "{name}" is a variable; one that nearly is, an error.
//	                         Without body the only input object among the arguments is sent, and may be in the URL, too
//	arguments                each is used by the field's binding; each of a batch is named in perKey
//	keys                     single ID, String or Int members (a list of them for a @load of many), interchangeable.
//	                         A batch of a composite key is a post; a key is sent as an object of its parts. With
//	                         shape: MAP the key is a name in the answer, and need not be a member of the type
//	match, each              match looks at an element as it stands in the list, each is followed after matching; with
//	                         MAP and many, each is followed in the elements of every key's list
//	page                     first: Int and after: String are the page's, last and before refused. Its two variables have
//	                         names that no argument and no member has. get or post, never a mutation, beside no batch, at
//	                         or each. PAGE needs total or next, CURSOR next; LINK has none, and sends at as {?at}
//	connections              a paged field's object type, by its shape: a list edges with cursor and node, a list nodes of
//	                         the same type, pageInfo with all its four fields, totalCount where there is a total; nodes or
//	                         edges, and edges or pageInfo. All else in them is @resolver. Pages make these types in Go, so
//	                         none of them is JSON of another call
//	perParent                must be said where an @http without batch, or a @load of an entity with get only, has a
//	                         parent that a query can reach through a list, or a list of keys. May be said where the
//	                         parent is reached without one; not on a batch, and not on a root field without a list
//	reads                    everything but @http fields of Mutation; those of other types only get, and post to ask
//	emptyMeansAll            only where an argument is a list
//	empty                    where it changes something: on lists MISSING and NULL, of calls NO_CONTENT and NOT_FOUND, too; on nullable
//	                         objects ARRAY; NOT_FOUND where a 404 would be an error. It takes the place of the upstream's, which is
//	                         about lists and objects, and must be about some. A member of several upstreams has the habit of all
//	answer: STATUS           on a Boolean field, beside no at, each, page or batch. It has no sample, since it has no body
//	null                     no argument of a directive takes it; a body may contain it
//	@given                   on a member that is one value, without @json. Every binding that brings its type has the variable, of its type, and
//	                         no batch; nothing has the type within it. Pages' variables are none. It has no sample
//	@discriminator           needed where an @http answer or a member has the interface or union. types covers every
//	                         possible type; more than one value may stand for a type. A value is compared as text
//	@cacheControl            on a type: of all bindings that answer it, single, in lists and on pages. On an @http field that
//	                         reads: over the type's, argument by argument. On a @load field or a member: a hint, which only
//	                         makes stricter; a member also has that of its own type. An answer of several types has the
//	                         strictest of them, and maxAge if all say it. What says only what holds without it is an error
//	@cacheTag                on a type that a call answers by itself, or on an @http field that reads. Members may be hidden
//	                         or unselected; an enum of a member is spelt in JSON as in GraphQL. An answer of several types
//	                         has their names as tags, because only its objects tell which they are
//	@invalidates             on @http fields of Mutation. {result.x} is a member of the one object that it answers; without
//	                         an answer, a tag with one is none. An entity's key of several parts cannot be written
//	@cost                    on what an operation can meet: not on an interface's fields, nor on hidden ones. A number as text
//	@listSize                on a list, or with sizedFields on what has one; not where page, or an argument that is a list of keys, says
//	                         the size. It gives assumedSize or slicingArguments: Int or lists, members of input objects with dots
//	@prefetch                on a field that reads. What it loads has a maxAge of 2 s at least: page the field, load both fields. Pointers
//	                         of with begin with the field, and have one * at most
//	fingerprints             of all that decides what a binding's stored values mean, and of nothing else
//	@upstream                used by at least one binding; header names in lower case after reading; never cookies,
//	                         hop-by-hop headers, Host, Content-Length or Idempotency-Key
//	a user's own directives  left alone, except for names that the language has taken
//
// # Samples
//
// With @upstream(samples:) the bindings of that upstream are compared with recorded answers, one file for each:
//
//	Product.json          @entity(get:)        Query.products.json    @http of a field, single or batch
//	Product.batch.json    @entity(batch:)
//
// A file may be missing; the folder may not. Each member must be in at least one element, in all where it is non-null. The
// sample of a page has its items, and total and next where these are pointers; null is for not known.
//
//	type            JSON in a sample
//	String          a string
//	ID              a string, or a number without fraction or exponent
//	Int             a whole number of 32 bits, or a string with one
//	Float           a number, or a string with one
//	Boolean         true or false
//	an enum         a string or number that is one of its spellings; any, where there is a fallback
//	Int64           a whole number of 64 bits, or a string with one; Decimal: a number, or a string with one
//	DateTime        a string that is one; so are Date, URL and UUID
//	a custom scalar anything
//	a list          a list; each is followed in its elements
//	an object       an object; an interface or union tells its type by @discriminator
//	non-null        anything but null
//
// # Reserved names
//
// Types must differ in Go from each other and from what is generated for views (DecodeX, NewX, XShape, XFields), enums
// (DecodeX, XJSON, AllX, X followed by a value) and converted scalars (DecodeX, ParseX). Fields of one type must differ in
// Go, from IsX where X is an interface or union of the type, and from MarshalGQL, MarshalJSON, MarshalText and their
// counterparts. Directives that the language knows but does not act on (@events and others) are errors, and so is declaring
// one of that name.
package check
