package process

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// supervised is what came of a run function and two signals: after a second, and after a minute.
type supervised struct {
	code int
	took time.Duration // from the first signal on
	text string
}

// interrupt supervises run in fake time; later is whether there is a second signal.
func interrupt(t *testing.T, later bool, run func(ctx context.Context, ended <-chan struct{}) error) supervised {
	t.Helper()
	var result supervised
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan struct{}) // what hangs may end
		signals := make(chan os.Signal, 2)
		time.AfterFunc(time.Second, func() { signals <- syscall.SIGTERM })
		if later {
			time.AfterFunc(2*time.Second, func() { signals <- os.Interrupt })
		}
		start := time.Now().Add(time.Second)
		var text strings.Builder
		result.code = supervise(signals, &text, func(ctx context.Context) error { return run(ctx, ended) })
		result.took, result.text = time.Since(start), text.String()
		close(ended)
	})
	return result
}

func TestSupervise(t *testing.T) {
	const gaveUp = "3s were not enough to end what still runs: the process exits without it\n"
	drained := func(ctx context.Context) {
		ended := graceOf(ctx).serving(20 * time.Second)
		<-ctx.Done()
		time.Sleep(20 * time.Second)
		ended()
	}
	tests := []struct {
		name  string
		later bool
		run   func(ctx context.Context, ended <-chan struct{}) error
		want  supervised
	}{
		{"Ends", false, func(ctx context.Context, _ <-chan struct{}) error {
			drained(ctx)
			time.Sleep(closing - time.Nanosecond)
			return nil
		}, supervised{0, 20*time.Second + closing - time.Nanosecond, ""}},
		{"EndsWithAnError", false, func(ctx context.Context, _ <-chan struct{}) error {
			<-ctx.Done()
			return errors.New("some were cut off")
		}, supervised{1, 0, "some were cut off\n"}},
		{"NeverServes", false, func(_ context.Context, ended <-chan struct{}) error {
			<-ended
			return nil
		}, supervised{1, closing, gaveUp}},
		{"ServesForEver", false, func(ctx context.Context, ended <-chan struct{}) error {
			graceOf(ctx).serving(20 * time.Second)
			<-ended
			return nil
		}, supervised{1, 20*time.Second + closing, gaveUp}},
		{"ClosesForEver", false, func(ctx context.Context, ended <-chan struct{}) error {
			drained(ctx)
			<-ended
			return nil
		}, supervised{1, 20*time.Second + closing, gaveUp}},
		{"TheSecondOfTwoServersTakesLonger", false, func(ctx context.Context, ended <-chan struct{}) error {
			first := graceOf(ctx).serving(time.Second)
			second := graceOf(ctx).serving(20 * time.Second)
			<-ctx.Done()
			first()
			time.Sleep(20 * time.Second)
			second()
			<-ended
			return nil
		}, supervised{1, 20*time.Second + closing, gaveUp}},
		{"SecondSignal", true, func(ctx context.Context, ended <-chan struct{}) error {
			graceOf(ctx).serving(20 * time.Second)
			<-ended
			return nil
		}, supervised{128 + int(syscall.SIGINT), time.Second, ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := interrupt(t, tt.later, tt.run); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// A service whose listener fails closes what it holds in the same time, without any signal.
func TestSuperviseWithoutSignal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		var text strings.Builder
		start := time.Now()
		code := supervise(nil, &text, func(ctx context.Context) error {
			graceOf(ctx).serving(time.Minute)()
			<-hang
			return nil
		})
		if took := time.Since(start); code != 1 || took != closing {
			t.Errorf("got status %d after %s, want 1 after %s", code, took, closing)
		}
		close(hang)
	})
}

// While one of two services serves, the other's end ends nothing.
func TestSuperviseServesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var text strings.Builder
		code := supervise(nil, &text, func(ctx context.Context) error {
			first, second := graceOf(ctx).serving(time.Minute), graceOf(ctx).serving(time.Minute)
			first()
			time.Sleep(time.Hour)
			second()
			return nil
		})
		if code != 0 || text.String() != "" {
			t.Errorf("got status %d and %q, want 0 and nothing", code, text.String())
		}
	})
}
