// Package cost says what an operation costs before it is executed, by the weights and sizes of the GraphQL Cost Directives
// specification (https://ibm.github.io/graphql-specs/cost-spec.html): @cost and @listSize, of which generated code has a [Schema].
//
// # The two costs
//
// The field cost of an operation has the weight of each field, and of its arguments, as often as it is answered; the type cost has the
// weight of each value's type, as often as there is one in the answer. Both are the most that they can be:
//
//	a list                     has as many elements as its size says ([Size]), and Unsized where nobody says it
//	an interface or union      costs what the object type costs that costs most
//	a response name            counts once for an object, however often it is selected
//	@skip, @include            are heeded; where their variables are not known, nothing is left out
//	__schema, __type           cost nothing: package limit bounds them
//
// Objects of one type that are selected in the same way cost the same, so that is found out once for each type and list of selection
// sets (package selection): the work follows the length of the document. Documents can be made whose fragments differ for each path
// through nested interfaces; [Schema.Of] refuses what takes more than 50,000 steps.
//
// The package is pure: documents, variables and tables in, numbers out. Documents must be valid.
package cost
