package inspect

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"strings"
	"text/tabwriter"

	"weft/graph/forecast"
	"weft/graph/plan"
)

// Explain writes how an operation runs, for people: its plan; and its fetches in waves, each of which begins when the one before has
// brought what it needs, with the calls that each takes at most.
func Explain(w io.Writer, o *Operation) error {
	var b strings.Builder
	b.WriteString(cmp.Or(strings.TrimSpace(string(o.Kind)+" "+o.Name), "operation"))
	if o.Depth > 0 {
		b.WriteString(": " + o.summary())
	}
	b.WriteByte('\n')
	for _, f := range o.Findings {
		fmt.Fprintf(&b, "%s: %s\n", f.Rule, f.Message)
	}
	if o.Plan != nil {
		b.WriteString("\n" + plan.Print(o.Plan) + "\n")
		writeWaves(&b, o)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeWaves writes a table of the fetches, by the order in which they may begin.
func writeWaves(b *strings.Builder, o *Operation) {
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	step := func(int) string { return "" }
	if o.Plan.Serial != nil {
		_, _ = fmt.Fprint(table, "step\t")
		step = func(i int) string { return fmt.Sprintf("%d\t", i+1) }
	}
	_, _ = fmt.Fprintln(table, "wave\tfetch\tkeys\tcalls\tby")
	roots := o.Plan.Serial
	if roots == nil {
		roots = []*plan.Plan{o.Plan}
	}
	at := 0
	for i, root := range roots {
		fetches := o.Forecast.Fetches[at : at+len(root.Fetches)]
		at += len(root.Fetches)
		for depth := 0; depth <= deepest(fetches); depth++ {
			for _, f := range fetches {
				if f.Depth == depth {
					_, _ = fmt.Fprintf(table, "%s%d\t%d\t%s\n", step(i), depth+1, f.Index+1, columns(f))
				}
			}
		}
	}
	_ = table.Flush()
	if len(o.Forecast.HandWritten) > 0 {
		fmt.Fprintf(b, "not counted is what Go calls by itself: %s\n", strings.Join(o.Forecast.HandWritten, ", "))
	}
}

func deepest(fetches []forecast.Fetch) int {
	most := 0
	for _, f := range fetches {
		most = max(most, f.Depth)
	}
	return most
}

// columns are a fetch's keys, its calls, and who answers it.
func columns(f forecast.Fetch) string {
	bound := f.Members[0].Node.Field.Bound
	switch {
	case bound == nil:
		return "\t\tGo"
	case bound.Binding.Func != "":
		return fmt.Sprintf("%s\t\tGo function %s", amount(f.Keys, f.Unbounded), bound.Binding.Func)
	}
	b := bound.Binding
	call := b.Single
	if b.Batch != nil && (f.Keys > 1 || call == nil || f.Unbounded != nil) {
		call = &b.Batch.Call
	}
	return fmt.Sprintf("%s\t%s\t%s %s %s", amount(f.Keys, f.Unbounded), amount(f.Calls, f.Unbounded), b.Upstream,
		cmp.Or(call.Method, http.MethodGet), call.Template)
}

// amount is a number, or that there is none.
func amount(n int, unbounded *forecast.Unbounded) string {
	if unbounded != nil {
		return "any"
	}
	return fmt.Sprint(n)
}
