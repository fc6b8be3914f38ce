package operation

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/cost"
	"weft/graph/fetch"
	"weft/graph/protocol"
)

// watched is what a request asks for that looks at single operations. Nothing runs otherwise because of report: what an operation did is
// said always, and only here is it read.
type watched struct {
	report  bool
	without fetch.Technique
	cost    *cost.Cost // what the operation costs at most; nil: nobody wants to know
}

// watch reads what a request's headers ask for, where anybody may look.
func (e *Engine) watch(headers map[string][]string) (w watched, err error) {
	if !e.reports {
		return w, nil
	}
	w.report = asksForCalls(headers)
	if w.without, err = fetch.Techniques(headers[protocol.WithoutHeader]); err != nil {
		return w, gqlerror.List{with(new(gqlerror.Error), protocol.CodeBadRequest, protocol.WithoutHeader+": "+err.Error())}
	}
	return w, nil
}

// any reports whether the request asks for anything: then its answer is nobody's to keep.
func (w *watched) any() bool { return w.report || w.without != 0 }

// extend adds the report to an answer, if it was asked for.
func (w *watched) extend(a *Answer, run *fetch.Run) {
	if !w.report {
		return
	}
	r := run.Record.Report()
	if w.cost != nil {
		r.Cost = w.cost
	}
	if a.Extensions == nil {
		a.Extensions = map[string]any{}
	}
	a.Extensions["weft"] = r
}

func asksForCalls(h map[string][]string) bool {
	return slices.ContainsFunc(h[protocol.TraceHeader], func(value string) bool {
		for report := range strings.SplitSeq(value, ",") {
			if strings.TrimSpace(report) == "calls" {
				return true
			}
		}
		return false
	})
}
