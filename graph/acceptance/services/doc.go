// Package services has five services that Weft did not write, as their vendors publish them, and what the binding language makes of each:
//
//	stripe    payments: https://docs.stripe.com/api
//	github    issues and stars: https://docs.github.com/rest
//	jsonapi   articles: https://jsonapi.org/examples and https://jsonapi.org/format
//	hal       orders and people: https://stateless.group/hal_specification.html, and Spring's guide, https://spring.io/guides/gs/accessing-data-rest
//	odata     people and their trips, TripPin: https://learn.microsoft.com/odata/concepts
//
// Each has a folder:
//
//	published/*.txtar   requests with their answers, each with the page and section that publishes them, or says them in words
//	schema.graphql      a schema for it, written with the language's README
//	samples/*.json      published answers that generation compares the schema with
//	operations/*.txtar  operations, each with its answer and the calls that it takes
//
// The fakes are in the tests, NAME_test.go. Each answers what is published, byte for byte of what counts, and otherwise does what its vendor's
// pages say: it refuses parameters that it does not know, and bodies of another type. Its objects are the published ones; where a list needs more of
// them than its vendor shows, they are copies under other keys. No fake is changed so that a schema is easier to write.
package services
