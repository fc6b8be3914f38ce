package faults_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"weft/graph/config"
	"weft/graph/generated"
	"weft/graph/process"
	"weft/graph/resolver"
	"weft/graph/service"
	"weft/upstream"
	"weft/upstream/upstreamtest"
)

var update = flag.Bool("update", false, "write calls and answers of README.md anew")

const (
	callTime   = 800 * time.Millisecond // of a call to who does not answer
	plenty     = 10 * time.Second       // of any other
	answerTime = 20 * time.Second       // of a request: what hangs for so long is a failure of the test
	token      = "sixteen-bytes-or-more"

	rowsAtLeast = 100
)

// operations are those of the table, by kind; of queries with the age at which answers are stale.
var operations = map[string]struct {
	query string
	age   int // in seconds: beyond maxAge and staleWhileRevalidate, and within staleIfError
}{
	"query":    {`{ product(id: "p-1") { name weightGrams } }`, 400},
	"batch":    {`{ a: product(id: "p-1") { name } b: product(id: "p-2") { name } }`, 400},
	"list":     {`{ brands { id name } }`, 5000},
	"mutation": {`mutation { addReview(input: {productId: "p-1", rating: 5, text: "It is."}) { id } }`, 0},
}

// row is one of the table.
type row struct{ fault, operation, kept, retries, calls, answer string }

func (r row) String() string {
	return fmt.Sprintf("| %s | %s | %s | %s | %s | `%s` |\n", r.fault, r.operation, r.kept, r.retries, r.calls, r.answer)
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestFaults runs each row of README.md.
func TestFaults(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	logged := new(bytes.Buffer)
	logger := slog.New(slog.NewTextHandler(logged, nil))
	defer process.TakeLog(logger)()
	names := upstreamtest.NewNames(t)
	var out strings.Builder
	rows, tried := 0, map[string]bool{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(line, "|\n"), " | ")
		if len(cells) != 6 || strings.Contains(cells[0], "fault") {
			out.WriteString(line)
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		want := row{cells[0], cells[1], cells[2], cells[3], cells[4], strings.Trim(cells[5], "`")}
		rows++
		tried[want.fault] = true
		got := want
		t.Run(strings.Join(cells[:4], "/"), func(t *testing.T) {
			got.calls, got.answer = want.run(t, logger, names)
			if got != want && !*update {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
		out.WriteString(got.String())
	}
	for name := range faults {
		if !tried[name] {
			t.Errorf("no row has a service do this: %s", name)
		}
	}
	if rows < rowsAtLeast {
		t.Errorf("there are %d rows", rows)
	}
	if text := logged.String(); strings.Contains(text, "secret") || !strings.Contains(text, "Unsolicited response") {
		t.Errorf("the log has what a service has said, or not that it did:\n%s", text)
	}
	if *update && out.String() != string(text) {
		if err := os.WriteFile("README.md", []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// run has a client ask a service of its own while the fault lasts, and returns how often the upstream was called, and the answer.
func (r row) run(t *testing.T, logger *slog.Logger, names *upstreamtest.Names) (calls, answer string) {
	f, known := faults[r.fault]
	operation, named := operations[r.operation]
	if !known || !named {
		t.Fatalf("there is no fault %q, or no operation %q", r.fault, r.operation)
	}
	w := newWeft(t, logger, f, r.retries)
	defer w.Close()
	names.Set("127.0.0.1")
	before, running := descriptors(t), goleak.IgnoreCurrent()
	switch r.kept {
	case "nothing", "nothing, breaker open":
	case "fresh":
		w.ask(t, operation.query)
	case "stale", "stale, breaker open":
		w.upstream.old(operation.age)
		if got := w.ask(t, operation.query); strings.Contains(got, `"errors"`) {
			t.Fatalf("nothing is kept: %s", got)
		}
		w.upstream.old(0)
	default:
		t.Fatalf("what is kept is %q", r.kept)
	}
	if strings.HasSuffix(r.kept, "breaker open") {
		w.open(t, operation.query)
	}
	w.upstream.hangUp() // so that the base is the same whatever was kept
	base := w.status(t)
	if f.away != nil {
		f.away(w.upstream)
	}
	if f.name != nil {
		f.name(names)
	}
	w.upstream.meet(&f)
	answer = w.ask(t, operation.query)
	calls = fmt.Sprint(w.status(t).attempts() - base.attempts())
	if used := w.status(t).InFlight.Used; used != 0 {
		t.Errorf("%d bytes are in flight", used)
	}
	w.upstream.leave()
	for n := 0; ; n++ {
		err := goleak.Find(running) // which looks again for a while
		if now := descriptors(t); err == nil && now <= before {
			return calls, answer
		} else if n == 20 {
			t.Fatalf("%d descriptors are open, %d were before; %v", now, before, err)
		}
	}
}

// weft is a service over one upstream, which is all of them.
type weft struct {
	*service.Service

	upstream *server
}

func newWeft(t *testing.T, logger *slog.Logger, f fault, retries string) *weft {
	t.Helper()
	scheme, ca, side := "http", "", (*tls.Config)(nil)
	if f.tls {
		scheme = "https"
		side, ca = trusted(t)
	}
	w := &weft{upstream: newServer(t, side)}
	host := w.upstream.addr
	if f.name != nil {
		_, port, _ := net.SplitHostPort(host)
		host = "service.example:" + port
	}
	environ := []string{"WEFT_ADMIN_TOKEN=" + token}
	for _, u := range generated.Upstreams {
		environ = append(environ, "WEFT_UPSTREAM_"+strings.ToUpper(u.Name)+"_URL="+scheme+"://"+host)
	}
	conf, err := config.Load(config.Program{Name: "weft", Upstreams: generated.Upstreams}, []string{"-admin.addr=127.0.0.1:0"}, environ)
	if err != nil {
		t.Fatal(err)
	}
	conf.Cache.Prefetch = config.Prefetch{} // which would call by itself
	conf.Overload.Shed = false              // which measures for a second after each operation
	for name, o := range conf.Upstreams {
		o.Timeout, o.Network.TLS = plenty, upstream.TLS{CA: ca}
		if f.waits {
			o.Timeout = callTime
		}
		if f.away == nil && f.name == nil { // it is connected to, however busy this machine is
			o.Network.Dial = plenty
		}
		if retries == "1" {
			o.Network.Failing.Retries = 1
		}
		conf.Upstreams[name] = o
	}
	w.Service, err = service.New(resolver.Service(), conf, service.Options{Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

var ages = regexp.MustCompile(`"age":[0-9.]+`)

// ask returns the answer to a query, without the ages of stale values.
func (w *weft) ask(t *testing.T, query string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), answerTime)
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, r)
	if ctx.Err() != nil {
		t.Fatalf("no answer within %v", answerTime)
	}
	if got := recorder.Body.String(); strings.Contains(got, "secret") || strings.Contains(got, w.upstream.addr) {
		t.Errorf("the answer tells what a service has said, or where it is: %s", got)
	}
	return ages.ReplaceAllString(recorder.Body.String(), `"age":n`)
}

// open has the upstream fail until the breaker of a query's endpoint is open.
func (w *weft) open(t *testing.T, query string) {
	t.Helper()
	fails := fault{do: says(http.StatusInternalServerError)}
	w.upstream.meet(&fails)
	for range 100 {
		if w.ask(t, query); len(w.status(t).open()) > 0 {
			return
		}
	}
	t.Fatal("the breaker does not open")
}

// status is what the admin listener says, as far as it is looked at.
type status struct {
	InFlight  struct{ Used int64 }
	Upstreams []upstream.Stats
}

func (w *weft) status(t *testing.T) (s status) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/status", http.NoBody)
	r.Header.Set("Authorization", "Bearer "+token)
	recorder := httptest.NewRecorder()
	w.Admin().ServeHTTP(recorder, r)
	if err := json.Unmarshal(recorder.Body.Bytes(), &s); err != nil {
		t.Fatalf("%v: %s", err, recorder.Body)
	}
	return s
}

func (s status) attempts() (n uint64) {
	for _, u := range s.Upstreams {
		n += u.Attempts
	}
	return n
}

func (s status) open() (endpoints []string) {
	for _, u := range s.Upstreams {
		endpoints = slices.Concat(endpoints, u.Open)
	}
	return endpoints
}
