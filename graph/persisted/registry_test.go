package persisted_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"weft/graph/persisted"
)

// shelf is a Store that does as it is told.
type shelf struct {
	texts map[string]string
	asked atomic.Int64
	err   error
}

func (s *shelf) Get(ctx context.Context, digest string) (string, error) {
	s.asked.Add(1)
	if s.err != nil {
		return "", s.err
	}
	return s.texts[digest], ctx.Err()
}

func (s *shelf) Put(_ context.Context, digest, text string) error {
	s.asked.Add(1)
	if s.err != nil {
		return s.err
	}
	s.texts[digest] = text
	return nil
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestRegistry(t *testing.T) {
	r := persisted.NewRegistry(persisted.RegistryOptions{})
	digest := persisted.Digest(pageText)
	if text, found := r.Lookup(t.Context(), digest); found {
		t.Errorf("before it was registered: %q", text)
	}
	if err := r.Register(t.Context(), digest, meText); !errors.Is(err, persisted.ErrDigest) {
		t.Errorf("another text: got %v, want ErrDigest", err)
	}
	if err := r.Register(t.Context(), digest, pageText); err != nil {
		t.Fatal(err)
	}
	if text, _ := r.Lookup(t.Context(), digest); text != pageText {
		t.Errorf("got %q, want %q", text, pageText)
	}
	if err := r.Register(t.Context(), digest, meText); !errors.Is(err, persisted.ErrDigest) {
		t.Errorf("another text under a known digest: got %v, want ErrDigest", err)
	}
}

// Whoever registers without end displaces what nobody uses, and no more than the bound is kept.
func TestRegistryBounds(t *testing.T) {
	const limit = 64 << 10
	r := persisted.NewRegistry(persisted.RegistryOptions{MaxBytes: limit})
	register := func(text string) string {
		t.Helper()
		digest := persisted.Digest(text)
		if err := r.Register(t.Context(), digest, text); err != nil {
			t.Fatal(err)
		}
		return digest
	}
	used := register(pageText)
	var all []string
	for i := range 1000 {
		all = append(all, register(fmt.Sprintf("{ a%d%s }", i, strings.Repeat(" ", 500))))
		if _, found := r.Lookup(t.Context(), used); !found {
			t.Fatalf("what is used was displaced after %d others", i)
		}
	}
	bytes := 0
	for _, digest := range all {
		text, _ := r.Lookup(t.Context(), digest)
		bytes += len(text)
	}
	if bytes == 0 || bytes > limit {
		t.Errorf("%d bytes of text are kept, want some and at most %d", bytes, limit)
	}
	if _, found := r.Lookup(t.Context(), register("{ a }"+strings.Repeat(" ", limit/64))); found {
		t.Error("a text of more than a 64th is kept")
	}
}

// What nobody asks for goes after its time, and what somebody asks for stays. What has gone may be registered again.
func TestRegistryForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ttl = time.Hour
		r := persisted.NewRegistry(persisted.RegistryOptions{TTL: ttl})
		digest := persisted.Digest(pageText)
		for range 2 {
			if err := r.Register(t.Context(), digest, pageText); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				time.Sleep(ttl)
				if text, _ := r.Lookup(t.Context(), digest); text != pageText {
					t.Errorf("asked for each hour: got %q, want %q", text, pageText)
				}
			}
			time.Sleep(ttl + 1)
			if text, found := r.Lookup(t.Context(), digest); found {
				t.Errorf("after its time: got %q", text)
			}
		}
	})
}

// Replicas share what they learn; what is shared counts only if it is what it says.
func TestRegistryShared(t *testing.T) {
	s := &shelf{texts: map[string]string{}}
	a := persisted.NewRegistry(persisted.RegistryOptions{Store: s, Logger: quiet()})
	b := persisted.NewRegistry(persisted.RegistryOptions{Store: s, Logger: quiet()})
	page, me := persisted.Digest(pageText), persisted.Digest(meText)
	if err := a.Register(t.Context(), page, pageText); err != nil {
		t.Fatal(err)
	}
	if text, _ := b.Lookup(t.Context(), page); text != pageText {
		t.Errorf("the other replica has %q, want %q", text, pageText)
	}
	s.texts[me] = "{ secrets }"
	if text, found := b.Lookup(t.Context(), me); found {
		t.Errorf("a text that is not its digest's is used: %q", text)
	}
	asked := s.asked.Load()
	for _, id := range []string{"", "a", strings.ToUpper(page), page + "0"} {
		if _, found := b.Lookup(t.Context(), id); found {
			t.Errorf("%q is found", id)
		}
	}
	if s.asked.Load() != asked {
		t.Error("it is asked for what is no digest")
	}
}

// What fails is left alone, and fails nobody's request.
func TestRegistrySharedDown(t *testing.T) {
	s := &shelf{err: errors.New("connection refused")}
	r := persisted.NewRegistry(persisted.RegistryOptions{Store: s, Logger: quiet()})
	digest := persisted.Digest(pageText)
	if err := r.Register(t.Context(), digest, pageText); err != nil {
		t.Fatal(err)
	}
	if text, _ := r.Lookup(t.Context(), digest); text != pageText {
		t.Errorf("got %q, want %q", text, pageText)
	}
	r.Lookup(t.Context(), persisted.Digest(meText))
	if n := s.asked.Load(); n != 1 {
		t.Errorf("it was asked %d times, want once", n)
	}
}

// That a client leaves says nothing about what is shared.
func TestRegistryClientLeaves(t *testing.T) {
	s := &shelf{texts: map[string]string{}}
	r := persisted.NewRegistry(persisted.RegistryOptions{Store: s, Logger: quiet()})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	digest := persisted.Digest(meText)
	r.Lookup(ctx, digest)
	if err := r.Register(ctx, digest, meText); err != nil {
		t.Fatal(err)
	}
	if s.texts[digest] != meText {
		t.Error("what was registered last is not shared")
	}
}

// Nor does a client that has no time: others go on finding what is shared.
func TestRegistryClientHasNoTime(t *testing.T) {
	digest := persisted.Digest(pageText)
	s := &shelf{texts: map[string]string{digest: pageText}, err: context.DeadlineExceeded}
	r := persisted.NewRegistry(persisted.RegistryOptions{Store: s, Logger: quiet()})
	late, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	r.Lookup(late, persisted.Digest(meText))
	s.err = nil
	if text, _ := r.Lookup(t.Context(), digest); text != pageText {
		t.Errorf("got %q, want %q", text, pageText)
	}
}
