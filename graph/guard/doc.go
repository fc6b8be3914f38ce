// Package guard decides who may see what: which of the fields that a schema guards are refused to who asks.
//
// A schema guards by @authenticated, @requiresScopes and @policy, on types, interfaces, fields, arguments and enums. When it is compiled, these
// become a [Schema]: what each field needs in all, whatever it is asked through. An operation has a list of [Needs], which is found out once.
// For each request, [Schema.Decide] says which of them who asks meets: by the verified claims of an auth.Caller, and by policies, which Go
// answers, each once for a request. The [Decision] travels in the context.
//
// It is made before anything else is: before a plan is chosen, a key is made, a cache is looked at or a service is called. What is refused
// has no part in the plan, so nothing is sent for it, ahead of it or beside it. A decision is a part of the name of an answer that is kept or
// shared as a whole. It is no part of the names of values: those are only loaded for who may see them.
//
// It fails closed. Where a schema guards anything and there is no decision, nobody has asked, and nobody may see what is guarded. A policy that
// fails, or that nobody answers, is not met.
package guard
