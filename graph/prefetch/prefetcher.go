package prefetch

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/auth"
	"weft/graph/fetch"
	"weft/graph/operation"
	"weft/graph/prefetch/ledger"
	"weft/graph/prefetch/rule"
	"weft/graph/schedule"
)

// Bounds of what is kept here.
const (
	maxDocuments = 100     // that were made for rules
	maxBytes     = 4 << 20 // of them, with their plans
	maxVariables = 4 << 10 // bytes of an operation's variables, as JSON: what has more is not followed
)

// Options are what a Prefetcher works with. None but Busy and Logger may be missing.
type Options struct {
	Rules    []rule.Rule
	Engine   *operation.Engine
	Schema   *ast.Schema
	Schedule *schedule.Scheduler
	Ledger   *ledger.Ledger
	// Headers are the names of a client's headers that upstreams are sent: what runs for it has them, and no others.
	Headers []string
	// Busy reports whether the process has no time for this; nil: never.
	Busy func() bool
	// Logger gets what an operator should look at; nil = slog.Default().
	Logger *slog.Logger
}

// Prefetcher follows operations. It is safe for concurrent use.
type Prefetcher struct {
	options Options

	mu    sync.Mutex // guards what follows
	made  map[string]made
	bytes int             // of all that was made
	told  map[string]bool // rules of which was logged that they do nothing
}

// made is a document that was made for a rule.
type made struct {
	prepared *operation.Prepared
	err      error
}

// New returns a prefetcher.
func New(o Options) *Prefetcher {
	o.Logger = cmp.Or(o.Logger, slog.Default())
	if o.Busy == nil {
		o.Busy = func() bool { return false }
	}
	return &Prefetcher{options: o, made: map[string]made{}, told: map[string]bool{}}
}

// next is an operation that is likely to be asked for next.
type next struct {
	step      rule.Step
	after     *operation.Prepared // what was answered
	variables map[string]any
	header    map[string][]string
	caller    *auth.Caller // who has asked for that; nil: nobody is known
}

// After returns what is to be done when the answer to a request has been sent; nil: nothing. Neither waits for anything.
func (p *Prefetcher) After(r *operation.Request, a *operation.Answer) func() {
	if !follows(r, a) {
		return nil
	}
	o := a.Prepared.Operation
	steps, ok := o.Derived(p).([]rule.Step)
	if !ok {
		steps = o.Derive(p, func() any {
			return rule.Steps(p.options.Rules, p.options.Schema, o.Document.AST, o.AST)
		}).([]rule.Step)
	}
	steps = slices.DeleteFunc(slices.Clone(steps), func(s rule.Step) bool { return !p.options.Ledger.On(s.Rule.String()) })
	if len(steps) == 0 || p.options.Busy() {
		return nil
	}
	return func() { p.follow(steps, r, a) }
}

// follows reports whether anything may follow from an answer: it is that of a query that a client has asked for, and that ran, without
// errors.
func follows(r *operation.Request, a *operation.Answer) bool {
	if a.Class != operation.Executed || a.Prepared == nil || a.Prepared.Kind() != ast.Query || len(a.Errors) > 0 || r.Speculative {
		return false
	}
	run := a.Run
	return run != nil && run.Ahead == "" && !run.Without.Has(fetch.Prefetch) && ran(run.Record())
}

// ran reports whether an operation was run, and not answered by what others had loaded.
func ran(r *fetch.Record) bool { return r != nil && r.Answer == nil }

// follow adds the tasks that follow from an answer.
func (p *Prefetcher) follow(steps []rule.Step, r *operation.Request, a *operation.Answer) {
	header := map[string][]string{}
	for _, name := range p.options.Headers {
		if values, ok := r.Headers[name]; ok {
			header[name] = values
		}
	}
	for _, s := range steps {
		after := ""
		if s.Rule.Page {
			after = a.Run.Record().Next(s.Rule.Field)
		}
		for _, variables := range s.Variables(r.Variables, a.Data, after) {
			if room := maxVariables; !fits(variables, &room) {
				continue
			}
			n := next{s, a.Prepared, copied(variables).(map[string]any), maps.Clone(header), a.Caller}
			p.options.Schedule.Add(schedule.Tasks{
				Of: n.name(), Name: "prefetch " + s.Rule.String(), Keys: []string{""}, Priority: schedule.Likely,
				Run: func(ctx context.Context, _ []string) { p.run(ctx, n) },
			})
		}
	}
}

// fits reports whether a JSON value takes no more than room, and takes that.
func fits(v any, room *int) bool {
	*room -= 8
	switch v := v.(type) {
	case map[string]any:
		for name, of := range v {
			if *room -= len(name); !fits(of, room) {
				return false
			}
		}
	case []any:
		for _, of := range v {
			if !fits(of, room) {
				return false
			}
		}
	case string:
		*room -= len(v)
	case json.Number:
		*room -= len(v)
	}
	return *room >= 0
}

// copied is a JSON value of its own: running an operation changes its variables.
func copied(v any) any {
	switch v := v.(type) {
	case map[string]any:
		own := make(map[string]any, len(v))
		for name, of := range v {
			own[name] = copied(of)
		}
		return own
	case []any:
		own := make([]any, len(v))
		for i, of := range v {
			own[i] = copied(of)
		}
		return own
	}
	return v
}

// task names what runs ahead of time: two who ask for the same have it run once.
type task struct {
	rule              string
	after             *operation.Prepared
	variables, header string
	caller            auth.Digest
}

func (n next) name() task {
	var variables strings.Builder
	for _, name := range slices.Sorted(maps.Keys(n.variables)) {
		fmt.Fprintf(&variables, "%q:%#v;", name, n.variables[name])
	}
	return task{n.step.Rule.String(), n.after, variables.String(), fmt.Sprintf("%q", n.header), n.caller.Digest()}
}

// run runs an operation ahead of time. Nobody reads its answer.
func (p *Prefetcher) run(ctx context.Context, n next) {
	source := n.step.Rule.String()
	if p.options.Busy() || !p.options.Ledger.On(source) {
		return
	}
	prepared, err := p.prepared(ctx, n)
	if prepared == nil {
		p.tell(n.step.Rule, err)
		return
	}
	a := p.options.Engine.Run(ctx, &operation.Request{
		Prepared: prepared, Variables: n.variables, Headers: n.header, Caller: n.caller, ReadOnly: true, Ahead: source,
	})
	if (a.Class == operation.Refused || a.Class == operation.Writes) && len(a.Errors) > 0 {
		p.tell(n.step.Rule, errors.New(a.Errors[0].Message))
	}
}

// prepared returns the operation that runs; nil: there is none, for the reason that the error says.
func (p *Prefetcher) prepared(ctx context.Context, n next) (*operation.Prepared, error) {
	s := n.step
	switch name := s.Rule.Operation; {
	case name != "":
		if known := p.options.Engine.Named(name); known != nil {
			return known, nil
		}
		return nil, fmt.Errorf("no manifest has an operation of this schema with the name %s", name)
	case s.Text == "":
		return n.after, nil
	}
	p.mu.Lock()
	known, ok := p.made[s.Text]
	p.mu.Unlock()
	if ok {
		return known.prepared, known.err
	}
	known.prepared, known.err = p.options.Engine.Prepare(ctx, s.Text, "")
	if known.err != nil && (errors.Is(known.err, operation.ErrFull) || ctx.Err() != nil) {
		return nil, known.err // another time
	}
	p.keep(s.Text, known)
	return known.prepared, known.err
}

// keep keeps what was made of a text; when there is too much, nothing else.
func (p *Prefetcher) keep(text string, m made) {
	bytes := len(text)
	if m.prepared != nil {
		bytes += m.prepared.Bytes()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bytes+bytes > maxBytes || len(p.made) >= maxDocuments {
		clear(p.made)
		p.bytes = 0
	}
	p.made[text] = m
	p.bytes += bytes
}

// tell logs once that a rule does nothing.
func (p *Prefetcher) tell(r rule.Rule, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.told[r.String()] {
		p.told[r.String()] = true
		p.options.Logger.Warn("@prefetch does nothing", "rule", r.String(), "at", r.At, "error", err)
	}
}
