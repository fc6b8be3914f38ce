package inspect

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"weft/graph/cost"
)

// Result is what is found out about a source.
type Result struct {
	Source

	Operations []Operation
}

// Findings is how many findings there are.
func Findings(results []Result) (n int) {
	for _, r := range results {
		for _, o := range r.Operations {
			n += len(o.Findings)
		}
	}
	return n
}

// Formats are the ways to write results, by name.
func Formats() map[string]func(io.Writer, []Result) error {
	return map[string]func(io.Writer, []Result) error{"text": writeText, "json": writeJSON, "github": writeGitHub}
}

// writeText writes a line for each operation, for people, and one for each finding, which editors and terminals make a link of.
func writeText(w io.Writer, results []Result) error {
	var b strings.Builder
	operations := 0
	for _, r := range results {
		for _, o := range r.Operations {
			operations++
			if o.AST != nil {
				fmt.Fprintf(&b, "%s: %s%s\n", r.place(r.File, o.line(), 0), o.label(), o.summary())
			}
			for _, f := range o.Findings {
				fmt.Fprintf(&b, "%s: %s%s: %s\n", r.place(f.File, f.Line, f.Column), o.label(), f.Rule, f.Message)
			}
		}
	}
	fmt.Fprintf(&b, "%s, %s\n", count(operations, "operation"), count(Findings(results), "finding"))
	_, err := io.WriteString(w, b.String())
	return err
}

// summary is an operation in one line.
func (o *Operation) summary() string {
	return fmt.Sprintf("%s, field cost %g, type cost %g, depth %d", o.calls(), o.Cost.Field, o.Cost.Type, o.Depth)
}

// calls is how many calls an operation takes, in words.
func (o *Operation) calls() string {
	switch {
	case o.Forecast == nil && o.NoPlan == "":
		return "0 calls"
	case o.Forecast == nil:
		return "? calls"
	case o.Forecast.Unbounded != nil:
		return "any number of calls"
	}
	return count(o.Forecast.Calls, "call") + " at most"
}

func (o *Operation) label() string {
	if o.Name == "" {
		return ""
	}
	return o.Name + ": "
}

func (o *Operation) line() int {
	if o.At == nil {
		return 0
	}
	return o.At.Line
}

func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}

// What writeJSON writes of an operation, and of a finding.
type (
	operationJSON struct {
		File        string        `json:"file"`
		ID          string        `json:"id,omitempty"`
		Line        int           `json:"line,omitempty"`
		Operation   string        `json:"operation,omitempty"`
		Kind        string        `json:"kind,omitempty"`
		Depth       int           `json:"depth"`
		Cost        cost.Cost     `json:"cost"`
		Calls       *int          `json:"calls"` // null: not bounded, or not known
		HandWritten []string      `json:"handWritten,omitempty"`
		Findings    []findingJSON `json:"findings"`
	}
	findingJSON struct {
		Rule    Rule   `json:"rule"`
		Message string `json:"message"`
		File    string `json:"file"` // that of a fragment may be another one than its operation's
		Line    int    `json:"line,omitempty"`
		Column  int    `json:"column,omitempty"`
	}
)

// writeJSON writes a list of operations, one a line, for programs.
func writeJSON(w io.Writer, results []Result) error {
	lines := []string{}
	for _, r := range results {
		for _, o := range r.Operations {
			text, err := json.Marshal(o.asJSON(r.Source))
			if err != nil {
				return err
			}
			lines = append(lines, string(text))
		}
	}
	_, err := io.WriteString(w, "[\n"+strings.Join(lines, ",\n")+"\n]\n")
	return err
}

func (o *Operation) asJSON(s Source) operationJSON {
	j := operationJSON{
		File: s.File, ID: s.ID, Line: o.line(), Operation: o.Name, Kind: string(o.Kind), Depth: o.Depth, Cost: o.Cost, Findings: []findingJSON{},
	}
	switch f := o.Forecast; {
	case f == nil && o.AST != nil && o.NoPlan == "":
		j.Calls = new(0)
	case f != nil && f.Unbounded == nil:
		j.Calls = &f.Calls
	}
	if o.Forecast != nil {
		j.HandWritten = o.Forecast.HandWritten
	}
	for _, f := range o.Findings {
		j.Findings = append(j.Findings, findingJSON(f))
	}
	return j
}

// writeGitHub writes a workflow command for each finding, which GitHub shows beside the line that it is about.
func writeGitHub(w io.Writer, results []Result) error {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	var b strings.Builder
	for _, r := range results {
		for _, o := range r.Operations {
			for _, f := range o.Findings {
				fmt.Fprintf(&b, "::error file=%s", property.Replace(f.File))
				if r.ID == "" && f.Line > 0 {
					fmt.Fprintf(&b, ",line=%d,col=%d", f.Line, f.Column)
				}
				message := o.label() + f.Message
				if r.ID != "" {
					message = r.ID + ": " + message
				}
				fmt.Fprintf(&b, ",title=%s::%s\n", property.Replace(string(f.Rule)), data.Replace(message))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
