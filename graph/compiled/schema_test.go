package compiled_test

import (
	"testing"

	shop "weft/graph/binding/bindingtest/generated"
	"weft/graph/compiled"
)

// All that a service lacks is told at once, each in the words of who has to give it.
func TestSchemaSaysWhatIsMissing(t *testing.T) {
	_, err := shop.Service(nil, shop.Functions{}).Executable(compiled.Settings{Executor: "fast"})
	const want = `generated.Service: its resolvers are nil: give it what answers the fields that say @resolver
generated.Service: Functions.BadgesByID is nil: give it what answers the entity that says @entity(func:)
Settings.Clients has no client for upstream catalog
Settings.Clients has no client for upstream pricing
Settings.Clients has no client for upstream inventory
Settings.Clients has no client for upstream accounts
Settings.Clients has no client for upstream reviews
Settings.Executor: there is no executor "fast": choose planned or stock`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}
