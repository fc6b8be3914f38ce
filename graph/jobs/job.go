package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"weft/graph/operation"
	"weft/graph/schedule"
)

// job is a Job that runs.
type job struct {
	Job

	options  *Options
	prepared *operation.Prepared // nil: a manifest has it
	ran      chan struct{}       // closed when it has run once

	mu       sync.Mutex // guards what follows
	periodic *schedule.Periodic
	done     Status      // but for its next time
	valid    func() bool // whether the last answer is; nil: it is about to run anew
}

// tasks is the job's one task.
func (j *job) tasks() schedule.Tasks {
	return schedule.Tasks{
		Of: j, Name: "job " + j.Name, Keys: []string{""}, Priority: schedule.Declared,
		Run: func(ctx context.Context, _ []string) { j.run(ctx) },
	}
}

func (j *job) add() { j.options.Schedule.Add(j.tasks()) }

// repeat adds the job again and again.
func (j *job) repeat() {
	periodic := j.options.Schedule.Every(j.Every, j.tasks())
	j.mu.Lock()
	defer j.mu.Unlock()
	j.periodic = periodic
}

// run runs the job once. A run that ctx has interrupted is not counted.
func (j *job) run(ctx context.Context) {
	began := time.Now()
	valid, err := j.ask(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		j.options.Logger.Warn("a job has failed", "job", j.Name, "error", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.valid = valid
	j.done.Last = time.Now()
	j.done.Duration = float64(j.done.Last.Sub(began).Microseconds()) / 1000
	j.done.Error = ""
	if err != nil {
		j.done.Failures++
		j.done.Error = err.Error()
	}
	if j.done.Runs++; j.done.Runs == 1 {
		close(j.ran)
	}
}

// ask runs the job's operation, with nothing from a cache that is older than half of the time until it runs again: what is about to
// expire is loaded before that. The function that it returns reports whether nothing in the answer was invalidated since. Its error is
// one that clients may see.
func (j *job) ask(ctx context.Context) (valid func() bool, err error) {
	always := func() bool { return true }
	variables, err := j.variables()
	if err != nil {
		return always, err
	}
	answer := j.answer(ctx, &operation.Request{
		Prepared: j.prepared, ID: j.ID, Name: j.Operation, Variables: variables, Headers: j.Headers, ReadOnly: true, Peer: operation.Peer{Inside: true},
		MaxAge: j.Every / 2,
	})
	if valid = always; answer.Run != nil {
		valid = answer.Run.Valid
	}
	if len(answer.Errors) == 0 {
		return valid, nil
	}
	first, more := answer.Errors[0], ""
	if n := len(answer.Errors); n > 1 {
		more = fmt.Sprintf(", and %d errors more", n-1)
	}
	if len(first.Path) > 0 {
		return valid, fmt.Errorf("%s: %s%s", first.Path, first.Message, more)
	}
	return valid, errors.New(first.Message + more)
}

func (j *job) answer(ctx context.Context, r *operation.Request) (a *operation.Answer) {
	defer func() {
		if v := recover(); v != nil {
			a = j.options.Engine.Recovered(ctx, v)
		}
	}()
	return j.options.Engine.Run(ctx, r)
}

// outdated reports, once for each run, whether the job should run before it is its time: that run has failed, some time ago, or what it
// answered was invalidated since it began.
func (j *job) outdated() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.valid == nil {
		return false
	}
	outdated := j.OnInvalidation && !j.valid()
	if j.done.Error != "" {
		outdated = time.Since(j.done.Last) >= retryAfter
	}
	if outdated {
		j.valid = nil
	}
	return outdated
}

func (j *job) status() Status {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := j.done
	s.Name = j.Name
	if j.periodic != nil {
		s.Next = j.periodic.Next()
	}
	return s
}
