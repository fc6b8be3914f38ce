package admin_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"weft/graph/edge/admin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const token = "correct horse"

// serve runs a handler over HTTP and returns its URL.
func serve(t *testing.T, o admin.Options) string {
	t.Helper()
	o.Token = token
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	h, err := admin.Handler(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return server.URL
}

type response struct {
	status int
	header http.Header
	body   string
}

// send sends a request with that Authorization header, "" without.
func send(t *testing.T, method, url, authorization, body string) response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{res.StatusCode, res.Header, string(text)}
}

// detail is the detail of an answer that must be a problem.
func detail(t *testing.T, r response) string {
	t.Helper()
	var p struct {
		Title, Detail string
		Status        int
	}
	err := json.Unmarshal([]byte(r.body), &p)
	if media := r.header.Get("Content-Type"); err != nil || media != "application/problem+json" || p.Status != r.status || p.Title != http.StatusText(r.status) {
		t.Errorf("got %d %s %s, want a problem that says so", r.status, media, r.body)
	}
	return p.Detail
}

func all(t *testing.T) admin.Options {
	return admin.Options{
		Invalidate: func(context.Context, admin.Invalidation) error { t.Error("invalidated"); return nil },
		Status:     func() any { return map[string]int{"entries": 3} },
	}
}

func TestAnswers(t *testing.T) {
	base := serve(t, all(t))
	tests := []struct {
		name, method, path, authorization string
		status                            int
		body                              string // of a problem, its detail
	}{
		{"Health", "GET", "/healthz", "", 200, "ok\n"},
		{"Status", "GET", "/status", "Bearer " + token, 200, "{\"entries\":3}\n"},
		{"Scheme", "GET", "/status", "bearer  " + token, 200, "{\"entries\":3}\n"},
		{"NoToken", "GET", "/status", "", 401, "send the header Authorization: Bearer, and admin.token behind it"},
		{"WrongToken", "GET", "/status", "Bearer correct", 401, "send the header Authorization: Bearer, and admin.token behind it"},
		{"LongerToken", "GET", "/status", "Bearer " + token + "s", 401, "send the header Authorization: Bearer, and admin.token behind it"},
		{"OtherScheme", "GET", "/status", "Basic " + token, 401, "send the header Authorization: Bearer, and admin.token behind it"},
		{"TokenOnly", "GET", "/status", token, 401, "send the header Authorization: Bearer, and admin.token behind it"},
		{"InvalidateWithoutToken", "POST", "/invalidate", "", 401, "send the header Authorization: Bearer, and admin.token behind it"},
		{"ElsewhereWithoutToken", "GET", "/x", "", 401, "send the header Authorization: Bearer, and admin.token behind it"},
		{"Elsewhere", "GET", "/x", "Bearer " + token, 404, "there are POST /invalidate, GET /status, GET and POST /switches, and GET /healthz, as far as the service has them"},
		{"Method", "GET", "/invalidate", "Bearer " + token, 405, "/invalidate is answered to POST only"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := send(t, tt.method, base+tt.path, tt.authorization, "")
			body := got.body
			if got.status >= 400 {
				body = detail(t, got)
			}
			if got.status != tt.status || body != tt.body {
				t.Errorf("got %d %s, want %d %s", got.status, body, tt.status, tt.body)
			}
			if challenge := got.header.Get("WWW-Authenticate"); (challenge == "Bearer") != (got.status == 401) {
				t.Errorf("got WWW-Authenticate %q", challenge)
			}
			if got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("got Cache-Control %q", got.header.Get("Cache-Control"))
			}
			if strings.Contains(got.body, token) {
				t.Errorf("the token is in the answer: %s", got.body)
			}
		})
	}
}

func TestAllow(t *testing.T) {
	got := send(t, "DELETE", serve(t, all(t))+"/status", "Bearer "+token, "")
	if got.status != 405 || got.header.Get("Allow") != "GET" {
		t.Errorf("got %d, Allow %q", got.status, got.header.Get("Allow"))
	}
}

func TestWhatTheServiceHasNot(t *testing.T) {
	base := serve(t, admin.Options{})
	for _, path := range []string{"/status", "/invalidate"} {
		if got := send(t, "GET", base+path, "Bearer "+token, ""); got.status != 404 {
			t.Errorf("%s: got %d", path, got.status)
		}
	}
}

// A type that the schema has not is an error that names it, and nothing is invalidated.
func TestUnknownTypes(t *testing.T) {
	var asked []admin.Invalidation
	base := serve(t, admin.Options{Types: []string{"Product", "Brand"}, Invalidate: func(_ context.Context, what admin.Invalidation) error {
		asked = append(asked, what)
		return nil
	}})
	for body, want := range map[string]string{
		`{"tags": ["a"], "types": ["Product", "Prodct"]}`: `types[1]: the schema has no object type "Prodct"`,
		`{"keys": ["Product:1", "product:1"]}`:            `keys[1]: the schema has no object type "product"`,
	} {
		if got := send(t, "POST", base+"/invalidate", "Bearer "+token, body); got.status != 400 || detail(t, got) != want {
			t.Errorf("%s: got %d %s, want 400 %s", body, got.status, got.body, want)
		}
	}
	if got := send(t, "POST", base+"/invalidate", "Bearer "+token, `{"types": ["Brand"], "keys": ["Product:1"]}`); got.status != 200 || len(asked) != 1 {
		t.Errorf("got %d %s, and %d invalidations", got.status, got.body, len(asked))
	}
}

func TestNoToken(t *testing.T) {
	if _, err := admin.Handler(all(t)); !errors.Is(err, admin.ErrNoToken) {
		t.Errorf("got %v, want ErrNoToken", err)
	}
}

func TestStatusThatCannotBeWritten(t *testing.T) {
	got := send(t, "GET", serve(t, admin.Options{Status: func() any { return make(chan int) }})+"/status", "Bearer "+token, "")
	if got.status != 500 || detail(t, got) != "the status cannot be written as JSON" {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestInvalidate(t *testing.T) {
	long := "X:" + strings.Repeat("x", 1022)
	many := func(n int) string { return `["x"` + strings.Repeat(`,"x"`, n-1) + `]` }
	refused := func(detail string) (int, string, admin.Invalidation) { return 400, detail, admin.Invalidation{} }
	type test struct {
		name, body string
		status     int
		answer     string // of a problem, its detail
		want       admin.Invalidation
	}
	var tests []test
	add := func(name, body string, status int, answer string, want admin.Invalidation) {
		tests = append(tests, test{name, body, status, answer, want})
	}
	refuse := func(name, body, detail string) {
		status, answer, want := refused(detail)
		add(name, body, status, answer, want)
	}
	add("All", `{"tags":["a","b"],"types":["Product"],"keys":["Product:1"]}`, 200, `{"invalidated": 4}`,
		admin.Invalidation{Tags: []string{"a", "b"}, Types: []string{"Product"}, Keys: []string{"Product:1"}})
	add("One", ` {"tags": null, "keys": ["`+long+`"]} `, 200, `{"invalidated": 1}`, admin.Invalidation{Keys: []string{long}})
	refuse("Empty", ``, `the body must be a JSON object: {"tags": [], "types": [], "keys": []}`)
	refuse("List", `["a"]`, `the body must be a JSON object: {"tags": [], "types": [], "keys": []}`)
	refuse("Nothing", `{"tags":[]}`, "nothing is named: give at least one of tags, types and keys")
	refuse("Unknown", `{"tags":["a"],"canary":["b"]}`, "the body has a member other than tags, types and keys")
	refuse("Case", `{"Tags":["a"]}`, "the body has a member other than tags, types and keys")
	refuse("Twice", `{"tags":["a"],"tags":["b"]}`, "the member tags is given twice")
	refuse("String", `{"tags":"canary"}`, "the member tags must be a list of strings")
	refuse("Number", `{"tags":[1]}`, "the member tags must be a list of strings")
	refuse("EmptyName", `{"tags":["a",""]}`, "a name must have 1 to 1024 bytes")
	refuse("Null", `{"tags":["a",null]}`, "a name must have 1 to 1024 bytes")
	refuse("LongName", `{"types":["x`+long+`"]}`, "a name must have 1 to 1024 bytes")
	refuse("KeyWithoutType", `{"keys":["Product:1","canary"]}`, "keys[1] must be TYPE:KEY, such as Product:7")
	refuse("KeyOfNoType", `{"keys":[":canary"]}`, "keys[0] must be TYPE:KEY, such as Product:7")
	refuse("Many", `{"tags":`+many(9_999)+`,"keys":["a","b"]}`, "more than 10000 are named: send several requests")
	refuse("Trailing", `{"tags":["a"]}{}`, "something follows the JSON object")
	refuse("Broken", `{"tags":["a"]`, "the body is not valid JSON near byte 13")
	refuse("BrokenName", `{"tags":["a"],x`, "the body is not valid JSON near byte 14")
	refuse("BrokenList", `{"tags":["a"`, "the body is not valid JSON near byte 8")
	refuse("BadUTF8", "{\"tags\":[\"\xff\"]}", "the body is not valid UTF-8")
	add("Large", `{"tags":["`+strings.Repeat("x", 1<<20)+`"]}`, 413, "the body is larger than 1048576 bytes: send several", admin.Invalidation{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var asked admin.Invalidation
			base := serve(t, admin.Options{Invalidate: func(_ context.Context, what admin.Invalidation) error {
				asked = what
				return nil
			}})
			got := send(t, "POST", base+"/invalidate", "Bearer "+token, tt.body)
			answer := strings.TrimSpace(got.body)
			if got.status != 200 {
				answer = detail(t, got)
			}
			if got.status != tt.status || answer != tt.answer {
				t.Errorf("got %d %s, want %d %s", got.status, answer, tt.status, tt.answer)
			}
			if diff := cmp.Diff(tt.want, asked); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if strings.Contains(got.body, "canary") {
				t.Errorf("the answer echoes the request: %s", got.body)
			}
		})
	}
}

func TestTheSharedTierIsLate(t *testing.T) {
	var log strings.Builder
	base := serve(t, admin.Options{
		Invalidate: func(context.Context, admin.Invalidation) error { return errors.New("dial redis://canary: i/o timeout") },
		Logger:     slog.New(slog.NewTextHandler(&log, nil)),
	})
	got := send(t, "POST", base+"/invalidate", "Bearer "+token, `{"tags":["a"]}`)
	if text := detail(t, got); got.status != 503 || !strings.HasPrefix(text, "this process has forgotten them") || strings.Contains(got.body, "canary") {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if !strings.Contains(log.String(), "canary") {
		t.Errorf("the error is not in the log: %s", &log)
	}
}

func TestInvalidationOutlivesItsClient(t *testing.T) {
	h, err := admin.Handler(admin.Options{Token: token, Invalidate: func(ctx context.Context, _ admin.Invalidation) error { return ctx.Err() }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, "POST", "/invalidate", strings.NewReader(`{"tags":["a"]}`))
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 200 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// FuzzInvalidate holds that what is forgotten is within bounds, whatever is sent.
func FuzzInvalidate(f *testing.F) {
	for _, body := range []string{`{"tags":["a"],"types":["b"],"keys":["c:1"]}`, `{"keys":["c"]}`, `{"tags":[null]}`, `{"tags":["a"]`, `[]`, ``} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		asked := false
		h, err := admin.Handler(admin.Options{Token: token, Invalidate: func(_ context.Context, what admin.Invalidation) error {
			asked = true
			names := append(append(what.Tags, what.Types...), what.Keys...)
			for _, name := range names {
				if name == "" || len(name) > 1024 {
					t.Errorf("forgot %q", name)
				}
			}
			for _, key := range what.Keys {
				if !strings.Contains(key, ":") {
					t.Errorf("forgot the key %q", key)
				}
			}
			if len(names) == 0 || len(names) > 10_000 {
				t.Errorf("forgot %d names", len(names))
			}
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", "/invalidate", strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if asked != (w.Code == 200) || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q: asked %t, got %d %s", body, asked, w.Code, w.Body)
		}
	})
}

func Example() {
	h, err := admin.Handler(admin.Options{
		Token: "secret",
		Invalidate: func(_ context.Context, what admin.Invalidation) error {
			fmt.Println("forget", what.Tags)
			return nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := httptest.NewRequest("POST", "/invalidate", strings.NewReader(`{"tags": ["product-7"]}`))
	r.Header.Set("Authorization", "Bearer secret")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	_, _ = io.Copy(os.Stdout, w.Body)
	// Output:
	// forget [product-7]
	// {"invalidated": 1}
}
