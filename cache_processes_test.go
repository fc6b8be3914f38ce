package main_test

import (
	"bufio"
	"context"
	"encoding/json"
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

	goredis "github.com/redis/go-redis/v9"

	storefront "weft/graph/generated"
	"weft/upstream/upstreamtest"
)

// adminToken opens the admin listeners of the processes.
const adminToken = "the token of the admin listeners"

// TestCacheProcesses runs weft twice over one redis-server: what one process has asked for, the other finds; what one is told to
// forget, the other forgets; and without Redis both answer as before, and find each other's values again when there is a new one.
func TestCacheProcesses(t *testing.T) {
	server := realRedis(t)
	world := newNamed(t)
	program := build(t)
	first, second := world.start(t, program, server.addr), world.start(t, program, server.addr)

	first.wants(t, 1, "a")
	server.await(t, 2) // the product, and the whole answer
	calls := world.calls()
	second.wants(t, 1, "a")
	second.wantsBy(t, `query Other { product(id: "p-1") { id name } }`, 1, "a")
	if n := world.calls() - calls; n != 0 {
		t.Errorf("the second process made %d calls for what the first had asked for", n)
	}

	world.name("b")
	second.wants(t, 1, "a")
	first.invalidate(t, `{"tags": ["product-p-1"]}`, http.StatusOK)
	first.wants(t, 1, "b")
	second.soon(t, 1, "b")

	server.kill()
	world.name("c")
	first.wants(t, 2, "c")
	second.wants(t, 2, "c")
	first.invalidate(t, `{"keys": ["Product:p-1"]}`, http.StatusServiceUnavailable) // the others may not hear of it
	first.wants(t, 1, "c")
	second.soon(t, 1, "c") // it trusts its memory no longer
	calls = world.calls()
	first.wants(t, 1, "c")
	if n := world.calls() - calls; n > 1 {
		t.Errorf("%d calls", n)
	}

	server.run(t)
	id := 10
	eventually(t, "the processes do not find each other's values again", func() bool {
		id++
		first.wants(t, id, "c")
		before := world.calls()
		second.wants(t, id, "c")
		return world.calls() == before
	})
	world.name("d")
	second.invalidate(t, `{"types": ["Product"]}`, http.StatusOK)
	second.wants(t, id, "d")
	first.soon(t, id, "d")
	for _, p := range []*weftProcess{first, second} {
		p.stop(t)
	}
}

// await waits until Redis has values.
func (s *redisServer) await(t testing.TB, n int) {
	t.Helper()
	client := goredis.NewClient(&goredis.Options{Addr: s.addr})
	defer client.Close()
	eventually(t, "the values do not come to Redis", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		keys, err := client.Keys(ctx, "weft:v:*").Result()
		return err == nil && len(keys) >= n
	})
}

// named are the upstreams: all products have one name.
type named struct {
	*upstreamtest.Server

	current atomic.Pointer[string]
}

func newNamed(t *testing.T) *named {
	w := &named{Server: upstreamtest.New(t)}
	w.name("a")
	w.Handle("GET /products/{id}", func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(rw, `{"data": {"id": %q, "name": %q}}`, r.PathValue("id"), *w.current.Load())
	})
	return w
}

func (w *named) name(n string) { w.current.Store(&n) }

func (w *named) calls() int { return len(w.Calls()) }

// build returns the path of the program.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "weft")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

// weftProcess is a running weft.
type weftProcess struct {
	url, admin string
	cmd        *exec.Cmd
	ended      chan error
}

// start starts a process over the upstreams and a Redis.
func (w *named) start(t *testing.T, program, redis string) *weftProcess {
	t.Helper()
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "WEFT_ADMIN_ADDR=127.0.0.1:0", "WEFT_ADMIN_TOKEN="+adminToken,
		"WEFT_REDIS_URL=redis://"+redis, "WEFT_CACHE_SECRET=a secret of all processes")
	for _, u := range storefront.Upstreams {
		cmd.Env = append(cmd.Env, "WEFT_UPSTREAM_"+strings.ToUpper(u.Name)+"_URL="+w.URL)
	}
	return startProcess(t, cmd)
}

// startProcess starts cmd, a weft, on a free port, and returns when it is ready. It is ended with the test.
func startProcess(t *testing.T, cmd *exec.Cmd) *weftProcess {
	t.Helper()
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, "WEFT_ADDR=127.0.0.1:0")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &weftProcess{cmd: cmd, ended: make(chan error, 1)}
	ready := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			label, url, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
			switch url = strings.TrimSpace(url); label {
			case "Admin":
				p.admin = url
			case "Endpoint":
				ready <- url
			default:
				t.Log(lines.Text())
			}
		}
		p.ended <- cmd.Wait()
	}()
	t.Cleanup(func() {
		if p.ended != nil {
			_ = cmd.Process.Kill()
			<-p.ended
		}
	})
	select {
	case p.url = <-ready:
	case err := <-p.ended:
		p.ended = nil
		t.Fatalf("weft has ended: %v", err)
	}
	return p
}

// stop lets the process end as it wants to.
func (p *weftProcess) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.ends(t)
}

// ends waits for the process's end, which has to be a good one.
func (p *weftProcess) ends(t *testing.T) {
	t.Helper()
	if err := <-p.ended; err != nil {
		t.Errorf("weft ended with %v", err)
	}
	p.ended = nil
}

// name asks for a product's name.
func (p *weftProcess) name(t *testing.T, query string, id int) string {
	t.Helper()
	query = strings.Replace(query, "p-1", fmt.Sprint("p-", id), 1)
	response, err := http.DefaultClient.Do(graphRequest{Query: query}.get(t.Context(), t, p.url))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var a struct {
		Errors []json.RawMessage
		Data   struct{ Product struct{ Name string } }
	}
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil || len(a.Errors) > 0 {
		t.Errorf("%s: %v, %s", query, err, a.Errors)
	}
	return a.Data.Product.Name
}

func (p *weftProcess) wants(t *testing.T, id int, name string) {
	t.Helper()
	p.wantsBy(t, oneProduct, id, name)
}

func (p *weftProcess) wantsBy(t *testing.T, query string, id int, name string) {
	t.Helper()
	if got := p.name(t, query, id); got != name {
		t.Errorf("product %d is %q, want %q", id, got, name)
	}
}

// soon waits until a product has a name.
func (p *weftProcess) soon(t *testing.T, id int, name string) {
	t.Helper()
	eventually(t, "product never becomes "+name, func() bool { return p.name(t, oneProduct, id) == name })
}

func (p *weftProcess) invalidate(t *testing.T, body string, status int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.admin+"/invalidate", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Authorization": {"Bearer " + adminToken}, "Content-Type": {"application/json"}}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text, _ := io.ReadAll(response.Body); response.StatusCode != status {
		t.Errorf("POST /invalidate %s: status %d, want %d: %s", body, response.StatusCode, status, text)
	}
}
