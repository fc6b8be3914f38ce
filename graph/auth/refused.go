package auth

import "errors"

// Refused is the error for credentials that are bad. Whoever gets it refuses the request, with status 401.
type Refused struct {
	// Reason says why, for a log: it quotes nothing of the credentials. Clients are not told.
	Reason string

	challenge string
}

func (r *Refused) Error() string { return "the credentials are refused: " + r.Reason }

// Challenge is the value of WWW-Authenticate in the answer (RFC 9110 §11.6.1).
func (r *Refused) Challenge() string { return r.challenge }

// The challenges: of bearer tokens as RFC 6750 §3 has it; the other methods have no scheme that is registered.
const (
	challengeBearer      = `Bearer realm="weft", error="invalid_token"`
	challengeAPIKey      = `ApiKey realm="weft"`
	challengeGateway     = `Gateway realm="weft"`
	challengeCertificate = `Certificate realm="weft"`
)

// ErrUnavailable is the error where nobody can say at this moment whether credentials are good, since who knows cannot be reached. Whoever
// gets it refuses the request, with status 503.
var ErrUnavailable = errors.New("who asks cannot be found out at this moment")
