package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"

	"weft/graph/config"
	"weft/graph/jobs"
	"weft/graph/operation"
)

// newJobs makes the jobs that the configuration declares; none where nothing keeps answers. forwarded are the headers that upstreams
// are sent.
func (s *Service) newJobs(engine *operation.Engine, forwarded []string) (*jobs.Runner, error) {
	var all []jobs.Job
	var errs []error
	for _, declared := range s.conf.Jobs {
		headers, err := headersOf(declared, forwarded)
		errs = append(errs, err)
		all = append(all, jobs.Job{
			Name: declared.Name, ID: declared.ID, Document: declared.Document, Operation: declared.Operation,
			Variables: declared.Variables, Headers: headers,
			Every: declared.Every, Warm: declared.Warm, OnInvalidation: declared.OnInvalidation,
		})
	}
	if len(all) > 0 && (!s.conf.Cache.Enabled || s.conf.Executor == "stock") {
		log := cmp.Or(s.options.Logger, slog.Default())
		log.Warn("jobs do not run: nothing keeps their answers, since the cache is off or the executor is stock")
		all = nil
	}
	runner, err := jobs.New(context.Background(), all, jobs.Options{
		Engine: engine, Schedule: s.tasks, Logger: s.options.Logger,
	})
	return runner, errors.Join(append(errs, err)...)
}

// headersOf returns the headers of a job's requests, of those that services are sent, or that say who asks. Another one would change nothing.
func headersOf(j config.Job, of []string) (map[string][]string, error) {
	headers := map[string][]string{}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(j.Headers)) {
		canonical := http.CanonicalHeaderKey(name)
		if !slices.Contains(of, canonical) {
			errs = append(errs, fmt.Errorf("jobs.%s.headers.%s: no service is sent this header, and it does not say who asks; those that matter here: %s",
				j.Name, name, cmp.Or(strings.Join(slices.Compact(slices.Sorted(slices.Values(of))), ", "), "none")))
		}
		headers[canonical] = []string{string(j.Headers[name])}
	}
	return headers, errors.Join(errs...)
}

// Start runs the jobs that the configuration declares, and lets them run again when it is time. It returns when those that say warm
// have run, and the issuers of tokens have been asked for their keys, or after warmUp, or when ctx has ended. Serve calls it; it is for programs that listen for themselves, once.
func (s *Service) Start(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, s.conf.WarmUp)
	defer cancel()
	s.jobs.Start(ctx)
	if s.who != nil {
		s.who.Ready(ctx)
	}
}
