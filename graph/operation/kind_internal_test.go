package operation

import (
	"testing"

	"weft/graph/protocol"
	"weft/upstream"
)

// TestKindsOfUpstreams holds that each kind of failure of package upstream, which declares them itself, has words here, and its code.
func TestKindsOfUpstreams(t *testing.T) {
	for kind, want := range map[upstream.Kind]string{
		upstream.Timeout: protocol.CodeUpstreamTimeout, upstream.Unavailable: protocol.CodeUnavailable,
		upstream.NotFound: protocol.CodeNotFound, upstream.Unauthenticated: protocol.CodeUnauthenticated,
		upstream.Forbidden: protocol.CodeForbidden, upstream.RateLimited: protocol.CodeRateLimited,
		upstream.Rejected: protocol.CodeRejected, upstream.BadResponse: protocol.CodeBadResponse,
		upstream.BadInput: protocol.CodeBadInput, upstream.Canceled: protocol.CodeCanceled,
	} {
		if code, message, ok := kindOf(string(kind), "catalog"); !ok || code != want || message == "" {
			t.Errorf("%s: got %s and %q, want %s", kind, code, message, want)
		}
	}
}
