package acceptance_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"weft/graph/auth"
	"weft/graph/compiled"
	"weft/graph/edge"
	"weft/graph/fetch"
	storefront "weft/graph/generated"
	"weft/graph/imageurl"
	"weft/graph/lane/lanetest"
	"weft/graph/operation"
	"weft/graph/persisted"
	"weft/graph/resolver"
	"weft/upstream"
	"weft/upstream/demo"
)

// TestStorefront replays testdata/operations/storefront/*.txtar over real HTTP: over the schema of graph/schema and the seven
// demo services, which each case has for itself and which answer without delay. The parts of a case:
//
//	operation.graphql, variables.json, headers   the request
//	faults                                       lines "SERVICE: mode [rate] [delay]" (POST /_fault), set before the request
//	timeouts                                     lines "SERVICE: duration": how long the service may take in this case
//	response.json, calls                         what comes of it, written by -update
//	limits                                       lines "cost: N", "upstreamCalls: N" and "upstreamBytes: N": those of the configuration
//	manifest.json                                a manifest whose operations are installed
//	request.json, url                            the body of the request, or the query string of one by GET, in the place of its operation
//	cost                                         the report's cost, where the case has the part
//	early                                        calls that plans may begin before it is known that nobody wants them
//
// A case may have several steps, one request after the other: operation2.graphql, variables2.json, response2.json and so on.
// A step that leaves out its operation, variables or headers has those of the first; its faults replace those of the step before.
// How response.json and calls are written down, and what may stand in a request for a cursor: transcript_test.go.
func TestStorefront(t *testing.T) {
	for _, c := range storefrontCases(t) {
		for _, executor := range executors {
			if *update && executor != executors[0] {
				continue
			}
			t.Run(c.name+"/"+executor, func(t *testing.T) {
				t.Parallel()
				got := c.play(t, executor)
				if *update {
					c.write(t, c.file, got)
					return
				}
				for _, p := range got {
					want, text := c.parts[p.Name], string(p.Data)
					if executor != executors[0] && strings.HasPrefix(p.Name, "response") {
						want, text = canonical(t, want), canonical(t, text)
					}
					if executor == "planned" && strings.HasPrefix(p.Name, "calls") {
						text = without(text, c.parts["early"])
					}
					if executor != "planned" && strings.HasPrefix(p.Name, "calls") {
						want, text = byKey(want), byKey(text)
					}
					if diff := cmp.Diff(want, text); diff != "" {
						t.Errorf("%s of %s (-want +got):\n%s", p.Name, c.file, diff)
					}
				}
			})
		}
	}
}

// keyed is a call for keys that stand in its URL, and nothing else.
var keyed = regexp.MustCompile(`^(\S+ GET /[^?\s]*)(?:\?\w+=([^…\s]*))? keys=\d+(.*)\n$`)

// byKey is calls with a line for each key. gqlgen's executor joins keys from different places of an operation when they come within a
// timer's time, so a busy machine and an idle one do not make the same calls of them.
func byKey(calls string) string {
	var lines []string
	for line := range strings.Lines(calls) {
		parts := keyed.FindStringSubmatch(line)
		names := regexp.MustCompile(`\w+=`).FindAllString(line[:strings.Index(line+" keys=", " keys=")], -1)
		if parts == nil || len(slices.Compact(names)) > 1 {
			lines = append(lines, line)
			continue
		}
		if parts[2] == "" { // the key is in the path
			lines = append(lines, parts[1]+parts[3]+"\n")
			continue
		}
		for key := range strings.SplitSeq(regexp.MustCompile(`&\w+=`).ReplaceAllString(parts[2], ","), ",") {
			lines = append(lines, parts[1]+"/"+key+parts[3]+"\n")
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// TestByKey: which keys travel together does not count, and which are asked for does.
func TestByKey(t *testing.T) {
	apart := "accounts GET /me\naccounts GET /users/1 keys=1\naccounts GET /users?id=161&id=172 keys=2\n"
	for calls, same := range map[string]bool{
		"accounts GET /me\naccounts GET /users?id=1&id=161&id=172 keys=3\n":                                                        true,
		"accounts GET /me\naccounts GET /users?id=161&id=172 keys=2\n":                                                             false,
		"accounts GET /me\naccounts GET /users?id=1&id=161&id=172 keys=3 status=503 error=unavailable\n":                           false,
		"accounts GET /me\naccounts GET /users/1 keys=1\naccounts GET /users/1 keys=1\naccounts GET /users?id=161&id=172 keys=2\n": false,
	} {
		if got := byKey(calls) == byKey(apart); got != same {
			t.Errorf("%q counts as the same: %t", calls, got)
		}
	}
}

// without is the lines of text that are not among others.
func without(text, others string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.Contains(others, line) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// play sends the requests of a case, and returns what comes of them.
func (c storefrontCase) play(t *testing.T, executor string) (got []txtar.File) {
	t.Helper()
	shop := openStorefront(t, c.options(t, executor))
	seen := transcript{began: time.Now()}
	for n := range c.steps() {
		shop.fault(t, c.faults(n))
		answer := shop.send(t, c.request(n, seen))
		cost := string(answer.Extensions.Weft.Cost) + "\n"
		response, calls := seen.write(t, answer)
		got = append(got, part("response%s.json", n, response), part("calls%s", n, calls))
		if _, shown := c.parts[numbered("cost%s", n)]; shown {
			got = append(got, part("cost%s", n, cost))
		}
	}
	return got
}

// storefrontCase is one file of testdata/operations/storefront.
type storefrontCase struct {
	testCase

	name, file string
}

func storefrontCases(t *testing.T) []storefrontCase {
	t.Helper()
	files, err := filepath.Glob("../../testdata/operations/storefront/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var cases []storefrontCase
	for _, file := range files {
		cases = append(cases, storefrontCase{readCase(t, file), strings.TrimSuffix(filepath.Base(file), ".txtar"), file})
	}
	return cases
}

// numbered is the name of a part in a step: nothing for the first, 2 for the second.
func numbered(format string, step int) string {
	if step == 0 {
		return fmt.Sprintf(format, "")
	}
	return fmt.Sprintf(format, fmt.Sprint(step+1))
}

func part(format string, step int, text string) txtar.File {
	return txtar.File{Name: numbered(format, step), Data: []byte(text)}
}

// steps is how many requests the case has.
func (c storefrontCase) steps() int {
	for n := 1; ; n++ {
		known := false
		for _, format := range []string{"operation%s.graphql", "variables%s.json", "headers%s", "faults%s", "request%s.json", "url%s"} {
			_, ok := c.parts[numbered(format, n)]
			known = known || ok
		}
		if !known {
			return n
		}
	}
}

// of is a part in a step, or else in the first.
func (c storefrontCase) of(format string, step int) string {
	if text, ok := c.parts[numbered(format, step)]; ok {
		return text
	}
	return c.parts[numbered(format, 0)]
}

func (c storefrontCase) request(step int, seen transcript) graphRequest {
	r := graphRequest{
		Body:      c.parts[numbered("request%s.json", step)],
		URL:       strings.TrimSpace(c.parts[numbered("url%s", step)]),
		Query:     seen.cursors.Replace(c.of("operation%s.graphql", step)),
		Variables: seen.cursors.Replace(c.of("variables%s.json", step)),
		Header:    http.Header{},
	}
	for line := range strings.Lines(c.of("headers%s", step)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		r.Header.Add(name, value)
	}
	return r
}

// faults are the services that misbehave in a step, and how, as they take it.
func (c storefrontCase) faults(step int) map[string]string {
	faults := map[string]string{}
	for line := range strings.Lines(c.parts[numbered("faults%s", step)]) {
		service, text, found := strings.Cut(strings.TrimSpace(line), ": ")
		if !found {
			continue
		}
		mode, rate, delay := "", 1.0, "1m"
		_, _ = fmt.Sscan(text, &mode, &rate, &delay)
		faults[service] = fmt.Sprintf(`{"mode": %q, "rate": %v, "delay": %q}`, mode, rate, delay)
	}
	return faults
}

// options are those that a case's service has.
func (c storefrontCase) options(t *testing.T, executor string) storefrontOptions {
	t.Helper()
	o := storefrontOptions{executor: executor, batchWait: batchWait, timeouts: c.timeouts(t)}
	for line := range strings.Lines(c.parts["limits"]) {
		name, text, _ := strings.Cut(strings.TrimSpace(line), ": ")
		into := map[string]*int{"cost": &o.maxCost, "upstreamCalls": &o.maxCalls, "upstreamBytes": &o.maxReceived}[name]
		if _, err := fmt.Sscan(text, into); err != nil {
			t.Fatalf("limits: %s: %v", line, err)
		}
	}
	_, shown := c.parts["cost"]
	o.costs = shown || o.maxCost > 0
	if text := c.parts["manifest.json"]; text != "" {
		var err error
		if o.manifest, err = persisted.Parse([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func (c storefrontCase) timeouts(t *testing.T) map[string]time.Duration {
	t.Helper()
	timeouts := map[string]time.Duration{}
	for line := range strings.Lines(c.parts["timeouts"]) {
		service, text, _ := strings.Cut(strings.TrimSpace(line), ": ")
		timeouts[service] = duration(t, text)
	}
	return timeouts
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

type storefrontOptions struct {
	executor    string                   // one of executors; "": as in production
	maxObjects  int                      // 0: the default
	maxCalls    int                      // 0: the default
	maxReceived int                      // 0: the default
	maxCost     int                      // 0: any
	costs       bool                     // the engine knows what the schema says of costs
	manifest    []persisted.Operation    // what is installed
	calls       *atomic.Int64            // counts calls to services; nil: nobody does
	batchWait   time.Duration            // 0: as in production
	timeouts    map[string]time.Duration // by service; the others have a minute, so that a busy machine fails nothing
}

// openShop is the storefront and its services, running until the test ends.
type openShop struct {
	*demo.Services

	url    string
	client *http.Client
}

func openStorefront(t testing.TB, o storefrontOptions) openShop {
	t.Helper()
	demos, err := demo.Start(t.Context(), demo.Options{Latency: demo.Latency{Max: -1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := demos.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	options := map[string]upstream.Options{}
	for name, url := range demos.URLs() {
		options[name] = upstream.Options{URL: url, Timeout: time.Minute, Network: patient, Transport: counted(o.calls)}
	}
	for name, timeout := range o.timeouts {
		options[name] = upstream.Options{URL: demos.URLs()[name], Timeout: timeout, Network: patient, Transport: counted(o.calls)}
	}
	clients, err := upstream.NewClients(storefront.Upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	definition, who := resolver.Service(), callersOf(t, demos)
	schema, err := definition.Executable(compiled.Settings{
		Clients: clients, Images: imageurl.Services{"pictures": picturesOf(t, demos)}, BatchWait: o.batchWait,
		Limits: fetch.Limits{MaxObjects: o.maxObjects, MaxCalls: o.maxCalls, MaxReceived: o.maxReceived}, Executor: o.executor, Callers: fetch.Callers{Headers: who.Headers()},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !o.costs {
		definition.Costs = nil
	}
	engine := operation.New(schema, operation.Options{
		Reports: true, Timeout: 30 * time.Second, Said: said(definition), MaxCost: o.maxCost,
		Callers:   operation.CallerOptions{Authenticator: who},
		Persisted: operation.Persisted{Registry: persisted.NewRegistry(persisted.RegistryOptions{})},
	})
	if bad, err := engine.Install(t.Context(), o.manifest); err != nil {
		t.Fatal(err, bad)
	}
	server := lanetest.NewServer(edge.NewHandler(engine, edge.Options{}))
	t.Cleanup(server.Close)
	return openShop{demos, server.URL + edge.Endpoint, server.Client()}
}

// callersOf finds out who asks: it asks the demo's issuer, whose tokens have names.
func callersOf(t testing.TB, demos *demo.Services) *auth.Authenticator {
	t.Helper()
	issuer := introspectionOf(demos)
	who, err := auth.New(auth.Options{Introspection: &issuer})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(who.Close)
	return who
}

// patient connects also on a machine that is busy with other tests.
var patient = upstream.Network{Dial: time.Minute}

// introspectionOf asks the demo's issuer.
func introspectionOf(demos *demo.Services) auth.IntrospectionOptions {
	i := demos.Issuer()
	return auth.IntrospectionOptions{URL: i.Introspection, Issuer: i.Issuer, ClientID: i.ClientID, Secret: i.Secret, Audience: []string{i.Audience}}
}

// pictureHost is where the services' pictures are: an address that is the same in every test. Nobody fetches them.
const pictureHost = "pictures.example.com"

// picturesOf makes the URLs of the demo's image service, which are below an address that is the same in every test.
func picturesOf(t testing.TB, demos *demo.Services) *imageurl.Service {
	t.Helper()
	_, key, salt := demos.Pictures()
	made, err := imageurl.New(imageurl.Settings{
		Name: "pictures", Imgproxy: "https://" + pictureHost, Key: key, Salt: salt,
		Base: "https://shop.example.com/", Hosts: []string{"shop.example.com"}, Widths: []int{160, 320, 640}, Heights: []int{160, 320},
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// counted counts calls; nil of nil.
func counted(calls *atomic.Int64) http.RoundTripper {
	if calls == nil {
		return nil
	}
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		calls.Add(1)
		return http.DefaultTransport.RoundTrip(r)
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// fault makes services misbehave, and heals all others.
func (s openShop) fault(t *testing.T, faults map[string]string) {
	t.Helper()
	urls := s.URLs()
	for name := range faults {
		if urls[name] == "" {
			t.Fatalf("no service %q", name)
		}
	}
	for name, url := range urls {
		fault, ok := faults[name]
		if !ok {
			fault = "{}"
		}
		resp, err := s.client.Post(url+"/_fault", "application/json", strings.NewReader(fault))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: fault %s is refused with status %d", name, fault, resp.StatusCode)
		}
	}
}
