package edge

import (
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
)

const (
	defaultTimeout   = 10 * time.Second
	maxTimeout       = 30 * time.Second
	defaultMaxBody   = 1 << 20
	defaultMaxBodies = 64 << 20

	// maxErrors bounds the errors of one answer. A list of 10,000 elements that all fail is one failure.
	maxErrors = 100

	// maxDetail bounds each member that an upstream's own words contribute to an error, in bytes.
	maxDetail = 1024
)

// limitErrors keeps the first maxErrors errors, and says how many more there were.
func limitErrors(errs gqlerror.List) gqlerror.List {
	if len(errs) <= maxErrors {
		return errs
	}
	more := gqlerror.Errorf("%d more errors are not shown", len(errs)-maxErrors)
	more.Extensions = map[string]any{"code": protocol.CodeTooManyErrors}
	return append(errs[:maxErrors:maxErrors], more)
}
