package loaders_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/graph-gophers/dataloader/v7"

	"weft/loaders"
)

// hanging is an upstream that answers after an hour unless its context ends before.
func hanging(ended *error) *upstream {
	return &upstream{before: func(ctx context.Context, _ []int) {
		select {
		case <-ctx.Done():
			*ended = context.Cause(ctx)
		case <-time.After(time.Hour):
		}
	}}
}

func TestCancelledWaiterLeavesTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended error
		u := hanging(&ended)
		l := loaders.New(u.batch, loaders.Options{})
		impatient, cancel := context.WithCancel(t.Context())
		lost, kept := l.Load(impatient, 1), l.Load(t.Context(), 1) // the first caller is the one who leaves
		time.Sleep(time.Second)
		cancel()
		if _, err := lost(); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
		want(t, kept, 1)
		want(t, lost, 1) // the answer is there now
		if ended != nil {
			t.Errorf("the call was cancelled: %v", ended)
		}
	})
}

func TestLastWaiterCancelsTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended error
		u := hanging(&ended)
		l := loaders.New(u.batch, loaders.Options{Max: 2})
		gone := errors.New("client is gone")
		one, cancelOne := context.WithCancelCause(t.Context())
		two, cancelTwo := context.WithCancelCause(t.Context())
		first, second, other := l.Load(one, 1), l.Load(two, 2), l.Load(t.Context(), 3)
		time.Sleep(time.Second)
		cancelOne(nil)
		synctest.Wait()
		if ended != nil {
			t.Fatal("cancelled although key 2 is waited for")
		}
		cancelTwo(gone)
		synctest.Wait()
		if ended != gone {
			t.Errorf("the call ended with %v, want the cause of the last waiter", ended)
		}
		for _, thunk := range []dataloader.Thunk[int]{first, second} {
			if _, err := thunk(); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want context.Canceled", err)
			}
		}
		want(t, l.Load(t.Context(), 1), 1) // a cancelled load does not stay
		want(t, other, 9)                  // a chunk of its own
		if diff := cmp.Diff([][]int{{1}, {1, 2}, {3}}, u.seen()); diff != "" {
			t.Error("calls (-want +got):\n" + diff)
		}
	})
}

func TestLateWaiterKeepsTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended error
		u := hanging(&ended)
		l := loaders.New(u.batch, loaders.Options{})
		early, cancel := context.WithCancel(t.Context())
		l.Load(early, 1)
		time.Sleep(time.Second) // in flight
		late := l.Load(t.Context(), 1)
		cancel()
		want(t, late, 1)
		if len(u.seen()) != 1 || ended != nil {
			t.Errorf("calls %v, ended by %v, want one to its end", u.seen(), ended)
		}
	})
}

func TestNewcomerAfterTheLastStartsAnew(t *testing.T) {
	for range 100 { // the newcomer comes before or after the loader has noticed
		synctest.Test(t, func(t *testing.T) {
			var ended error
			u := hanging(&ended)
			l := loaders.NewEach(u.each, loaders.Options{})
			ctx, cancel := context.WithCancel(t.Context())
			l.Load(ctx, 1)
			synctest.Wait()
			cancel()
			want(t, l.Load(t.Context(), 1), 1)
			if len(u.seen()) != 2 || !errors.Is(ended, context.Canceled) {
				t.Errorf("calls %v, ended by %v, want the cancelled one and a new one", u.seen(), ended)
			}
		})
	}
}

func TestNothingIsSentForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended error
		u := hanging(&ended)
		l := loaders.New(u.batch, loaders.Options{Max: 1, Parallel: 1})
		ctx, cancel := context.WithCancel(t.Context())
		running := l.Load(t.Context(), 1)
		time.Sleep(time.Second)
		queued := l.Load(ctx, 2)
		time.Sleep(time.Second)
		collected := l.Load(ctx, 3)
		cancel()
		late := l.Load(ctx, 4)
		for _, thunk := range []dataloader.Thunk[int]{queued, collected, late} {
			if _, err := thunk(); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want context.Canceled", err)
			}
		}
		want(t, running, 1)
		want(t, l.Load(ctx, 1), 1) // what is known is given even so
		l.Wait()
		if diff := cmp.Diff([][]int{{1}}, u.seen()); diff != "" {
			t.Error("calls (-want +got):\n" + diff)
		}
		want(t, l.Load(t.Context(), 3), 9)
	})
}

func TestKeysOfThoseWhoLeftStayBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var u upstream
		l := loaders.New(u.batch, loaders.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		l.Load(ctx, 1)
		kept := l.Load(t.Context(), 2)
		cancel()
		want(t, kept, 4)
		if diff := cmp.Diff([][]int{{2}}, u.seen()); diff != "" {
			t.Error("calls (-want +got):\n" + diff)
		}
		want(t, l.Load(t.Context(), 1), 1)
	})
}

func TestCancelledCallForgetsOnlyItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended error
		u := hanging(&ended)
		l := loaders.NewEach(u.each, loaders.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		l.Load(ctx, 1)
		synctest.Wait() // in flight
		newer := l.Clear(t.Context(), 1).Load(t.Context(), 1)
		cancel()
		synctest.Wait()
		want(t, l.Load(t.Context(), 1), 1)
		want(t, newer, 1)
		l.Wait()
		if len(u.seen()) != 2 {
			t.Errorf("calls %v, want the newer one shared", u.seen())
		}
	})
}

type operation struct{}

func TestContextOfTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		soon, cancelSoon := context.WithTimeout(context.WithValue(t.Context(), operation{}, "first"), time.Minute)
		defer cancelSoon()
		late, cancelLate := context.WithTimeout(t.Context(), time.Hour)
		defer cancelLate()
		var got context.Context
		u := upstream{before: func(ctx context.Context, _ []int) { got = ctx }}
		l := loaders.New(u.batch, loaders.Options{})

		l.Load(soon, 1)
		l.Load(late, 2)
		l.Wait()
		if v := got.Value(operation{}); v != "first" {
			t.Errorf("got value %v, want the first caller's", v)
		}
		last, _ := late.Deadline()
		if d, ok := got.Deadline(); !ok || !d.Equal(last) {
			t.Errorf("got deadline %v, %v, want %v, the latest", d, ok, last)
		}

		l.Load(soon, 3)
		l.Load(t.Context(), 4)
		l.Wait()
		if d, ok := got.Deadline(); ok {
			t.Errorf("got deadline %v although one caller has none", d)
		}
	})
}

func TestDeadlineEndsTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended error
		u := hanging(&ended)
		l := loaders.NewEach(u.each, loaders.Options{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := l.Load(ctx, 1)(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want context.DeadlineExceeded", err)
		}
		l.Wait()
		if !errors.Is(ended, context.DeadlineExceeded) {
			t.Errorf("the call ended with %v, want context.DeadlineExceeded", ended)
		}
	})
}
