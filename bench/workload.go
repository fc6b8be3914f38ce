package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// workload is a service that is measured.
type workload struct {
	name  string            // of the folder of its program
	paths map[string]string // of its upstreams, below the URL of the one that answers for all
}

var (
	postsWorkload   = workload{"posts", map[string]string{"jsonplaceholder": ""}}
	reviewsWorkload = workload{"reviews", map[string]string{"accounts": "/accounts", "catalogue": "/catalogue", "inventory": "/inventory", "reviews": "/reviews"}}
)

// program is the path of the workload's program.
func (p programs) program(w workload) string { return filepath.Join(p.dir, w.name) }

// build builds the programs of operations' workloads.
func (p programs) build(ctx context.Context, list []operation) error {
	for _, o := range list {
		program := p.program(o.of)
		if _, err := os.Stat(program); err == nil {
			continue
		}
		out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "weft/bench/"+o.of.name).CombinedOutput()
		if err != nil {
			return fmt.Errorf("build bench/%s: %w\n%s", o.of.name, err, out)
		}
	}
	return nil
}

// config is the configuration in which a workload's service runs in a mode, over upstreams below a URL. In Redis each mode has names of
// its own, so that none finds what another has kept.
func (w workload) config(m mode, url string) string {
	var b strings.Builder
	b.WriteString("upstreams:\n")
	for _, name := range slices.Sorted(maps.Keys(w.paths)) {
		fmt.Fprintf(&b, "  %s:\n    url: %s\n    share: %t\n", name, url+w.paths[name], !m.single)
		if m.keeps {
			b.WriteString("    cache: {maxAge: 60s}\n")
		}
		b.WriteString(m.policies.ofUpstream())
	}
	b.WriteString(m.policies.ofService())
	fmt.Fprintf(&b, "overload: {enabled: %t}\nhttp: {lane: %t}\n", m.sheds, m.lane)
	if m.without != "" {
		b.WriteString("report: all\n")
	}
	if m.redis {
		b.WriteString("cache:\n  maxBytes: 1 # too little for anything\n")
		fmt.Fprintf(&b, "  prefix: bench-%s\n", m.name)
	}
	return b.String()
}

// ofUpstream is what policies configure of each upstream.
func (p policies) ofUpstream() string {
	switch p {
	case noPolicy:
		return "    breaker: false\n    softTimeout: false\n"
	case allOn:
		return "    retries: 2\n    deadlineHeader: X-Deadline-Ms\n    idleTimeout: 1s\n"
	case standIns:
		return "    cache: {maxAge: 0s, staleIfError: 60s}\n"
	default:
		return ""
	}
}

// ofService is what they configure beside that: rates that nobody reaches, of clients that are told apart by their address.
func (p policies) ofService() string {
	if p != allOn {
		return ""
	}
	return "rates: {operations: 1000000/s, upstreamCalls: 1000000/s, trustedHops: [192.0.2.0/24]}\n"
}

// start runs a workload's service in a mode, over upstreams below a URL.
func (p programs) start(ctx context.Context, w workload, m mode, url string, args ...string) (*process, error) {
	file := filepath.Join(p.dir, w.name+"-"+m.name+".yaml")
	if err := os.WriteFile(file, []byte(w.config(m, url)), 0o600); err != nil {
		return nil, err
	}
	program, args := p.pinned(p.program(w), append([]string{"-addr", loopback, "-config", file}, args...)...)
	admin, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	env := []string{"WEFT_ADMIN_ADDR=" + admin, "WEFT_ADMIN_TOKEN=" + adminToken}
	if m.redis {
		env = append(env, "WEFT_REDIS_URL=redis://"+p.redis)
	}
	started, err := startWith(ctx, program, env, args...)
	if err != nil {
		return nil, err
	}
	started.admin = "http://" + admin
	return started, nil
}
