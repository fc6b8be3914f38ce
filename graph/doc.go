// Package graph holds no code: it is where to begin reading. An operation takes this way through the packages below:
//
//	client ── edge ── operation ── plan ── executor ── fetch ──── cache ──── upstream ── service
//	          HTTP    limits,      compile  whole       keys and   memory,    one HTTP
//	                  variables,   once,    answers,    arguments  Redis,     call: deadline,
//	                  errors,      keep     fetches,    to calls,  what is    limits
//	                  deadline              columns,    memo,      valid, and
//	                                        one pass    batches    on its way
//	                                        that writes
//
// What each of them does:
//
//   - service is the front door: of generated.Service, which is all that a schema says as one value, and of a configuration it makes
//     what runs, as a program, or as an http.Handler for somebody else's.
//   - compiled is that value, and makes of it and of what is configured the schema that operation runs.
//   - config reads what a service is told at its start: flags, the environment, one file. All that is wrong is said at once.
//   - edge is GraphQL over HTTP: it reads requests, has the engine run what they ask for, and writes the answers.
//   - operation makes an operation of what a client asks for, refuses what must not run, runs it under a deadline, and turns errors
//     into the ones that clients see. It knows no transport, and every transport passes it. Packages below report errors by kind;
//     operation/kind.go is the one place that gives a kind its code.
//   - auth finds out who asks, by what a request says of that: tokens, keys, certificates. rate says whether they have had what they may have,
//     and guard which of what they select they may see: operation has all three decided before it runs anything.
//   - persisted knows the texts of operations by ids: from manifests, which it watches, and from clients who register them.
//   - coercion makes variables and literals values of the schema's types.
//   - scalar says which texts are values of the scalars that every schema has by declaring them: it knows their standards.
//   - edge/coding is content coding: it chooses the one that a client likes best, and codes answers and decodes bodies, within bounds.
//   - admit decides when operations may begin that have to be run, so that a process of which too much is asked refuses some, and does the others in time.
//   - govern bounds the bytes that all requests have in flight: bodies, what services answer, and answers until they are sent.
//   - switches has what operators turn off while the service runs: upstreams, operations, tiers of the cache, prefetch. service has each obey.
//   - process listens, drains, and ends in time.
//   - lane reads plain requests of HTTP/1.1 in net/http's place, and writes their answers, where that is asked for.
//   - protocol has the names that clients and packages have in common: headers and codes.
//   - limit says what a document and its variables cost before anybody validates or executes them, and refuses what costs too
//     much.
//   - document keeps what was parsed and found valid, and the plans that were made of it, within one bound of bytes. What somebody
//     else keeps is weighed in the same way.
//   - cost says what an operation costs at most, by the weights and sizes that the schema gives.
//   - selection collects the fields of selection sets, once for all objects of a type.
//   - plan compiles the operation, once, into fetches: what to ask for which parents, and what has to be there before. What is selected in the same
//     way is one place, so that a plan is as long as its document, whatever its fragments and interfaces make of it.
//   - forecast says how many calls a plan takes at most; inspect shows that, and what else is known of operations that do not run.
//   - planned makes operations ready: it has each variant planned once, and run inside of answers by executor. What has no plan, and
//     everything under -executor=stock, runs on gqlgen's executor, which every schema has beside it and which answers the same.
//   - answers looks whether the whole answer is kept, or on its way for somebody else, and has it made otherwise; it says how long
//     clients may keep it.
//   - executor runs the plan: a fetch leaves when all its parents are there, so its batch is complete without waiting, and one pass
//     writes the answer. It knows nothing of what is kept.
//   - generated is the schema compiled: tables for plans and bindings (bindings_gen.go, gqlgen_gen.go), and gqlgen's executor (exec_gen.go),
//     with a one-line method for each field that an upstream answers. Fields that say @resolver are Go, in resolver.
//   - binding says how a field is answered: how arguments and the parent's members become keys and the values of a URI template, and how
//     the objects of an answer are matched by key. Values go in and come out; it calls nobody.
//   - fetch loads what an operation needs, equal keys once. Keys become values in one function, cache.Load: from the cache what may be
//     served, from other operations what they are loading at this moment, and the rest from the upstream, many keys in one call.
//   - oauth has the tokens that calls to upstreams carry, and has them renewed.
//   - imageurl makes the URL of a picture as a client wants it: that of an image service, signed. It calls nobody.
//   - stock is the same for gqlgen's executor: what its resolvers consist of.
//   - loaders collects the keys of what asks one by one: hand-written fields, and gqlgen's executor. Their batches come to the same
//     place. Nothing in it outlives the operation.
//   - schedule runs what is off the request path, a bounded number at once: refreshes of what was served stale, those of a binding
//     together, and jobs.
//   - jobs runs operations that nobody has asked for, so that their answers are kept when somebody does.
//   - prefetch has operations run ahead of time, by prefetch/rule, which says what is likely asked for next, and within prefetch/ledger,
//     which bounds what may be wasted and knows what was.
//   - cache keeps what upstreams answered, and says whether it is still valid: in this process, and beyond it.
//   - samples writes what upstreams answered as samples, where somebody develops a schema.
//   - upstream is the only package that speaks HTTP to a service, one call at a time: it forwards the headers that the schema names
//     and no others, bounds time, size and number, classes failures, and counts writes.
//   - deadline has the contexts of operations and calls, which cost next to nothing until somebody waits for their end.
//   - view scans an answer once and keeps it as text; model's types are views over it, with a method for each field.
//   - acceptance holds the tests of a whole service, from a client's request to its upstreams' calls; acceptance/attacks those of one that
//     is attacked, with the table of what each attack takes; acceptance/faults has services that fail in each way, with that of what a client
//     gets then; acceptance/soak asks one for long while what is behind it fails; acceptance/services has services as vendors publish them, with a schema for each; acceptance/oracletest asks
//     graphql-js and both executors the same, with the list of what differs.
//   - report says to a client what its operation did, from the record of it.
//   - gqlgen holds what of gqlgen's executor is used and not exported: with one generated file a schema, all that its
//     upgrades may break.
//
// # Words
//
// Each has one meaning, everywhere:
//
//	operation    what a client asks for: one query or mutation of a document, with its variables
//	document     the text that operations stand in, parsed and valid
//	prepared     of an operation: parsed, checked, valid, chosen, and planned where it can be; any number of requests run it
//	variant      a prepared operation with values of its conditions, the variables that @skip and @include use: it has a plan, with its
//	             policy, and what the names of its answers begin with
//	engine       what makes operations of requests, and runs them
//	id           what a client sends in the place of a text: a digest of it, or what its app's build tool has made and written into a
//	             manifest, the file of an app's texts by their ids
//	binding      how one upstream answers a field or an entity: the compiled form of @http and @entity
//	entity       a type whose objects are known by a key
//	key          what tells the values of one binding apart: an entity's id, or the values of its variables
//	batch        one call for many keys
//	upstream     a service behind Weft, as the schema names it; endpoint: one of its addresses
//	call         one HTTP request to an upstream
//	picture      what a member with @imageURL leads to; image service: a program that clients fetch it from in other sizes
//	plan         an operation compiled: fetches, scopes, and the order of what is written
//	fetch        what a plan asks one binding for, for all parents at once
//	scope        a selection of one type, or of several that are read in the same way
//	memo         what one operation has loaded already
//	value        what a key becomes: an object, a list, or nothing
//	stub         part of an entity's object, in the answer for another one; fill: what is selected and missing there, loaded by its key
//	answer       what the client gets for an operation; an upstream's: for a call
//	form         the body of a kept answer in a content coding, kept beside it: a representation, in HTTP's words (RFC 9110 §3.2)
//	entry        a value as it is kept, with its freshness, position and tags
//	tier         a place that keeps entries: memory, Redis
//	flight       keys that are being asked for, with those who wait for them
//	sample       an upstream's answer in a file, which generation compares bindings with
//	position     a point in the order of invalidations
//	arm          of a write: its invalidation, in that order before it is sent; beat: a record that says that there may be others
//	tag          a name under which entries become invalid together
//	identity     what an upstream sees of who asks: the headers that are forwarded to it, or the claims that the schema names
//	caller       who asks, and what was verified of them; nobody, where a request does not say it
//	claim        one thing that was verified of a caller, by its name, as a token has it
//	client       who sends requests; for rates a caller, or the address of nobody
//	guard        what a schema says of who may see something; policy: a guard that Go answers, beside the policies of keeping
//	denied       of a field: who asks may not see it; its decision is made before the operation runs
//	job          an operation that a configuration has run by itself, so that its answer is warm: kept before it is asked for
//	priority     of an operation: whose turn comes first where more is asked than can be done; gate: what lets them begin in turn
//	run          of an operation: how it is to be run, and when it has ended what it did
//	record       what one operation did; report: what a client is shown of it
//	ahead        of an operation, or of a call: made before anybody has asked for what it loads
//	rule         what a schema says is likely asked for next; source: a rule, as the ledger has it
//	technique    a way to ask upstreams for less, which Weft-Without can leave out
//
// A word of one package is explained there: class of a request (operation.Class), class of tags (cache.Classes), content coding
// (edge/coding), cost, forecast, place (plan), space and chunk (fetch), fence (cache.Fence), registered (persisted), slot (view), task
// (schedule).
//
// # The life of a read
//
//  1. edge reads the request. operation finds out who asks, and what was prepared before: an operation that is parsed, and planned for its
//     conditions. It decides which of the fields that the schema guards they may see: what they may not has no part in the plan.
//  2. The answer as a whole has a name: operation, that decision, variables, and the digest of what its upstreams see of who asks. If it is kept and
//     fresh, that is all; if another operation is making it, that one is waited for. A hand-written field, an upstream's
//     share: false, or a technique that it does without rules this out.
//     What has to be run waits for its turn at the gate, where more is asked than can be done.
//  3. Each fetch gathers its keys. Those that the operation has asked for before are in its memo; what needs only keys that are known
//     begins early. Keys that a list on its way has brought in the last runs wait for it (executor/lists.go).
//  4. What the operation has not asked for, and may be kept, is looked up in memory, and all that is missing there in Redis, in one
//     round trip.
//  5. Misses that another operation of the same identity is asking for are waited for, whether or not anything is kept, unless a write
//     was sent or has ended since; all others go to the upstream together, with a validator where a single old value has one. A value
//     that may be stale is served, and refreshed off the request path, with others of its binding; where the upstream fails, one that
//     may stand in for it does, and the answer says where it stands (extensions.stale).
//  6. httpcache judges each answer's headers. What may be kept is copied out of its batch, and goes to memory and Redis with its
//     tags and with the position in the order of invalidations that was noted before the call.
//  7. The answer is written. It may be kept, here and by the client, as the strictest of its parts may; edge writes the headers.
//
// When a write has ended, what it names is invalid before anything else is read, in this operation or another: what was asked
// for before and arrives after is served to nobody who comes later.
//
// # Who decides what about keeping
//
//	bindgen            what @cacheControl, @cacheTag and @invalidates say; a fingerprint, so that another schema is a miss
//	cache/httpcache    may an answer be kept, for whom, until when: headers and policy in, a decision out; pure functions
//	binding            a value's tags, and how it looks where it is kept
//	fetch              a value's name, what is looked up, and what a miss asks for; which policy holds for it
//	answers            whole answers, and what clients are told
//	cache              who gets whose value (load.go), which tier is asked, whether an entry is served and refreshed, and is valid
//	                   (generations.go)
//	cache/order        what replicas tell each other, and until when they trust what they have heard
//	cache/memory       what stays, within its bytes
//	cache/redis        what is written, when to leave Redis alone, and the log, which is the one order of invalidations
//	cache/tiers        nothing: it makes these of what a configuration says
//	edge/admin         who may invalidate, and see the counters
//	service            nothing: it hands a schema and a configuration to all of them, so that a main is one line
//
// # Build time
//
// bindgen compiles the schema: it reads the files, checks every binding and reports all that is wrong with file, line and
// column, and only then lets gqlgen and its own templates write code. The directives are described in
// bindgen/README.md and bindgen/REFERENCE.md; schema/ is the best example of them.
//
// # JSON and GraphQL
//
// What an upstream's JSON may be for a field of a type; anything else is an error of that field, with code BAD_RESPONSE:
//
//	String    a string
//	ID        a string, or an integer, which becomes its digits
//	Int       a number that is whole and fits 32 bits (1, 1.0, 1e2), or a string that holds one
//	Float     a number, or a string that holds one
//	Boolean   true or false
//	enum      a string: the value's name, or its @json(value:)
//	object    an object
//	list      a list
//	scalar    any value: converted where package model has a function Parse<Scalar>, otherwise copied
//
// null and a missing member are null; where the field is non-null that is an error. An element of a list that cannot be read is null,
// and its error has its index; where elements may not be null, the list is.
package graph
