package oracletest_test

import "fmt"

// full is what tools ask for.
const full = `
query IntrospectionQuery {
  __schema {
    description
    queryType { name kind }
    mutationType { name kind }
    subscriptionType { name kind }
    types { ...FullType }
    directives {
      name description isRepeatable locations
      args(includeDeprecated: true) { ...InputValue }
      fewer: args { name }
    }
  }
}
fragment FullType on __Type {
  kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) {
    name description
    args(includeDeprecated: true) { ...InputValue }
    fewer: args { name }
    type { ...TypeRef }
    isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
}`

// introspections ask for the schema: as tools do, and for each thing by itself.
func introspections() (all []question) {
	add := func(name, query, variables string) {
		all = append(all, question{Name: "introspection: " + name, Query: query, Variables: variables, Sorted: true})
	}
	add("full", full, "")
	add("names", "{ __schema { types { name } directives { name } } }", "")
	for _, name := range []string{
		"Int", "Float", "String", "ID", "Boolean", "Any", "Paged", "Color", "By", "Sub", "Filled", "Query", "Mutation", "Board", "Node", "Named", "Book",
		"Maker", "Either", "Nope", "", "__Schema", "__Type", "__Field", "__InputValue", "__EnumValue", "__Directive", "__TypeKind", "__DirectiveLocation",
	} {
		for _, members := range []string{
			"kind name description specifiedByURL isOneOf", "fields { name isDeprecated }", "fields(includeDeprecated: true) { name deprecationReason args { name } }",
			"inputFields { name defaultValue }", "inputFields(includeDeprecated: true) { name isDeprecated deprecationReason }",
			"interfaces { name }", "possibleTypes { name }", "enumValues { name }", "enumValues(includeDeprecated: true) { name deprecationReason }",
			"ofType { name }", "fields(includeDeprecated: null) { name }", "__typename",
		} {
			add(fmt.Sprintf("%q: %s", name, members), fmt.Sprintf("{ __type(name: %q) { %s } }", name, members), "")
		}
	}
	add("by variable", "query($n: String!, $d: Boolean) { __type(name: $n) { name fields(includeDeprecated: $d) { name } } }", `{"n":"Board"}`)
	add("by variable, null", "query($n: String!, $d: Boolean) { __type(name: $n) { name fields(includeDeprecated: $d) { name } } }", `{"n":"Board","d":null}`)
	add("by variable, true", "query($n: String!, $d: Boolean) { __type(name: $n) { name fields(includeDeprecated: $d) { name } } }", `{"n":"Board","d":true}`)
	add("no name", "{ __type { name } }", "")
	add("null name", "{ __type(name: null) { name } }", "")
	add("type names", "{ __typename a: __typename __schema { __typename queryType { __typename } directives { name __typename args { name __typename } } } }", "")
	add("a mutation's", "mutation { __typename __schema { queryType { name } } __type(name: \"Int\") { name } }", "")
	add("in a fragment", "{ ...F int } fragment F on Query { __type(name: \"Color\") { ...G } } fragment G on __Type { enumValues { name } }", "")
	add("skipped", "query($s: Boolean!) { __schema @skip(if: $s) { queryType { name } } int }", `{"s":true}`)
	add("wrapped types", "{ __type(name: \"Board\") { fields { type { kind name ofType { kind name ofType { kind name fields { name } ofType { kind } } } } } } }", "")
	return all
}
