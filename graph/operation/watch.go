package operation

import (
	"crypto/subtle"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/cost"
	"weft/graph/fetch"
	"weft/graph/protocol"
	"weft/graph/report"
)

// watched is what a request asks for that looks at single operations. Nothing runs otherwise because of report: what an operation did is
// said always, and only here is it read.
type watched struct {
	report  bool
	without fetch.Technique
	cost    *cost.Cost // what the operation costs at most; nil: nobody wants to know
}

// watch reads what a request's headers ask for, where its sender may look. The error is one of the request.
func (e *Engine) watch(headers map[string][]string) (w watched, err error) {
	may, err := e.mayWatch(headers)
	if !may {
		return w, err
	}
	if len(headers[protocol.FormerReportHeader]) > 0 {
		return w, badRequest(protocol.FormerReportHeader + " is now called " + protocol.ReportHeader)
	}
	w.report = asksForCalls(headers)
	if w.without, err = fetch.Techniques(headers[protocol.WithoutHeader]); err != nil {
		return w, badRequest(protocol.WithoutHeader + ": " + err.Error())
	}
	return w, nil
}

// mayWatch reports whether a request's sender may look at its operation. Who sends a token must send the right one.
func (e *Engine) mayWatch(headers map[string][]string) (bool, error) {
	if !e.reports || e.token == "" {
		return e.reports, nil
	}
	sent := headers[protocol.ReportTokenHeader]
	if len(sent) == 0 {
		return false, nil
	}
	if len(sent) > 1 || subtle.ConstantTimeCompare([]byte(sent[0]), []byte(e.token)) == 0 {
		return false, badRequest(protocol.ReportTokenHeader + " is not what this service has as reportToken")
	}
	return true, nil
}

func badRequest(message string) error {
	return gqlerror.List{with(new(gqlerror.Error), protocol.CodeBadRequest, message)}
}

// any reports whether the request asks for anything: then its answer is nobody's to keep.
func (w *watched) any() bool { return w.report || w.without != 0 }

// extend lets a transport add the report to an answer, if it was asked for.
func (w *watched) extend(a *Answer, run *fetch.Run) {
	a.Plain = w.without.Has(fetch.Compression)
	if !w.report {
		return
	}
	r := report.Of(run.Record())
	if w.cost != nil {
		r.Cost = w.cost
	}
	a.Report = func(coding string, bytes, wire int) {
		r.Compression.Client = report.Coded{Coding: coding, Bytes: report.Bytes{Bytes: int64(bytes), Wire: int64(wire)}}
		if a.Extensions == nil {
			a.Extensions = map[string]any{}
		}
		a.Extensions["weft"] = r
	}
}

func asksForCalls(h map[string][]string) bool {
	return slices.ContainsFunc(h[protocol.ReportHeader], func(value string) bool {
		for report := range strings.SplitSeq(value, ",") {
			if strings.TrimSpace(report) == "calls" {
				return true
			}
		}
		return false
	})
}
