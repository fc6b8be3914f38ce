package fetch

import "weft/upstream"

// meaning is what a kind of failure says to who loads values.
type meaning struct {
	uncalled bool // no call was made
	stands   bool // an old value may stand in: the service has said nothing of the value (RFC 5861 §4; the table of cache/README.md)
	keys     bool // one of the keys of a batch may be why
	down     bool // the service does not do what is asked: it is asked for less ahead of time. Of a time-out only where it had all its time
}

// meanings has all kinds. Of [upstream.Rejected] and [upstream.NotFound] it depends on the status whether an old value may stand in: see failing.
var meanings = map[upstream.Kind]meaning{
	upstream.Timeout:         {stands: true, down: true},
	upstream.Unavailable:     {stands: true, down: true},
	upstream.RateLimited:     {stands: true},
	upstream.CircuitOpen:     {stands: true, uncalled: true, down: true},
	upstream.Off:             {stands: true, uncalled: true, down: true},
	upstream.BadResponse:     {stands: true, keys: true},
	upstream.BadInput:        {uncalled: true, keys: true},
	upstream.NotFound:        {keys: true},
	upstream.Rejected:        {keys: true},
	upstream.Unauthenticated: {},
	upstream.Forbidden:       {},
	upstream.Canceled:        {},
}
