package persisted_test

import (
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	goredis "github.com/redis/go-redis/v9"

	"weft/cache/redis/redistest"
	"weft/graph/persisted"
)

// startRedis starts a redis-server, and skips the test where there is none; TEST_REQUIRE_REDIS makes that a failure.
func startRedis(t *testing.T) *goredis.Client {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("TEST_REQUIRE_REDIS") != "" {
			t.Fatal(err)
		}
		t.Skip("needs redis-server")
	}
	port := redistest.FreePort(t)
	cmd := exec.Command(path, "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--dir", t.TempDir(), "--save", "", "--loglevel", "warning")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	client := goredis.NewClient(&goredis.Options{Addr: fmt.Sprintf("127.0.0.1:%d", port)})
	t.Cleanup(func() {
		_ = client.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for deadline := time.Now().Add(10 * time.Second); client.Ping(t.Context()).Err() != nil; {
		if time.Now().After(deadline) {
			t.Fatal("redis-server does not answer")
		}
	}
	return client
}

func TestRedis(t *testing.T) {
	client := startRedis(t)
	const limit = 20_000
	r := persisted.NewRedis(client, persisted.RedisOptions{Prefix: "shop", MaxBytes: limit, TTL: time.Hour})
	get := func(digest string) string {
		t.Helper()
		text, err := r.Get(t.Context(), digest)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	put := func(text string) string {
		t.Helper()
		digest := persisted.Digest(text)
		if err := r.Put(t.Context(), digest, text); err != nil {
			t.Fatal(err)
		}
		return digest
	}
	weight := func() (counted, are int) {
		t.Helper()
		for field, value := range client.HGetAll(t.Context(), "shop:registered").Val() {
			if field == "bytes" {
				counted, _ = strconv.Atoi(value)
				continue
			}
			are += len(field) + len(value)
		}
		return counted, are
	}

	page := persisted.Digest(pageText)
	if got := get(page); got != "" {
		t.Errorf("before: %q", got)
	}
	for range 3 {
		put(pageText)
		if got := get(page); got != pageText {
			t.Errorf("got %q, want %q", got, pageText)
		}
		if counted, are := weight(); counted != are {
			t.Errorf("%d bytes are counted, there are %d", counted, are)
		}
	}
	var last string
	for i := range 200 {
		text := fmt.Sprintf("{ a%d%s }", i, strings.Repeat(" ", 10*(i%50)))
		if last = put(text); get(last) != text {
			t.Fatalf("%q is not there after it was put", text)
		}
		if counted, are := weight(); counted != are || are > limit {
			t.Fatalf("after %d texts %d bytes are counted, there are %d, %d may be", i, counted, are, limit)
		}
	}
	if ttl := client.TTL(t.Context(), "shop:registered").Val(); ttl <= 0 || ttl > time.Hour {
		t.Errorf("it expires after %s, want an hour", ttl)
	}
	if keys := client.Keys(t.Context(), "*").Val(); len(keys) != 1 {
		t.Errorf("Redis has %v, want one key", keys)
	}

	// A count that somebody has made wrong is put right.
	client.HSet(t.Context(), "shop:registered", "bytes", 1<<40)
	put(pageText)
	if counted, are := weight(); counted != are {
		t.Errorf("%d bytes are counted, there are %d", counted, are)
	}
}

// A text that is not its digest's is removed and counted, and never made new.
func TestRedisWrongText(t *testing.T) {
	client := startRedis(t)
	shared := persisted.NewRedis(client, persisted.RedisOptions{TTL: time.Hour})
	other, digest := persisted.Digest("{ other }"), persisted.Digest(pageText)
	if err := shared.Put(t.Context(), other, "{ other }"); err != nil {
		t.Fatal(err)
	}
	before := client.HGetAll(t.Context(), "weft:registered").Val()
	if err := shared.Put(t.Context(), digest, "{ wrong }"); err != nil {
		t.Fatal(err)
	}
	old := fmt.Sprintf("%d { wrong }", time.Now().Add(-59*time.Minute).Unix())
	client.HSet(t.Context(), "weft:registered", digest, old) // as long as what it was put with
	r := persisted.NewRegistry(persisted.RegistryOptions{Store: shared, Logger: slog.New(slog.DiscardHandler)})
	for range 2 {
		if text, found := r.Lookup(t.Context(), digest); found {
			t.Errorf("found %s", text)
		}
		if diff := cmp.Diff(before, client.HGetAll(t.Context(), "weft:registered").Val()); diff != "" {
			t.Errorf("Redis has (-want +got):\n%s", diff)
		}
	}
	if n := r.Wrong(); n != 1 {
		t.Errorf("%d are counted, want 1", n)
	}
	if text, found := r.Lookup(t.Context(), other); !found || text != "{ other }" {
		t.Errorf("Redis is left alone after a wrong text: got %q", text)
	}
	if err := r.Register(t.Context(), digest, pageText); err != nil {
		t.Fatal(err)
	}
	if text, err := shared.Get(t.Context(), digest); err != nil || text != pageText {
		t.Errorf("got %q, %v after it was registered", text, err)
	}
}

// A text that is too old is not there, and one that is asked for in its second half is new again.
func TestRedisAges(t *testing.T) {
	client := startRedis(t)
	r := persisted.NewRedis(client, persisted.RedisOptions{TTL: time.Hour})
	digest := persisted.Digest(pageText)
	aged := func(age time.Duration) string { return fmt.Sprintf("%d %s", time.Now().Add(-age).Unix(), pageText) }
	for age, want := range map[time.Duration]string{61 * time.Minute: "", 59 * time.Minute: pageText, time.Minute: pageText} {
		value := aged(age)
		client.HSet(t.Context(), "weft:registered", digest, value)
		got, err := r.Get(t.Context(), digest)
		if err != nil || got != want {
			t.Errorf("after %s: got %q, %v, want %q", age, got, err, want)
		}
		renewed := client.HGet(t.Context(), "weft:registered", digest).Val() != value
		if want := age == 59*time.Minute; renewed != want {
			t.Errorf("after %s: renewed %t, want %t", age, renewed, want)
		}
	}
	for _, value := range []string{"", "nothing", "x " + pageText} {
		client.HSet(t.Context(), "weft:registered", digest, value)
		if got, err := r.Get(t.Context(), digest); err != nil || got != "" {
			t.Errorf("%q: got %q, %v, want nothing", value, got, err)
		}
	}
}
