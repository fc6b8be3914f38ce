package service_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"weft/graph/config"
	"weft/graph/rate"
)

// A client has what it may have of all replicas together. Where Redis did not answer in time it has nothing, as is said here, so that the number
// is exact.
func TestRatesOfReplicas(t *testing.T) {
	s := startSwitched(t, config.UpstreamCache{}, func(c *config.Config) {
		c.Rates = rate.Options{Operations: rate.Limit{Count: 10, Per: time.Hour}, Sharing: rate.Refuse, TrustedHops: []netip.Prefix{}}
	})
	served, limited := 0, 0
	for i := 0; limited < 4; i++ {
		switch got := s.replicas[i%2].ask(t, titled); {
		case strings.HasPrefix(got, "200 "):
			served++
		case strings.HasPrefix(got, `429 {"errors":[{"message":"too many operations, 10/h at most`):
			limited++
		case !strings.HasPrefix(got, `503 {"errors":[{"message":"nobody can say`):
			t.Fatal(got)
		}
	}
	if served != 10 {
		t.Errorf("%d were served, want 10", served)
	}
}
