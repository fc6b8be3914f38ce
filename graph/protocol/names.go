// Package protocol has the names that clients and packages have in common: each is declared here and nowhere else. The kinds of
// failure, which have codes here, are package upstream's.
package protocol

// TimeoutHeader is the request header that says for how many milliseconds a client waits, a whole number. An operation gets no more
// time than that, and never more than the service's own time-out.
const TimeoutHeader = "X-Request-Timeout-Ms"

// Request headers of those who look at single operations, where reports are enabled.
const (
	// ReportHeader asks for a report in extensions.weft; its value lists the reports. "calls" is the one there is: the calls to
	// upstreams that the operation made, where its values came from, and what each technique saved.
	ReportHeader = "Weft-Report"

	// ReportTokenHeader says that its sender may look, where not everybody may: its value is a secret.
	ReportTokenHeader = "Weft-Report-Token"

	// FormerReportHeader is what ReportHeader was called. It is refused, so that nobody waits for a report in vain.
	FormerReportHeader = "Weft-Trace"

	// WithoutHeader names techniques that the operation does without: what an answer then costs is what they save. Without any of
	// them it is answered by a run of its own: a whole answer that is kept, or that another operation is making, was made with all
	// of them.
	WithoutHeader = "Weft-Without"
)

// ClientHeaders are what the names of request headers begin with by which apps say their name (and "Name") and version ("Version").
var ClientHeaders = []string{"Apollographql-Client-", "Graphql-Client-", "X-Graphql-Client-"}

// PolicyExtension is the name under which whoever executes an operation says how long whoever receives its answer may keep it, and
// what it is made of:
//
//	graphql.GetOperationContext(ctx).Stats.SetExtension(protocol.PolicyExtension, map[string][]string{"Cache-Control": {"private, max-age=30"}})
//
// The value is a map[string][]string of headers by their canonical names, set before the executor's response handler returns, and not changed
// afterwards. Cache-Control, Age and Cache-Tag of it become the answer's, if Cache-Control is there and if the answer is
// data without errors of a query that nobody watches. Every other answer is no-store. Vary has one value, with commas: those of the request's
// headers that the answer depends on, which may be none. Without it the answer depends on all that any upstream is sent.
const PolicyExtension = "weft.headers"

// FormsExtension is the name under which whoever executes an operation says that its answer is kept, and where its coded forms are:
//
//	graphql.GetOperationContext(ctx).Stats.SetExtension(protocol.FormsExtension, forms)
//
// The value has the methods of operation.Forms.
const FormsExtension = "weft.forms"

// StaleExtension is the member of an answer's extensions that says which of its values were served beyond their time, since a service
// failed: a list of {path, age}, with the age in seconds, and 100 of them at most. It is there only when there are any.
const StaleExtension = "stale"

// InvalidationExtension is the member of an answer's extensions that says that its mutations have changed something of which other replicas
// do not know: "local". They are told as soon as that is possible. It is there only where that is so.
const InvalidationExtension = "invalidation"

// Codes of errors: extensions.code.
const (
	CodeBadRequest            = "BAD_REQUEST"                   // no GraphQL request
	CodeParse                 = "GRAPHQL_PARSE_FAILED"          // a text that is no GraphQL document
	CodeValidation            = "GRAPHQL_VALIDATION_FAILED"     // a document, or variables, that the schema does not allow
	CodePersistedNotFound     = "PERSISTED_QUERY_NOT_FOUND"     // an id that stands for nothing here
	CodePersistedNotSupported = "PERSISTED_QUERY_NOT_SUPPORTED" // a digest, where clients may not register texts
	CodePersistedIDRequired   = "PERSISTED_QUERY_ID_REQUIRED"   // a text, where only ids are taken
	CodePersistedMismatch     = "PERSISTED_QUERY_HASH_MISMATCH" // an id with another text than its own
	CodeTooCostly             = "DOCUMENT_TOO_COSTLY"           // a document, or variables, beyond limits
	CodeTooExpensive          = "COST_ESTIMATED_TOO_EXPENSIVE"  // an operation that costs more than limits allow
	CodeTooLarge              = "TOO_LARGE"                     // an answer beyond limits
	CodeTooManyCalls          = "TOO_MANY_CALLS"                // an operation that takes more calls to upstreams than limits allow
	CodeTooManyBytes          = "TOO_MANY_BYTES"                // an operation that upstreams answer with more than limits allow
	CodeNotAnnounced          = "INVALIDATION_UNAVAILABLE"      // a mutation of which other replicas cannot be told, which is not sent
	CodeOperationOff          = "OPERATION_OFF"                 // an operation that is turned off
	CodeOverloaded            = "OVERLOADED"                    // there is no room for the request now
	CodeLimited               = "RATE_LIMITED"                  // the client has had what it may have in this time
	CodeBadInput              = "BAD_INPUT"                     // an argument's value
	CodeTimeout               = "REQUEST_TIMEOUT"               // the operation's time is over
	CodeCanceled              = "CANCELED"                      // the client left, or the server ends
	CodeInternal              = "INTERNAL"                      // a mistake of ours, or of hand-written Go
	CodeTooManyErrors         = "TOO_MANY_ERRORS"               // how many errors are not shown
	CodeNotFound              = "NOT_FOUND"                     // an upstream does not have it
	CodeUnauthenticated       = "UNAUTHENTICATED"               // an upstream asks who the client is
	CodeForbidden             = "FORBIDDEN"                     // an upstream does not allow it
	CodeBadResponse           = "BAD_RESPONSE"                  // an upstream's answer cannot be used
	CodeUpstreamTimeout       = "UPSTREAM_TIMEOUT"              // an upstream did not answer in time
	CodeUnavailable           = "UPSTREAM_UNAVAILABLE"          // an upstream did not answer
	CodeCircuitOpen           = "UPSTREAM_CIRCUIT_OPEN"         // an upstream is not called, since it has failed too often lately
	CodeRateLimited           = "UPSTREAM_RATE_LIMITED"         // an upstream gets too many requests
	CodeOff                   = "UPSTREAM_OFF"                  // an upstream is turned off
	CodeRejected              = "UPSTREAM_REJECTED"             // an upstream refuses the request
)
