package service

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"weft/graph/config"
	"weft/graph/executor"
	"weft/graph/inspect"
	"weft/graph/persisted"
)

// inspector looks at operations as a service with this configuration would run them.
func inspector(d executor.Definition, conf config.Config, o Options, maxCalls int) *inspect.Inspector {
	return inspect.New(d, inspect.Options{
		Limits: conf.Limits.Document, MaxCost: conf.Limits.Cost, MaxCalls: maxCalls, Stock: conf.Executor == "stock", Extensions: o.Extensions,
	})
}

// check says what is wrong with operations: of the files that are named, or of the configured manifests.
func (p Program) check(f *flag.FlagSet) action {
	most := f.Int("max-calls", 0, "allow an operation this `number` of calls to services; 0: as many as limits.upstreamCalls")
	format := f.String("format", "text", "write text, json or github, whose workflows show findings beside their lines")
	return func(ctx context.Context, d executor.Definition, conf config.Config, out, _ io.Writer) error {
		write := inspect.Formats()[*format]
		if write == nil {
			names := slices.Sorted(maps.Keys(inspect.Formats()))
			return fmt.Errorf("there is no format %q: choose %s", *format, strings.Join(names, ", "))
		}
		places := conf.Arguments
		if len(places) == 0 {
			for _, place := range conf.Operations.Manifests {
				places = append(places, string(place))
			}
		}
		if len(places) == 0 {
			return errors.New("there is nothing to check: name files, or set operations.manifests")
		}
		sources, err := readSources(ctx, places)
		if err != nil {
			return err
		}
		if *most < 0 {
			return fmt.Errorf("-max-calls must be 0 or more, is %d", *most)
		}
		if *most == 0 {
			*most = conf.Limits.UpstreamCalls
		}
		i := inspector(d, conf, p.Options, *most)
		var results []inspect.Result
		for _, s := range sources {
			results = append(results, inspect.Result{Source: s, Operations: i.Text(ctx, s.Text, nil)})
		}
		if err := errors.Join(ctx.Err(), write(out, results)); err != nil {
			return err
		}
		return found(inspect.Findings(results))
	}
}

// found is the error for so many findings; nil for none.
func found(n int) error {
	switch n {
	case 0:
		return nil
	case 1:
		return &exitError{1, errors.New("there is a finding")}
	}
	return &exitError{1, fmt.Errorf("there are %d findings", n)}
}

// explain shows how the operations of a file run.
func (p Program) explain(f *flag.FlagSet) action {
	given := f.String("variables", "", "take these variables: `JSON`, or a file of it; without them they may have any values")
	name := f.String("operation", "", "explain the operation of this `name`, or id in a manifest; all of them by default")
	return func(ctx context.Context, d executor.Definition, conf config.Config, out, _ io.Writer) error {
		if len(conf.Arguments) != 1 {
			return fmt.Errorf("explain takes one file, and got %d", len(conf.Arguments))
		}
		variables, err := readVariables(*given)
		if err != nil {
			return err
		}
		sources, err := readSources(ctx, conf.Arguments)
		if err != nil {
			return err
		}
		i := inspector(d, conf, p.Options, conf.Limits.UpstreamCalls)
		var names []string
		var shown int
		var results []inspect.Result
		for _, s := range sources {
			for _, o := range i.Text(ctx, s.Text, variables) {
				names = append(names, o.Name)
				if o.AST != nil && *name != "" && *name != o.Name && *name != s.ID {
					continue
				}
				if shown++; shown > 1 {
					_, _ = fmt.Fprintln(out)
				}
				if err := inspect.Explain(out, &o); err != nil {
					return err
				}
				results = append(results, inspect.Result{Operations: []inspect.Operation{o}})
			}
		}
		if shown == 0 {
			return fmt.Errorf("%s has no operation %q, but %s", conf.Arguments[0], *name, strings.Join(names, ", "))
		}
		return errors.Join(ctx.Err(), found(inspect.Findings(results)))
	}
}

// readSources reads documents, which are files named *.graphql or *.gql, and manifests, which are anything else that persisted
// operations may come from.
func readSources(ctx context.Context, places []string) ([]inspect.Source, error) {
	var sources []inspect.Source
	for _, place := range places {
		if extension := filepath.Ext(place); extension == ".graphql" || extension == ".gql" {
			text, err := os.ReadFile(place)
			if err != nil {
				return nil, err
			}
			sources = append(sources, inspect.Source{File: place, Text: string(text)})
			continue
		}
		manifests, err := persisted.NewManifests([]string{place}, persisted.Options{Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			return nil, err
		}
		all, err := manifests.Load(ctx)
		if err != nil {
			return nil, err
		}
		for _, o := range all {
			sources = append(sources, inspect.Source{File: o.Manifest, ID: o.ID, Text: o.Text})
		}
	}
	return sources, nil
}

// readVariables reads variables, from a file unless they are JSON themselves; nil: there are none.
func readVariables(given string) (variables map[string]any, err error) {
	if given == "" {
		return nil, nil
	}
	text := []byte(given)
	if !strings.HasPrefix(strings.TrimSpace(given), "{") {
		if text, err = os.ReadFile(given); err != nil {
			return nil, err
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&variables); err != nil || variables == nil {
		return nil, fmt.Errorf("-variables is no JSON object: %w", errors.Join(err))
	}
	return variables, nil
}
