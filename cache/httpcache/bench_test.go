package httpcache_test

import (
	"net/http"
	"testing"
	"time"

	"weft/cache/httpcache"
)

// typical are headers that upstreams send.
func typical(t testing.TB) map[string]http.Header {
	const rest = "Content-Type: application/json\nContent-Length: 1234\n"
	return map[string]http.Header{
		"plain":     header(t, rest+"Date: "+date(noon)),
		"max-age":   header(t, rest+"Cache-Control: max-age=60\nDate: "+date(noon)),
		"validated": header(t, rest+"Cache-Control: private, max-age=60, stale-while-revalidate=30\nETag: \"a\"\nVary: Accept\nDate: "+date(noon)),
	}
}

// typicalOverride is what a schema says.
var typicalOverride = httpcache.Override{StaleIfError: time.Minute}

func TestEvaluateDoesNotAllocate(t *testing.T) {
	for name, h := range typical(t) {
		response := httpcache.Response{Status: 200, Header: h, Received: noon}
		allocs := testing.AllocsPerRun(100, func() {
			httpcache.Evaluate(httpcache.Request{Sent: noon}, response, typicalOverride)
		})
		if allocs != 0 {
			t.Errorf("%s: got %v allocations", name, allocs)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	for name, h := range typical(b) {
		b.Run(name, func(b *testing.B) {
			response := httpcache.Response{Status: 200, Header: h, Received: noon}
			b.ReportAllocs()
			for b.Loop() {
				httpcache.Evaluate(httpcache.Request{Sent: noon}, response, typicalOverride)
			}
		})
	}
}

func BenchmarkAnswer(b *testing.B) {
	answer := httpcache.Answer{Fresh: time.Minute, Age: time.Second}
	b.ReportAllocs()
	for b.Loop() {
		if len(answer.Header()) == 0 {
			b.Fatal("no header")
		}
	}
}
