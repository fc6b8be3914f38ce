package resolver

import (
	"context"
	"strconv"

	"weft/graph/auth"
)

// IsCustomer answers the policy of that name: whether who asks is a customer, whose subject is their number. Programs that have a customer's
// scopes are none: they have no address that a parcel could go to.
func IsCustomer(_ context.Context, who *auth.Caller) (bool, error) {
	_, err := strconv.ParseUint(who.Subject(), 10, 31)
	return err == nil, nil
}
