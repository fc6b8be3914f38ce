package fetch

import "weft/upstream"

// meaning is what a kind of failure says to who loads values.
type meaning struct {
	uncalled bool // no call was made
	stands   bool // an old value may stand in: the service has said nothing of the value (RFC 5861 §4; the table of cache/README.md)
	keys     bool // one of the keys of a batch may be why
}

// meanings has all kinds. Of [upstream.Rejected] and [upstream.NotFound] it depends on the status whether an old value may stand in: see failing.
var meanings = map[upstream.Kind]meaning{
	upstream.Timeout:         {stands: true},
	upstream.Unavailable:     {stands: true},
	upstream.RateLimited:     {stands: true},
	upstream.CircuitOpen:     {stands: true, uncalled: true},
	upstream.Off:             {stands: true, uncalled: true},
	upstream.BadResponse:     {stands: true, keys: true},
	upstream.BadInput:        {uncalled: true, keys: true},
	upstream.NotFound:        {keys: true},
	upstream.Rejected:        {keys: true},
	upstream.Unauthenticated: {},
	upstream.Forbidden:       {},
	upstream.Canceled:        {},
}
