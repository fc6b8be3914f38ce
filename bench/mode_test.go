package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/bench/posts/generated"
	"weft/graph/config"
)

func TestChooseModes(t *testing.T) {
	names := func(list []mode) (names []string) {
		for _, m := range list {
			names = append(names, m.name)
		}
		return names
	}
	for text, want := range map[string][]string{
		"all":                   names(modes()),
		"policies":              {"policies-off", "policies-on", "stale-if-error"},
		"stale-if-error,alone":  {"stale-if-error", "alone"},
		"redis-entities,shared": {"redis-entities", "shared"},
	} {
		got, err := chooseModes(text)
		if diff := cmp.Diff(want, names(got)); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", text, err, diff)
		}
	}
	if _, err := chooseModes("shared,"); err == nil || !strings.Contains(err.Error(), modeNames()) {
		t.Errorf("a name that there is none of: %v, want those that there are", err)
	}
}

func TestFits(t *testing.T) {
	fitting := func(o operation, executor string) string {
		var names []string
		for _, m := range append(modes(), policyModes()...) {
			if m.fits(o, executor) {
				names = append(names, m.name)
			}
		}
		return strings.Join(names, " ")
	}
	q1, q3 := operations()[0], operations()[3]
	for _, c := range []struct{ got, want string }{
		{fitting(q1, "planned"), "alone calls shared shared-lane answers answers-lane entities redis-answers redis-entities policies-off policies-on stale-if-error"},
		{fitting(q1, "stock"), "alone shared"},
		{fitting(q3, "planned"), "alone shared shared-lane policies-off policies-on stale-if-error"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

// TestModeFile reads each mode's file as the posts service does.
func TestModeFile(t *testing.T) {
	for _, m := range append(modes(), policyModes()...) {
		file := filepath.Join(t.TempDir(), "posts.yaml")
		if err := os.WriteFile(file, []byte(postsWorkload.config(m, "http://127.0.0.1:1")), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(config.Program{Name: "posts", Upstreams: generated.Upstreams}, []string{"-config", file}, nil)
		if err != nil {
			t.Errorf("%s: %v", m.name, err)
			continue
		}
		kept := c.UpstreamCache["jsonplaceholder"]
		if kept.Share == m.single || kept.MaxAge > 0 != m.keeps || c.Cache.MaxBytes == 1 != m.redis {
			t.Errorf("%s: share %t, maxAge %s, maxBytes %d", m.name, kept.Share, kept.MaxAge, c.Cache.MaxBytes)
		}
		if on := c.Upstreams["jsonplaceholder"].Network.Failing.Retries > 0; on != (m.policies == allOn) || kept.StaleIfError > 0 != (m.policies == standIns) {
			t.Errorf("%s: retries %t, staleIfError %s", m.name, on, kept.StaleIfError)
		}
	}
}

// TestModes is a run of all of them: what is kept is kept where the mode says.
func TestModes(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the harness needs /proc")
	}
	var out, progress strings.Builder
	err := run(t.Context(), []string{
		"-executors", "planned", "-rounds", "1", "-duration", "300ms", "-connections", "1", "-generator", "builtin", "-upstream", "builtin",
		"-profile", t.TempDir(),
	}, &out, &progress)
	if err != nil {
		t.Fatalf("%v\n%s", err, progress.String())
	}
	want := map[string]string{
		"weft planned": `2\.00 \| 0\.00`, "weft planned, answers in memory": `0\.00 \| 0\.00`, "weft planned, entities in memory": `0\.00 \| 0\.00`,
	}
	if _, err := exec.LookPath("redis-server"); err == nil {
		want["weft planned, answers in Redis"], want["weft planned, entities in Redis"] = `\d\.\d\d \| [01]\.\d\d`, `\d\.\d\d \| [012]\.\d\d`
	} else if !strings.Contains(out.String(), "Without redis-server on PATH") {
		t.Errorf("the report does not say what is left out:\n%s", &out)
	}
	for server, costs := range want {
		if !regexp.MustCompile(`(?m)^\| ` + server + ` \| [1-9].*\| ` + costs + ` \| [0-9]+ \| [0-9.]+ \| 0 \|$`).MatchString(out.String()) {
			t.Errorf("the report has no line of %q with %s calls and trips a request:\n%s", server, costs, &out)
		}
	}
}
