package process_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"weft/graph/edge"
	"weft/graph/process"
)

// laneOver serves what answers with what it was asked on a lane, and returns its URL, and how many requests the lane has served.
func laneOver(t *testing.T) (url string, served func() uint64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	connections, ended := process.NewConnections(0), make(chan error)
	answer := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, r.Method+" "+r.URL.RawQuery+" "+string(body)+"\n")
	}
	go func() {
		ended <- process.Serve(ctx, l, http.HandlerFunc(answer), process.ServeOptions{
			Lane: process.Lane{Path: edge.Endpoint}, Connections: connections, Logger: slog.New(slog.DiscardHandler),
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + l.Addr().String() + edge.Endpoint, func() uint64 { return connections.Status().Lane.Requests }
}

// program returns the path of a program, without which the test is skipped.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("there is no %s", name)
	}
	return path
}

// What curl sends as it is by default is of the lane's form.
func TestLaneCurl(t *testing.T) {
	curl := program(t, "curl")
	url, served := laneOver(t)
	out, err := exec.CommandContext(t.Context(), curl, "--no-progress-meter", "--fail", "--http1.1", "-H", "Content-Type: application/json", "-d", `{"query":"{a}"}`, url,
		"--next", "--fail", "--http1.1", url+"?query=%7Ba%7D", "--next", "--fail", "--http1.1", "--compressed", "-H", "Authorization: Bearer a", "-d", "b", url).CombinedOutput()
	if want := "POST  {\"query\":\"{a}\"}\nGET query=%7Ba%7D \nPOST  b\n"; err != nil || string(out) != want {
		t.Errorf("got %s, %v, want %s", out, err, want)
	}
	if n := served(); n != 3 {
		t.Errorf("the lane has served %d requests, want 3", n)
	}
}

// What wrk sends is served by the lane, all of it.
func TestLaneWrk(t *testing.T) {
	wrk := program(t, "wrk")
	script := filepath.Join(t.TempDir(), "post.lua")
	if err := os.WriteFile(script, []byte("wrk.method = \"POST\"\nwrk.body = \"{}\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	url, served := laneOver(t)
	for _, args := range [][]string{{"-s", script, url}, {url + "?query=a"}} {
		before := served()
		out, err := exec.CommandContext(t.Context(), wrk, append([]string{"-t1", "-c8", "-d1s"}, args...)...).CombinedOutput()
		said := regexp.MustCompile(`(\d+) requests in`).FindSubmatch(out)
		if err != nil || said == nil || regexp.MustCompile(`Socket errors|Non-2xx`).Match(out) {
			t.Fatalf("%v\n%s", err, out)
		}
		if n, err := strconv.ParseUint(string(said[1]), 10, 64); err != nil || n == 0 || served()-before < n {
			t.Errorf("the lane has served %d requests, wrk counts %s", served()-before, said[1])
		}
	}
}
