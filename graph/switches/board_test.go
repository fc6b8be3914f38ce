package switches_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"weft/graph/switches"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Without Redis a board is one process's.
func Example() {
	b := switches.New(switches.Options{
		Logger:    slog.New(slog.DiscardHandler),
		Upstreams: []string{"reviews"},
		Apply:     func(off []switches.Switch) { fmt.Println(len(off), "off") },
	})
	defer b.Close()
	fmt.Println(b.Set(context.Background(), switches.Change{Name: "upstream/reviews", Off: true, By: "anna"}))
	fmt.Println(b.Off()[0].Name)
	// Output:
	// 1 off
	// <nil>
	// upstream/reviews
}

func open(t *testing.T, addr string) *switches.Board {
	t.Helper()
	client := goredis.NewClient(&goredis.Options{Addr: addr, MaxRetries: -1})
	b := switches.New(switches.Options{Client: client})
	t.Cleanup(func() {
		b.Close()
		_ = client.Close()
	})
	return b
}

func names(b *switches.Board) string {
	var names []string
	for _, s := range b.Off() {
		names = append(names, s.Name)
	}
	return strings.Join(names, " ")
}

func eventually(t *testing.T, b *switches.Board, want string) {
	t.Helper()
	late := time.After(30 * time.Second)
	for names(b) != want {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-late:
			t.Fatalf("off: %s, want %s", names(b), want)
		}
	}
}

// The later setting holds, whoever makes it, and boards that turn one switch at the same time end up with the same.
func TestLaterHolds(t *testing.T) {
	server := miniredis.RunT(t)
	a, b := open(t, server.Addr()), open(t, server.Addr())
	for range 5 {
		var both sync.WaitGroup
		for i, board := range []*switches.Board{a, b} {
			both.Go(func() {
				for n := range 10 {
					if err := board.Set(t.Context(), switches.Change{Name: "prefetch", Off: (n+i)%2 == 0, By: "anna"}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		both.Wait()
		for _, off := range []bool{true, false} {
			if err := a.Set(t.Context(), switches.Change{Name: "operation/Last", Off: off, By: "anna"}); err != nil {
				t.Fatal(err)
			}
			late := time.After(30 * time.Second)
			for names(a) != names(b) || strings.Contains(names(b), "operation/Last") != off {
				select {
				case <-time.After(5 * time.Millisecond):
				case <-late:
					t.Fatalf("off: %s, and %s", names(a), names(b))
				}
			}
		}
	}
}

// What is in Redis and no setting turns nothing, and does not stand in the way of one.
func TestForeignFields(t *testing.T) {
	server := miniredis.RunT(t)
	for i, value := range []string{"", "x", "1", `x {"off": true}`, `1 {"off": 2}`, `99999999999999999999 {"off": true}`} {
		server.HSet("weft:switches", fmt.Sprint("operation/", i), value)
	}
	b := open(t, server.Addr())
	for i := range 6 {
		if err := b.Set(t.Context(), switches.Change{Name: fmt.Sprint("operation/", i), Off: true, By: "anna"}); err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
	if got := len(b.Off()); got != 6 {
		t.Errorf("%d are off, want 6", got)
	}
	c := open(t, server.Addr())
	eventually(t, c, names(b))
}

// There is room for so many switches, and no more.
func TestRoom(t *testing.T) {
	b := switches.New(switches.Options{})
	defer b.Close()
	for i := range 1000 {
		if err := b.Set(t.Context(), switches.Change{Name: fmt.Sprint("operation/", i), Off: i%2 == 0, By: "anna"}); err != nil {
			t.Fatal(err)
		}
	}
	err := b.Set(t.Context(), switches.Change{Name: "prefetch", Off: true, By: "anna"})
	if err == nil || errors.Is(err, switches.ErrNotShared) || !strings.Contains(err.Error(), "1000 switches are known already") {
		t.Errorf("got %v", err)
	}
	if err := b.Set(t.Context(), switches.Change{Name: "operation/1", Off: true, By: "anna"}); err != nil || len(b.Off()) != 501 {
		t.Errorf("got %v, and %d that are off", err, len(b.Off()))
	}
}

// A switch of an upstream that a schema has no more can be turned on, and not off.
func TestGone(t *testing.T) {
	server := miniredis.RunT(t)
	client := goredis.NewClient(&goredis.Options{Addr: server.Addr(), MaxRetries: -1})
	t.Cleanup(func() { _ = client.Close() })
	before := switches.New(switches.Options{Client: client, Upstreams: []string{"reviews"}})
	if err := before.Set(t.Context(), switches.Change{Name: "upstream/reviews", Off: true, By: "anna"}); err != nil {
		t.Fatal(err)
	}
	before.Close()
	after := open(t, server.Addr())
	eventually(t, after, "upstream/reviews")
	if err := after.Set(t.Context(), switches.Change{Name: "upstream/reviews", Off: true, By: "anna"}); err == nil {
		t.Error("it is turned off")
	}
	if err := after.Set(t.Context(), switches.Change{Name: "upstream/reviews", By: "anna"}); err != nil {
		t.Error(err)
	}
	eventually(t, after, "")
}
