package acceptance_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	storefront "weft/graph/generated"
	"weft/graph/service/processtest"
	"weft/upstream/upstreamtest"
)

// canary is in each secret, which is in no answer and no line of the log. What clients send has "canary-given" in it, which is in no line.
const canary = "canary-secret"

// pictureKey is in those that are written in hexadecimal digits.
const pictureKey = "ca9a51"

const secretsConfig = `
log: {level: debug, format: json}
report: token
reportToken: {env: REPORT_TOKEN}
reasons: true
admin: {addr: "127.0.0.1:0", token: {env: ADMIN_TOKEN}}
cache: {secret: {env: CACHE_SECRET}}
rates: {operations: 100000/s, failedAuthentications: 100000/s, trustedHops: []}
operations: {mode: observe}
authentication:
  issuers:
    login: {issuer: login, jwks: "http://127.0.0.1:1/keys?key=canary-secret-of-jwks", audience: shop, algorithms: ES256}
  introspection: {url: "URL/introspect?key=canary-secret-of-introspection", issuer: other, clientID: weft, secret: {env: INTROSPECTION_SECRET}, audience: [shop]}
  apiKeys: {file: KEYS, header: X-Api-Key}
images:
  pictures: {imgproxy: "https://images.example", hosts: [images.example], base: "https://images.example/", key: {env: PICTURE_KEY}, salt: {env: PICTURE_SALT}}
upstreams:
  catalog: {url: URL, headers: {X-Token: {env: HEADER_SECRET}}, query: {key: {env: QUERY_SECRET}}, credential: {header: X-Key, env: CREDENTIAL}}
  reviews: {url: URL, oauth: {url: "URL/token?key=canary-secret-of-oauth", clientID: weft, secret: {env: OAUTH_SECRET}}}
  pricing: {url: "http://127.0.0.1:1", query: {key: {env: QUERY_SECRET}}}
`

// secretsOf are the variables of that configuration.
var secretsOf = []string{"REPORT_TOKEN", "ADMIN_TOKEN", "CACHE_SECRET", "INTROSPECTION_SECRET", "HEADER_SECRET", "QUERY_SECRET", "CREDENTIAL", "OAUTH_SECRET"}

// startSecretive starts a process that has many secrets, over services that fail in one way after the other and repeat whatever they were sent,
// and over a Redis that is not there.
func startSecretive(t *testing.T) *processtest.Process {
	t.Helper()
	var calls atomic.Int64
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		told := fmt.Sprintf("%s %s %v %s-of-a-service", r.Method, r.URL, r.Header, canary)
		n := calls.Add(1)
		if r.URL.Path == "/products" && n%2 == 0 {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"data": [{"id": "p-1", "name": "A"}], "meta": {"total": 1}}`)
			return
		}
		switch n % 7 {
		case 0:
			http.Error(w, told, http.StatusInternalServerError)
		case 1:
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, told)
		case 2:
			http.Redirect(w, r, "http://canary-secret-of-a-redirect.example/?"+canary, http.StatusFound)
		case 3:
			http.Error(w, told, http.StatusUnauthorized)
		case 4:
			panic(http.ErrAbortHandler)
		case 5:
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"data": %q, "access_token": %[1]q, "active": true, "sub": %[1]q}`, told)
		default:
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"data": [`+canary)
		}
	}))
	origin.Config.ErrorLog = nil
	t.Cleanup(origin.Close)
	nobody := upstreamtest.Refusing(t).String()
	dir := t.TempDir()
	keys, file := filepath.Join(dir, "keys"), filepath.Join(dir, "weft.yaml")
	conf := strings.NewReplacer("URL", origin.URL, "KEYS", keys).Replace(secretsConfig)
	for path, text := range map[string]string{keys: "# none\n", file: conf} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(processtest.Build(t), "-config="+file)
	cmd.Env = append(os.Environ(), "PICTURE_KEY="+strings.Repeat(pictureKey, 8), "PICTURE_SALT="+strings.Repeat(pictureKey, 8), "WEFT_REDIS_URL=redis://shop:"+canary+"-of-redis@"+nobody)
	for _, name := range secretsOf {
		cmd.Env = append(cmd.Env, name+"="+canary+"-"+strings.ToLower(name))
	}
	for _, u := range storefront.Upstreams {
		if !strings.Contains(conf, "\n  "+u.Name+":") {
			cmd.Env = append(cmd.Env, "WEFT_UPSTREAM_"+strings.ToUpper(u.Name)+"_URL="+origin.URL)
		}
	}
	return processtest.Start(t, cmd)
}

// secretRequests are requests with secrets and values in all places, right ones and wrong ones; with administrators' below "/".
func secretRequests() (all []*http.Request) {
	add := func(method, path, body string, headers ...string) {
		r, _ := http.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		all = append(all, r)
	}
	const products = `{"query": "query($t: String) { products(text: $t) { nodes { name price { amount } reviews { rating } stock { available } } } me { name } }", "variables": {"t": "canary-given-variable"}}`
	for range 10 {
		add("POST", "", products)
		add("POST", "", products, "Weft-Report", "calls", "Weft-Report-Token", canary+"-report_token")
	}
	add("POST", "", products, "Authorization", "Bearer "+canary+"-token", "Cookie", "session="+canary+"-cookie")
	add("POST", "", products, "Authorization", "Bearer eyJhbGciOiJFUzI1NiIsImtpZCI6ImNhbmFyeS1zZWNyZXQifQ.eyJpc3MiOiJsb2dpbiJ9."+canary)
	add("POST", "", products, "Authorization", "Basic "+canary)
	add("POST", "", products, "X-Api-Key", canary+"-key")
	add("POST", "", products, "Cookie", "session="+canary+"-cookie", "X-Request-Timeout-Ms", "5")
	add("POST", "", products, "Weft-Report", "calls", "Weft-Report-Token", canary+"-wrong-report-token")
	add("POST", "", `{"query": "{ product(id: \"canary-given-literal\") { name price { amount } } }"}`)
	add("POST", "", `{"query": "{ product(id: \"canary-given-literal) }"}`)
	add("POST", "", `{"query": "query($n: Int) { products(first: $n) { nodes { name } } }", "variables": {"n": "canary-given-number"}}`)
	add("POST", "", `{"query": "mutation { addToCart(productId: \"canary-given-id\", quantity: 2) { total } }"}`, "Authorization", "Bearer "+canary+"-token")
	add("POST", "", `{"query": canary-given-json`)
	add("GET", "?query={product(id:%22canary-given-url%22){name}}&variables={%22a%22:%22canary-given-url%22}", "", "Apollo-Require-Preflight", "true", "Cookie", "session="+canary+"-cookie")
	add("GET", "/status", "", "Authorization", "Bearer "+canary+"-admin_token")
	add("GET", "/status", "", "Authorization", "Bearer "+canary+"-wrong")
	add("GET", "/switches", "", "Authorization", "Bearer "+canary+"-admin_token")
	add("POST", "/invalidate", `{"tags": ["a"]}`, "Authorization", "Bearer "+canary+"-admin_token")
	add("POST", "/invalidate", `{"other": "canary-given-junk"}`, "Authorization", "Bearer "+canary+"-admin_token")
	return all
}

// No secret leaves the process by an answer, a report, /status or a line of any log, and what clients send is in no line either, whatever fails.
func TestSecrets(t *testing.T) {
	p := startSecretive(t)
	codes, reported := map[int]int{}, 0
	for i, r := range secretRequests() {
		base := p.URL
		if strings.HasPrefix(r.URL.Path, "/") {
			base = p.Admin
		}
		url := strings.TrimSuffix(base, "/") + r.URL.String()
		request, err := http.NewRequestWithContext(t.Context(), r.Method, url, r.Body)
		if err != nil {
			t.Fatal(err)
		}
		request.Header = r.Header
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		codes[response.StatusCode]++
		if strings.Contains(string(body), `"calls":[{`) {
			reported++
		}
		if text := fmt.Sprint(response.Header, string(body)); strings.Contains(text, canary) || strings.Contains(text, pictureKey) {
			t.Errorf("%d: %s is answered with %s", i, r.URL, text)
		}
	}
	if codes[200] < 20 || codes[401] == 0 || codes[400] == 0 || reported == 0 {
		t.Errorf("got the statuses %v, and %d reports", codes, reported)
	}
	p.Terminate(t)
	lines := p.Lines()
	for _, line := range lines {
		if strings.Contains(line, "canary") || strings.Contains(line, pictureKey) {
			t.Errorf("the log has %s", line)
		}
	}
	if log := strings.Join(lines, "\n"); len(lines) < 20 || !strings.Contains(log, "an upstream failed") || !strings.Contains(log, "credentials were refused") {
		t.Errorf("the log has not what is looked through:\n%s", log)
	}
}
