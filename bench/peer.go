package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// peers are where the programs of others are; "" leaves one out.
type peers struct {
	tailcall   string // its program
	graphqlJIT string // the folder of the server on it, testdata/graphql-jit, its packages installed
}

// sharing is what Tailcall shares between requests, or keeps for them.
type sharing struct {
	mode     string // behind its name; "" nothing
	calls    calling
	below    string // the path before those of the upstream
	upstream string // further arguments of its @upstream
	http     string // and of each @http
}

var tailcallSharing = []sharing{
	{calls: own},
	{mode: "shared", calls: joint, http: ", dedupe: true"},
	{mode: "upstream answers in memory", calls: none, below: keptPath, upstream: ", httpCache: 1000"},
}

// tailcallSchema is the posts service for Tailcall 1.6, as its makers' benchmark has it, users batched as ours are.
const tailcallSchema = `schema @server(hostname: "127.0.0.1", port: PORT) @upstream(batch: {delay: 1, maxSize: 1000}UPSTREAM) { query: Query }
type Query {
  greet: String @expr(body: "Hello World!")
  posts: [Post] @http(url: "URL/posts"HTTP)
}
type Post {
  id: Int
  userId: Int!
  title: String
  user: User @http(url: "URL/users", query: [{key: "id", value: "{{.value.userId}}"}], batchKey: ["id"]HTTP)
  author: User @http(url: "URL/users/{{.value.userId}}"HTTP)
}
type User {
  id: Int
  name: String
  email: String
}
`

// schema is Tailcall's for one run: it says where to listen, and whom to call.
func (s sharing) schema(port, upstream string) string {
	return strings.NewReplacer("PORT", port, "URL", upstream+s.below, "UPSTREAM", s.upstream, "HTTP", s.http).Replace(tailcallSchema)
}

// ofOthers are the servers that others made, for the posts workload.
func (p programs) ofOthers(upstream string) (list []target) {
	if p.peers.tailcall != "" {
		for _, s := range tailcallSharing {
			list = append(list, p.ofTailcall(upstream, s))
		}
	}
	if p.peers.graphqlJIT != "" {
		list = append(list, p.ofGraphQLJIT(upstream))
	}
	return list
}

func (p programs) ofTailcall(upstream string, s sharing) target {
	return target{name: "Tailcall", mode: s.mode, calling: s.calls, path: "/graphql", start: func(ctx context.Context) (*process, error) {
		address, err := freeAddress(ctx)
		if err != nil {
			return nil, err
		}
		_, port, _ := net.SplitHostPort(address)
		file := filepath.Join(p.dir, "tailcall-"+port+".graphql")
		if err := os.WriteFile(file, []byte(s.schema(port, upstream)), 0o600); err != nil {
			return nil, err
		}
		quiet := []string{"TAILCALL_TRACKER=false", "TAILCALL_LOG_LEVEL=error"} // it reports to its makers otherwise
		program, args := p.pinned(p.peers.tailcall, "start", file)
		started, err := launch(ctx, program, quiet, args...)
		if err != nil {
			return nil, err
		}
		return started.listening(ctx, address)
	}}
}

func (p programs) ofGraphQLJIT(upstream string) target {
	return target{name: "graphql-jit", mode: "batched", calling: own, path: "/", start: func(ctx context.Context) (*process, error) {
		node, err := exec.LookPath("node")
		if err != nil {
			return nil, fmt.Errorf("graphql-jit runs on Node.js: %w", err)
		}
		program, args := p.pinned(node, filepath.Join(p.peers.graphqlJIT, "server.mjs"), upstream)
		return startWith(ctx, program, []string{"NODE_ENV=production"}, args...)
	}}
}
