package clients_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"weft/graph/bindgen"
	"weft/graph/compiled"
	"weft/graph/config"
	"weft/graph/lane/lanetest"
	"weft/graph/resolver"
	"weft/graph/service"
	"weft/upstream/demo"
)

const clientTests = "../../../testdata/clients"

// TestClients has client libraries ask the storefront as their users' apps would: for texts and for ids, of manifests that their own
// tools have made, where anything runs, where nothing may be registered, and where only manifests' operations run; and from pages of
// other origins, in Chromium. It needs Node.js, `npm ci` in testdata/clients, and Chromium; TEST_REQUIRE_CLIENTS makes it a failure that
// they are missing.
func TestClients(t *testing.T) {
	need(t, filepath.Join(clientTests, "node_modules", "graphql"), "npm ci was not run in "+clientTests)
	services, err := demo.Start(context.Background(), demo.Options{Latency: demo.Latency{Max: -1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = services.Close() })

	out := t.TempDir()
	pages, others := pagesIn(t, out), pagesIn(t, out)
	open := serve(t, services)
	node(t, nil, "manifests.mjs", open, out)
	environ := []string{
		"OUT=" + out, "OPEN=" + open,
		"WITHOUT_APQ=" + serve(t, services, "WEFT_OPERATIONS_APQ=false"),
		"LOCKED=" + serve(t, services, "WEFT_OPERATIONS_MODE=locked", "WEFT_OPERATIONS_IDS=documentId,doc_id",
			"WEFT_OPERATIONS_MANIFESTS="+filepath.Join(out, "manifests")),
		"PAGES=" + pages, "OTHER_PAGES=" + others,
		"CROSS=" + serve(t, services, "WEFT_CORS_ORIGINS="+pages),
		"SDL=" + printSchema(t, out), "SERVICE=" + ownService(t),
		"CROSS_COOKIES=" + serve(t, services, "WEFT_CORS_ORIGINS="+pages, "WEFT_CORS_CREDENTIALS=true"),
	}
	for _, client := range []string{"apollo", "urql", "relay", "codegen", "conformance", "schema", "editor", "browser"} {
		t.Run(client, func(t *testing.T) {
			if client == "browser" {
				need(t, cmp.Or(os.Getenv("CHROMIUM"), "/usr/bin/chromium"), "Chromium is not installed")
			}
			node(t, environ, "--test", "--test-reporter=spec", client+".mjs")
		})
	}
}

// need skips a test where a file is missing, or fails it where that was asked for.
func need(t *testing.T, file, without string) {
	t.Helper()
	if _, err := os.Stat(file); err == nil {
		return
	}
	if os.Getenv("TEST_REQUIRE_CLIENTS") != "" {
		t.Fatal(without)
	}
	t.Skip(without)
}

// serve returns the endpoint of a storefront over demo services, configured by variables.
func serve(t *testing.T, services *demo.Services, variables ...string) string {
	t.Helper()
	for name, url := range services.URLs() {
		variables = append(variables, fmt.Sprintf("WEFT_UPSTREAM_%s_URL=%s", strings.ToUpper(name), url))
	}
	d := storefront()
	conf, err := config.Load(config.Program{Name: "shop", Upstreams: d.Upstreams}, nil, variables)
	if err != nil {
		t.Fatal(err)
	}
	s, err := service.New(d, conf, service.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	server := lanetest.NewServer(s)
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return server.URL + "/graphql"
}

func storefront() compiled.Schema {
	return resolver.Service()
}

// printSchema has the storefront print its schema, and returns the file.
func printSchema(t *testing.T, dir string) string {
	t.Helper()
	var sdl bytes.Buffer
	p := service.Program{Name: "shop", Output: &sdl}
	if err := p.Run(t.Context(), storefront(), []string{"schema"}, nil, io.Discard); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "printed.graphql")
	if err := os.WriteFile(file, sdl.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// ownService has in a folder what an editor reads of the README's service of one's own, and returns the folder.
func ownService(t *testing.T) string {
	t.Helper()
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"schema.graphql", ".graphqlrc.yml"} {
		block := regexp.MustCompile("(?s)\n`" + name + "`:\n\n```[a-z]+\n(.*?)```").FindSubmatch(readme)
		if block == nil {
			t.Fatalf("README.md has no %s", name)
		}
		if err := os.WriteFile(filepath.Join(dir, name), block[1], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var said bytes.Buffer
	if bindgen.Directives([]string{"-o", filepath.Join(dir, "directives.graphql")}, nil, &said) != 0 {
		t.Fatal(said.String())
	}
	return dir
}

// pagesIn serves the pages that manifests.mjs leaves in out, and returns their origin.
func pagesIn(t *testing.T, out string) string {
	t.Helper()
	server := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(out, "pages"))))
	t.Cleanup(server.Close)
	return server.URL
}

// node runs a script of the clients' folder.
func node(t *testing.T, environ []string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", args...)
	cmd.Dir = clientTests
	cmd.Env = append(os.Environ(), environ...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
}
