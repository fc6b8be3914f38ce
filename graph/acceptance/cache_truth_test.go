package acceptance_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	storefront "weft/graph/generated"
	"weft/graph/service/processtest"
)

// TestStoppedProcess holds that a process that was stopped serves nothing, from its first answer on, that was invalidated meanwhile.
func TestStoppedProcess(t *testing.T) {
	server := realRedis(t)
	world := newNamed(t)
	program := processtest.Build(t)
	first, second := world.start(t, program, server.addr), world.start(t, program, server.addr)
	first.wants(t, 1, "a")
	second.wants(t, 1, "a")
	for _, name := range []string{"b", "c"} {
		signal(t, second, syscall.SIGSTOP)
		world.name(name)
		first.invalidate(t, `{"tags": ["product-p-1"]}`, http.StatusOK)
		<-time.After(2 * time.Second) // it is stopped for longer than what it has heard is trusted
		signal(t, second, syscall.SIGCONT)
		second.wants(t, 1, name)
	}
}

func signal(t *testing.T, p weftProcess, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(p.PID(), s); err != nil {
		t.Fatal(err)
	}
}

// TestMutationsOfWhichNobodyCanBeTold holds what clients see of redis.writes, while Redis is there and while it is not.
func TestMutationsOfWhichNobodyCanBeTold(t *testing.T) {
	program := processtest.Build(t)
	const done = `{"data":{"addReview":{"id":"r-1"}}`
	for writes, want := range map[string]string{
		"proceed": done + `,"extensions":{"invalidation":"local"}}`,
		"refuse": `{"errors":[{"message":"nothing was changed: replicas of this service cannot be told, and would serve old values: try again later",` +
			`"path":["addReview"],"locations":[{"line":1,"column":12}],"extensions":{"code":"INVALIDATION_UNAVAILABLE"}}],"data":{"addReview":null}}`,
	} {
		t.Run(writes, func(t *testing.T) {
			server := realRedis(t)
			world := newNamed(t)
			world.Handle("POST /reviews", func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(rw, `{"id": "r-1"}`)
			})
			cmd := exec.Command(program)
			cmd.Env = append(os.Environ(), "WEFT_REDIS_URL=redis://"+server.addr, "WEFT_REDIS_WRITES="+writes)
			for _, u := range storefront.Upstreams {
				cmd.Env = append(cmd.Env, "WEFT_UPSTREAM_"+strings.ToUpper(u.Name)+"_URL="+world.URL)
			}
			p := weftProcess{processtest.Start(t, cmd)}
			eventually(t, "it never has Redis", func() bool { return p.addsReview(t) == done+"}" })
			server.kill()
			calls := world.calls()
			if got := p.addsReview(t); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if sent := world.calls() - calls; (sent == 0) != (writes == "refuse") {
				t.Errorf("%d calls", sent)
			}
			server.run(t)
			eventually(t, "it does not recover", func() bool { return p.addsReview(t) == done+"}" })
		})
	}
}

// addReview is a mutation.
var addReview = fmt.Sprintf(`{"query": %q}`, `mutation { addReview(input: {productId: "p-1", rating: 5, text: "Good."}) { id } }`)

// addsReview adds a review, and returns the answer.
func (p weftProcess) addsReview(t *testing.T) string {
	t.Helper()
	return p.posts(t, addReview)
}

func (p weftProcess) posts(t *testing.T, body string) string {
	t.Helper()
	response, err := http.Post(p.URL, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// TestKilledMutation holds that what a mutation has changed is heard of elsewhere, though the process that has sent it was killed before it
// had an answer, and the service has done it only then.
func TestKilledMutation(t *testing.T) {
	t.Parallel()
	server := realRedis(t)
	world := newNamed(t)
	var count atomic.Int64
	world.Handle("GET /ratings", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(rw, `{"items": [{"productId": "p-1", "count": %d}]}`, count.Load())
	})
	arrived := make(chan struct{})
	world.Handle("POST /reviews", func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	})
	patient := filepath.Join(t.TempDir(), "weft.yaml") // so that nobody acts for the dead one before the service has done it, however busy this machine is
	const config = `{upstreams: {reviews: {timeout: 8s}}, images: {pictures: {template: "https://images.example/{source}", hosts: [images.example]}}}`
	if err := os.WriteFile(patient, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	program := processtest.Build(t)
	first, second := world.start(t, program, server.addr, "-config="+patient), world.start(t, program, server.addr)
	rated := func(n int) bool {
		return second.posts(t, `{"query": "{ product(id: \"p-1\") { rating { count } } }"}`) == fmt.Sprintf(`{"data":{"product":{"rating":{"count":%d}}}}`, n)
	}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		response, err := http.Post(first.URL, "application/json", strings.NewReader(addReview))
		if err == nil {
			_ = response.Body.Close()
		}
	}()
	<-arrived
	if err := syscall.Kill(first.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-sent
	eventually(t, "what the service says is not kept, so that nothing is tested", func() bool {
		calls := world.calls()
		return rated(0) && world.calls() == calls
	})
	count.Add(1)
	eventually(t, "nobody does what the dead one has left", func() bool { return rated(1) })
}
