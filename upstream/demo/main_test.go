package demo_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"weft/upstream/demo"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// running is the services without delay, and a client that leaves compression to the test.
type running struct {
	*demo.Services
	client *http.Client
}

func start(t *testing.T) running {
	t.Helper()
	services, err := demo.Start(t.Context(), demo.Options{Latency: demo.Latency{Max: -1}})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := services.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return running{services, &http.Client{Transport: transport}}
}

// token is the Authorization header of the n-th demo token.
func (r running) token(n int) string { return "Bearer " + r.Tokens()[n].Value }

// url is the base URL of a service.
func (r running) url(service string) string {
	switch service {
	case "pictures":
		url, _, _ := r.Pictures()
		return url
	case "issuer":
		return r.Issuer().URL
	}
	return r.URLs()[service]
}

// fault makes a service misbehave.
func (r running) fault(t *testing.T, service, fault string) {
	t.Helper()
	decode[object](t, r.send(t, "POST", service, "/_fault", fault), 200)
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// get sends a GET; headers are names and values in turn.
func (r running) get(t *testing.T, service, path string, headers ...string) answer {
	t.Helper()
	return r.send(t, "GET", service, path, "", headers...)
}

func (r running) send(t *testing.T, method, service, path, body string, headers ...string) answer {
	t.Helper()
	a, err := r.try(t, method, service, path, body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (r running) try(t *testing.T, method, service, path, body string, headers ...string) (answer, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.url(service)+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, content}, err
}

// decode reads the whole body as a T; a status other than the wanted one ends the test.
func decode[T any](t *testing.T, a answer, status int) T {
	t.Helper()
	if a.status != status {
		t.Fatalf("got status %d, want %d: %s", a.status, status, a.body)
	}
	var v T
	if err := json.NewDecoder(bytes.NewReader(a.body)).Decode(&v); err != nil {
		t.Fatalf("decode %s: %v", a.body, err)
	}
	return v
}

// wantProblem checks a problem (RFC 9457) and that its detail says something of the matter.
func wantProblem(t *testing.T, a answer, status int, detail string) {
	t.Helper()
	p := decode[struct {
		Type, Title, Detail string
		Status              int
	}](t, a, status)
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("got Content-Type %q, want application/problem+json", got)
	}
	if p.Status != status || p.Type == "" || p.Title == "" || !strings.Contains(p.Detail, detail) {
		t.Errorf("got problem %+v, want status %d and a detail with %q", p, status, detail)
	}
}

func wantHeader(t *testing.T, a answer, name, want string) {
	t.Helper()
	if got := strings.Join(a.header.Values(name), ", "); got != want {
		t.Errorf("got %s %q, want %q", name, got, want)
	}
}

// object is a JSON object of which a test names only some members.
type object = map[string]any

// column collects one member of each object.
func column(objects []object, member string) []any {
	var all []any
	for _, o := range objects {
		all = append(all, o[member])
	}
	return all
}
