package acceptance_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	storefront "weft/graph/generated"
	"weft/graph/service/processtest"
	"weft/upstream/upstreamtest"
)

// adminToken opens the admin listeners of the processes.
const adminToken = "the token of the admin listeners"

// TestCacheProcesses runs weft twice over one redis-server: what one process has asked for, the other finds; what one is told to
// forget, the other forgets; and without Redis both answer as before, and find each other's values again when there is a new one.
func TestCacheProcesses(t *testing.T) {
	server := realRedis(t)
	world := newNamed(t)
	program := processtest.Build(t)
	first, second := world.start(t, program, server.addr), world.start(t, program, server.addr)

	id := 0
	eventually(t, "the second process calls for what the first had asked for", func() bool { // as it may while Redis is slow, on a busy machine
		id++
		first.wants(t, id, "a")
		calls := world.calls()
		second.wants(t, id, "a")
		second.wantsBy(t, `query Other { product(id: "p-1") { id name } }`, id, "a")
		return world.calls() == calls
	})

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
	calls := world.calls()
	first.wants(t, 1, "c")
	if n := world.calls() - calls; n > 1 {
		t.Errorf("%d calls", n)
	}

	server.run(t)
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
	for _, p := range []weftProcess{first, second} {
		p.Terminate(t)
		p.Ends(t)
	}
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

// weftProcess is a running weft.
type weftProcess struct{ *processtest.Process }

// start starts a process over the upstreams and a Redis.
func (w *named) start(t *testing.T, program, redis string, flags ...string) weftProcess {
	t.Helper()
	cmd := exec.Command(program, flags...)
	cmd.Env = append(os.Environ(), "WEFT_ADMIN_ADDR=127.0.0.1:0", "WEFT_ADMIN_TOKEN="+adminToken,
		"WEFT_REDIS_URL=redis://"+redis, "WEFT_CACHE_SECRET=a secret of all processes")
	for _, u := range storefront.Upstreams {
		cmd.Env = append(cmd.Env, "WEFT_UPSTREAM_"+strings.ToUpper(u.Name)+"_URL="+w.URL)
	}
	return weftProcess{processtest.Start(t, cmd)}
}

// name asks for a product's name.
func (p weftProcess) name(t *testing.T, query string, id int) string {
	t.Helper()
	query = strings.Replace(query, "p-1", fmt.Sprint("p-", id), 1)
	response, err := http.DefaultClient.Do(graphRequest{Query: query}.get(t.Context(), t, p.URL))
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

func (p weftProcess) wants(t *testing.T, id int, name string) {
	t.Helper()
	p.wantsBy(t, oneProduct, id, name)
}

func (p weftProcess) wantsBy(t *testing.T, query string, id int, name string) {
	t.Helper()
	if got := p.name(t, query, id); got != name {
		t.Errorf("product %d is %q, want %q", id, got, name)
	}
}

// soon waits until a product has a name.
func (p weftProcess) soon(t *testing.T, id int, name string) {
	t.Helper()
	eventually(t, "product never becomes "+name, func() bool { return p.name(t, oneProduct, id) == name })
}

func (p weftProcess) invalidate(t *testing.T, body string, status int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.Admin+"/invalidate", strings.NewReader(body))
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
