package operation

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"weft/graph/protocol"
)

// TurnOff refuses operations that have one of these names, or ids with or without sha256:, from now on, and no others. An anonymous operation
// has the SHA-256 of its text for an id, in hexadecimal. Those that run are finished.
func (e *Engine) TurnOff(names []string) {
	off := make(map[string]bool, len(names))
	for _, name := range names {
		off[strings.TrimPrefix(name, "sha256:")] = true
	}
	e.off.Store(&off)
}

// turnedOff returns what is answered where an operation is turned off; nil: it is not.
func (e *Engine) turnedOff(r *Request, p *Prepared) *Answer {
	off := e.off.Load()
	if off == nil || len(*off) == 0 {
		return nil
	}
	for _, name := range r.names(p) {
		if name != "" && (*off)[name] {
			return failed(Full, protocol.CodeOperationOff, "this operation is turned off for now")
		}
	}
	return nil
}

// names are those by which operators call an operation: its name, its persisted id, and the digest of its text; "": it has none.
func (r *Request) names(p *Prepared) []string {
	sum := sha256.Sum256([]byte(p.Operation.Document.Text))
	return []string{p.Operation.AST.Name, strings.TrimPrefix(r.ID, "sha256:"), hex.EncodeToString(sum[:])}
}
