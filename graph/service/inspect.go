package service

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"weft/graph/compiled"
	"weft/graph/config"
	"weft/graph/inspect"
	"weft/graph/persisted"
)

// inspector looks at operations as a service with this configuration would run them.
func inspector(schema compiled.Schema, conf config.Config, o Options, maxCalls int) *inspect.Inspector {
	return inspect.New(schema, inspect.Options{
		Limits: conf.Limits.Document, MaxCost: conf.Limits.Cost, MaxCalls: maxCalls, Stock: conf.Executor == "stock", Extensions: o.Extensions,
	})
}

// check says what is wrong with operations: of the files that are named, or of the configured manifests and jobs.
func (p Program) check(f *flag.FlagSet) action {
	most := f.Int("max-calls", 0, "allow an operation this `number` of calls to services; 0: as many as limits.upstreamCalls")
	format := f.String("format", "text", "write text, json or github, whose workflows show findings beside their lines")
	return func(ctx context.Context, schema compiled.Schema, conf config.Config, out, _ io.Writer) error {
		write := inspect.Formats()[*format]
		if write == nil {
			names := slices.Sorted(maps.Keys(inspect.Formats()))
			return fmt.Errorf("there is no format %q: choose %s", *format, strings.Join(names, ", "))
		}
		places, declared := conf.Arguments, []config.Job(nil)
		if len(places) == 0 {
			declared = conf.Jobs
			for _, place := range conf.Operations.Manifests {
				places = append(places, string(place))
			}
		}
		if len(places)+len(declared) == 0 {
			return errors.New("there is nothing to check: name files, or set operations.manifests or jobs")
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
		i := inspector(schema, conf, p.Options, *most)
		joined, unused := i.Join(sources)
		var results []inspect.Result
		for _, s := range joined {
			results = append(results, i.Look(ctx, s, nil))
		}
		results = slices.Concat(results, unused, inspectJobs(ctx, i, conf.File, declared, sources))
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
	return func(ctx context.Context, schema compiled.Schema, conf config.Config, out, _ io.Writer) error {
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
		i := inspector(schema, conf, p.Options, conf.Limits.UpstreamCalls)
		joined, _ := i.Join(sources)
		var all []inspect.Operation
		var names []string
		for _, s := range joined {
			names = append(names, s.Operations...)
			if *name != "" && *name != s.ID && !slices.Contains(s.Operations, *name) {
				continue
			}
			for _, o := range i.Look(ctx, s, variables).Operations {
				if *name == "" || *name == s.ID || *name == o.Name || o.AST == nil {
					all = append(all, o)
				}
			}
		}
		if len(all) == 0 {
			return fmt.Errorf("%s has no operation %q: %s", conf.Arguments[0], *name, others(names))
		}
		return errors.Join(explainAll(out, all), ctx.Err(), found(inspect.Findings([]inspect.Result{{Operations: all}})))
	}
}

// others says which operations there are in the place of one that is not there.
func others(names []string) string {
	if len(names) == 0 {
		return "it has none that can be read; check says why"
	}
	const most = 20
	more := ""
	if n := len(names) - most; n > 0 {
		names, more = names[:most], fmt.Sprintf(", and %d more", n)
	}
	for i, name := range names {
		names[i] = cmp.Or(name, "one without a name")
	}
	return "it has " + strings.Join(names, ", ") + more
}

func explainAll(out io.Writer, all []inspect.Operation) error {
	for i := range all {
		if i > 0 {
			_, _ = fmt.Fprintln(out)
		}
		if err := inspect.Explain(out, &all[i]); err != nil {
			return err
		}
	}
	return nil
}

// readSources reads documents, which are files named *.graphql or *.gql, by themselves or in folders; and manifests, which are anything else
// that persisted operations may come from.
func readSources(ctx context.Context, places []string) (sources []inspect.Source, err error) {
	for _, place := range places {
		files := []string{place}
		if info, err := os.Stat(place); err == nil && info.IsDir() {
			if files, err = documentsIn(place); err != nil {
				return nil, err
			}
		}
		if len(files) == 0 || !isDocument(files[0]) {
			read, err := readManifests(ctx, place)
			if err != nil {
				return nil, err
			}
			sources = append(sources, read...)
			continue
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			sources = append(sources, inspect.Source{File: file, Text: string(text)})
		}
	}
	return sources, nil
}

func isDocument(file string) bool {
	return filepath.Ext(file) == ".graphql" || filepath.Ext(file) == ".gql"
}

// documentsIn returns the documents in a folder, at any depth. What begins with a dot is not looked at, and neither is what npm has
// installed.
func documentsIn(folder string) (files []string, err error) {
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		passed := path != folder && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules")
		switch {
		case err != nil:
			return err
		case d.IsDir() && passed:
			return filepath.SkipDir
		case !d.IsDir() && !passed && isDocument(path):
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

func readManifests(ctx context.Context, place string) (sources []inspect.Source, err error) {
	manifests, err := persisted.NewManifests([]string{place}, persisted.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	all, err := manifests.Load(ctx)
	for _, o := range all {
		sources = append(sources, inspect.Source{File: o.Manifest, ID: o.ID, Name: o.Name, Text: o.Text})
	}
	return sources, err
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
