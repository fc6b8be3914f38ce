package deadline_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"weft/deadline"
)

// TestDeadline holds a deadline against a context of the standard library's with the same parent: asked at any time, in any
// way, they say the same.
func TestDeadline(t *testing.T) {
	type key struct{}
	ends := []struct {
		name string
		do   func(cancel context.CancelCauseFunc, end func())
	}{
		{"None", func(context.CancelCauseFunc, func()) {}},
		{"Parent", func(cancel context.CancelCauseFunc, _ func()) { cancel(errors.New("client left")) }},
		{"Itself", func(_ context.CancelCauseFunc, end func()) { end() }},
		{"Time", func(context.CancelCauseFunc, func()) { time.Sleep(2 * time.Second) }},
	}
	asked := []struct {
		name string
		of   func(ctx context.Context) any
	}{
		{"Err", func(ctx context.Context) any { return ctx.Err() }},
		{"Cause", func(ctx context.Context) any { return errorText(context.Cause(ctx)) }},
		{"Value", func(ctx context.Context) any { return ctx.Value(key{}) }},
		{"Deadline", func(ctx context.Context) any { at, ok := ctx.Deadline(); return [2]any{at.String(), ok} }},
		{"Done", func(ctx context.Context) any {
			select {
			case <-ctx.Done():
				return true
			default:
				return false
			}
		}},
		{"Child", func(ctx context.Context) any {
			child, cancel := context.WithCancel(ctx)
			defer cancel()
			synctest.Wait()
			return errorText(context.Cause(child))
		}},
	}
	for _, end := range ends {
		for _, before := range append(asked, struct {
			name string
			of   func(ctx context.Context) any
		}{"Nothing", func(context.Context) any { return nil }}) {
			for _, after := range asked {
				t.Run(end.name+"/"+before.name+"/"+after.name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						run := func(make func(context.Context) (context.Context, func())) any {
							parent, cancel := context.WithCancelCause(context.WithValue(t.Context(), key{}, "value"))
							defer cancel(nil)
							ctx, stop := make(parent)
							defer stop()
							before.of(ctx)
							end.do(cancel, stop)
							synctest.Wait()
							return after.of(ctx)
						}
						want := run(func(parent context.Context) (context.Context, func()) {
							ctx, cancel := context.WithTimeout(parent, time.Second)
							return ctx, cancel
						})
						got := run(func(parent context.Context) (context.Context, func()) {
							d := newDeadline(parent, time.Second)
							return d, d.End
						})
						if after.name != "Deadline" && got != want {
							t.Errorf("got %v, want %v", got, want)
						}
					})
				})
			}
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestDeadlineIsTheEarlier(t *testing.T) {
	parent, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	at, _ := parent.Deadline()
	d := newDeadline(parent, time.Hour)
	defer d.End()
	if got, ok := d.Deadline(); !ok || !got.Equal(at) {
		t.Errorf("got %v, %t, want the parent's %v", got, ok, at)
	}
}

// TestDeadlineEndsChildren is the way of a request: something waits in a child when the time is over.
func TestDeadlineEndsChildren(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDeadline(t.Context(), time.Second)
		defer d.End()
		child, cancel := context.WithCancel(d)
		defer cancel()
		start := time.Now()
		<-child.Done()
		if took := time.Since(start); took != time.Second || !errors.Is(context.Cause(child), context.DeadlineExceeded) {
			t.Errorf("got %v after %v, want DeadlineExceeded after 1s", context.Cause(child), took)
		}
	})
}

func newDeadline(parent context.Context, timeout time.Duration) *deadline.Context {
	d := new(deadline.Context)
	d.Begin(parent, time.Now().Add(timeout))
	return d
}
