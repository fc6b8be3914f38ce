package edge

import (
	"errors"
	"net/http"
	"os"
	"slices"
	"time"
)

// What is longer than a piece is sent in pieces, each of which the client has to take within maxPiece, and all of them within maxSending. A
// connection that is slower than 13 KiB a second for so long gives nobody anything, and would have memory for a minute.
const (
	piece      = 64 << 10
	maxPiece   = 5 * time.Second
	maxSending = time.Minute
)

// write sends a part of an answer, and reports whether it was sent. It fails only where the client has left, or takes too long.
func (a answerWriter) write(part []byte) bool {
	if len(part) == 0 {
		return true
	}
	if len(part) <= piece {
		_, err := a.w.Write(part)
		return err == nil
	}
	connection, until := http.NewResponseController(a.w), time.Now().Add(maxSending)
	for p := range slices.Chunk(part, piece) {
		by := time.Now().Add(maxPiece)
		if until.Before(by) {
			by = until
		}
		_ = connection.SetWriteDeadline(by) // it fails where there are no deadlines
		if _, err := a.w.Write(p); err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				a.scratch.held.Cut()
			}
			return false
		}
	}
	return true
}
