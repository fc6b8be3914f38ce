package auth_test

import (
	"context"
	"fmt"
	"net/netip"

	"weft/graph/auth"
)

// A gateway in front says who asks. Nobody else may.
func Example() {
	a, err := auth.New(auth.Options{
		Gateway: &auth.GatewayOptions{Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, Subject: "X-User", Scopes: "X-Scopes"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer a.Close()
	headers := map[string][]string{"X-User": {"ada"}, "X-Scopes": {"orders:read cart:write"}}
	for _, c := range []auth.Credentials{
		{Headers: headers, From: netip.MustParseAddr("10.1.2.3")},
		{From: netip.MustParseAddr("10.1.2.3")},
		{Headers: headers, From: netip.MustParseAddr("192.0.2.1")},
	} {
		caller, err := a.Authenticate(context.Background(), c)
		fmt.Printf("%q %t %v\n", caller.Subject(), caller.Has("cart:write"), err)
	}
	// Output:
	// "ada" true <nil>
	// "" false <nil>
	// "" false the credentials are refused: a header of the gateway comes from elsewhere
}
