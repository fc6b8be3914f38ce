package playground_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weft/graph/edge/playground"
)

const browserTests = "../../../testdata/browser"

// TestBrowser has Chromium visit the playground in front of a stand-in for a service. It needs Node.js, Chromium, curl
// and `npm ci` in testdata/browser; where CI=true their absence is a failure. WEFT_SCREENSHOTS names a folder that keeps the pictures.
func TestBrowser(t *testing.T) {
	if _, err := os.Stat(filepath.Join(browserTests, "node_modules", "playwright-core")); err != nil {
		lacking(t, "npm ci was not run in testdata/browser")
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		lacking(t, "there is no chromium")
	}
	if _, err := exec.LookPath("curl"); err != nil {
		lacking(t, "there is no curl, which runs what the page copies")
	}
	root := serve(t, startFake(t))
	for scheme, base := range map[string]string{"light": root + "/", "dark": root + "/below/api/"} {
		t.Run(scheme, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, "node", "playground.mjs", base, pictures(t, scheme), scheme)
			cmd.Dir = browserTests
			cmd.Env = append(os.Environ(), "CHROMIUM="+chromium)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %v\n%s", cmd, err, out)
			}
		})
	}
}

// pictures returns how the names of pictures begin.
func pictures(t *testing.T, scheme string) string {
	t.Helper()
	dir := os.Getenv("WEFT_SCREENSHOTS")
	if dir == "" {
		dir = t.TempDir()
	}
	return filepath.Join(dir, "playground-"+scheme)
}

// startFake runs testdata/browser/fake.mjs and returns where it listens.
func startFake(t *testing.T) *url.URL {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "node", "fake.mjs")
	cmd.Dir = browserTests
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); cmd.Wait() }) //nolint:errcheck // it was killed
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("read the address of fake.mjs: %v", err)
	}
	fake, err := url.Parse(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return fake
}

// serve returns the URL of a server with the playground and, as its endpoint, fake: at its root, and below /below/api.
func serve(t *testing.T, fake *url.URL) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/graphql", httputil.NewSingleHostReverseProxy(fake))
	mux.Handle("/", playground.Handler(demo()))
	mux.Handle("/below/api/", http.StripPrefix("/below/api", mux))
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv.URL
}

func demo() playground.Options {
	return playground.Options{
		Tabs: []playground.Tab{
			{Name: "Three products, five services", Query: productsQuery, Variables: "{\n  \"first\": 3\n}"},
			{Name: "One product", Query: "query Product {\n  product(id: \"p1\") {\n    name\n    stock\n  }\n}\n"},
			{Name: "My account", Query: "query Me {\n  me {\n    name\n  }\n}\n", Headers: "{\n  \"X-Store\": \"7\"\n}"},
		},
		Tokens: []playground.Token{
			{Name: "Alice", Value: "alice", Description: "A customer with orders"},
			{Name: "Bob", Value: "bob", Description: "A customer without"},
		},
		Explain: func(context.Context, playground.Question) playground.Explanation {
			calls := 7
			return playground.Explanation{Text: "query Products: 7 calls at most\n", Calls: &calls}
		},
		Upstreams: []playground.Upstream{{Name: "accounts", Headers: []string{"Authorization"}}, {Name: "catalog"}, {Name: "inventory"}},
	}
}

const productsQuery = `# Each level is one batch per service, however many products there are.
query Products($first: Int!) {
  me {
    name
  }
  products(first: $first) {
    id
    name
    price {
      amount
      currency
    }
    stock
    reviews(first: 2) {
      stars
      text
      author {
        name
      }
    }
  }
}
`

// lacking skips the test, except where everything must be there.
func lacking(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}
