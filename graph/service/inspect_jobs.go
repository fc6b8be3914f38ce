package service

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/config"
	"weft/graph/inspect"
	"weft/graph/persisted"
)

// inspectJobs looks at the operations of jobs, with their variables. file is that of the configuration; manifests have those that jobs name
// by their ids.
func inspectJobs(ctx context.Context, i *inspect.Inspector, file string, declared []config.Job, manifests []inspect.Source) []inspect.Result {
	byID := map[string]inspect.Source{}
	for _, s := range manifests {
		byID[s.ID] = s
	}
	var results []inspect.Result
	for _, j := range declared {
		o := inspectJob(ctx, i, j, byID)
		for at := range o.Findings {
			o.Findings[at].File = file
		}
		results = append(results, inspect.Result{
			Source: inspect.Source{File: file, ID: "jobs." + j.Name}, Operations: []inspect.Operation{o},
		})
	}
	return results
}

func inspectJob(ctx context.Context, i *inspect.Inspector, j config.Job, byID map[string]inspect.Source) inspect.Operation {
	refused := func(format string, args ...any) inspect.Operation {
		return inspect.Operation{Name: j.Operation, Findings: []inspect.Finding{{Rule: inspect.Invalid, Message: fmt.Sprintf(format, args...)}}}
	}
	text, name := j.Document, j.Operation
	if j.ID != "" {
		s, known := byID[persisted.Bare(j.ID)]
		if !known {
			return refused("no manifest has an operation with the id %s", j.ID)
		}
		text, name = s.Text, cmp.Or(name, s.Name)
	}
	variables := map[string]any{}
	if j.Variables != nil {
		decoder := json.NewDecoder(bytes.NewReader(j.Variables))
		decoder.UseNumber()
		if err := decoder.Decode(&variables); err != nil {
			return refused("variables: %s", err)
		}
	}
	o := i.One(ctx, text, name, variables)
	if o.Kind != "" && o.Kind != ast.Query {
		return refused("it is a %s: jobs keep what queries read", o.Kind)
	}
	return o
}
