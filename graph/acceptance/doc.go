// Package acceptance holds no code, only tests: what a client of a whole service sees, from the HTTP request to the calls that
// its upstreams get. Tests of one package's rules are beside that package.
//
//   - operations_test.go replays testdata/operations of two small schemas over upstreams that the case scripts.
//   - storefront_*_test.go asks the storefront of graph/schema over its demo services. transcript_test.go writes down what was
//     asked and answered.
//   - clients has libraries of npm ask the storefront, and attacks those who mean no good.
//   - cache_*_test.go ask more than once: cases of testdata/cache, many callers at once, several processes over one Redis.
//
// Both executors run every case of testdata/operations and have to agree; what is kept only the planned one looks up. A change of behaviour is first a change of a case:
//
//	go test ./graph/acceptance          # compares
//	go test ./graph/acceptance -update  # writes testdata/operations and testdata/cache anew; read the diff
package acceptance
