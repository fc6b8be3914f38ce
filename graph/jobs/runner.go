package jobs

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/operation"
	"weft/graph/schedule"
)

const (
	lookEvery  = time.Second      // how often it is looked whether answers are valid
	retryAfter = 30 * time.Second // a failure
)

// Job is an operation that runs by itself, and when it does.
type Job struct {
	Name      string // for operators
	ID        string // of its text in a manifest, which is looked up for each run; "": Document has the text
	Document  string
	Operation string              // the name of the operation in the document; "": there is one only
	Variables json.RawMessage     // a JSON object; nil: none
	Headers   map[string][]string // of its request, by their canonical names

	Every          time.Duration // 0: not again and again
	Warm           bool          // readiness waits for its first run
	OnInvalidation bool          // it runs when its last answer has become invalid
}

// Options are what jobs run by. None but Logger may be missing.
type Options struct {
	Engine   *operation.Engine
	Schedule *schedule.Scheduler
	// Logger gets failures; nil = slog.Default().
	Logger *slog.Logger
}

// Runner runs jobs. It is safe for concurrent use.
type Runner struct {
	options Options
	jobs    []*job
}

// New returns a runner of jobs, which has begun none. The error joins what is wrong with all of them: a document that is not valid,
// a mutation, variables that do not fit.
func New(ctx context.Context, all []Job, o Options) (*Runner, error) {
	o.Logger = cmp.Or(o.Logger, slog.Default())
	r := &Runner{options: o}
	var errs []error
	for _, j := range all {
		made := &job{Job: j, options: &r.options, ran: make(chan struct{})}
		if err := made.prepare(ctx); err != nil {
			errs = append(errs, fmt.Errorf("jobs.%s: %w", j.Name, err))
		}
		r.jobs = append(r.jobs, made)
	}
	return r, errors.Join(errs...)
}

// prepare makes the job's operation ready.
func (j *job) prepare(ctx context.Context) error {
	text, name := j.Document, j.Operation
	if j.ID != "" {
		known := j.options.Engine.Lookup(j.ID)
		if known == nil {
			return fmt.Errorf("id: no manifest has an operation of this schema with the id %s", j.ID)
		}
		text, name = known.Operation.Document.Text, cmp.Or(name, known.Operation.AST.Name)
	}
	p, err := j.options.Engine.Prepare(ctx, text, name)
	if errs, ok := errors.AsType[gqlerror.List](err); ok {
		return fmt.Errorf("document: %w", worded(errs))
	}
	if err != nil {
		return fmt.Errorf("document: %w", err)
	}
	if p.Kind() != ast.Query {
		return fmt.Errorf("document: it is a %s: jobs keep what queries read", p.Kind())
	}
	variables, err := j.variables()
	if err != nil {
		return fmt.Errorf("variables: %w", err)
	}
	if _, errs := j.options.Engine.Variables(p.Operation.AST, variables); errs != nil {
		return fmt.Errorf("variables: %s", errs[0].Message)
	}
	if j.ID == "" {
		j.prepared = p
	}
	return nil
}

// worded says what is wrong with a document, and where in it.
func worded(errs gqlerror.List) error {
	var all []error
	for _, err := range errs {
		text := err.Message
		if len(err.Locations) > 0 {
			text = fmt.Sprintf("%d:%d: %s", err.Locations[0].Line, err.Locations[0].Column, text)
		}
		all = append(all, errors.New(text))
	}
	return errors.Join(all...)
}

// variables returns the job's variables for one run, which may change them.
func (j *job) variables() (values map[string]any, err error) {
	if j.Variables == nil {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(j.Variables))
	d.UseNumber()
	return values, d.Decode(&values)
}

// Start has all jobs run, and again when it is time. It returns when those that say Warm have run once, with a failure or without, or
// when ctx has ended; then they run on. It may be called once.
func (r *Runner) Start(ctx context.Context) {
	if len(r.jobs) == 0 {
		return
	}
	for _, j := range r.jobs {
		j.add()
		if j.Every > 0 {
			j.repeat()
		}
	}
	r.options.Schedule.Every(lookEvery, schedule.Tasks{
		Of: r, Name: "look at jobs", Keys: []string{""}, Priority: schedule.Declared, Run: func(context.Context, []string) { r.look() },
	})
	for _, j := range r.jobs {
		if !j.Warm {
			continue
		}
		select {
		case <-j.ran:
		case <-ctx.Done():
			r.options.Logger.Warn("a job has not warmed in time", "job", j.Name)
			return
		}
	}
}

// look has those jobs run whose last answer is of no use any more.
func (r *Runner) look() {
	for _, j := range r.jobs {
		if j.outdated() {
			j.add()
		}
	}
}

// Status is what operators are shown of a job.
type Status struct {
	Name     string    `json:"name"`
	Runs     uint64    `json:"runs"`
	Failures uint64    `json:"failures"`        // runs that answered with an error, or not in time
	Error    string    `json:"error,omitempty"` // of the last run
	Last     time.Time `json:"last,omitzero"`   // when the last run ended
	Duration float64   `json:"duration"`        // of the last run, in milliseconds
	Next     time.Time `json:"next,omitzero"`   // when it runs again, whatever happens
}

// Status returns the state of all jobs, in the order in which they were given.
func (r *Runner) Status() []Status {
	all := make([]Status, len(r.jobs))
	for i, j := range r.jobs {
		all[i] = j.status()
	}
	return all
}
