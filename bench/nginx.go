package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// nginxConfig serves files as the built-in upstream serves its bodies, from one process. It does not look at a URL's query: who asks for some users gets all.
const nginxConfig = `daemon off;
master_process off;
pid DIR/nginx.pid;
error_log stderr;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path DIR; proxy_temp_path DIR; fastcgi_temp_path DIR; uwsgi_temp_path DIR; scgi_temp_path DIR;
  open_file_cache max=100;
  sendfile on; tcp_nopush on;
  keepalive_timeout 1h; keepalive_requests 1000000000;
  server_tokens off; etag off; max_ranges 0; add_header Last-Modified "";
  default_type application/json;
  server {
    listen ADDRESS;
    location = CALLS { stub_status; }
LOCATIONS  }
}
`

// startUpstream starts nginx, or the one that is built in.
func (o options) startUpstream(ctx context.Context, b *bench) (*process, error) {
	if o.nginx != "" {
		return startNginx(ctx, o.nginx, b.programs.dir, bodies())
	}
	return start(ctx, b.programs.bench, "serve", "upstream", "-delay", o.delay.String())
}

// startNginx runs nginx as the upstream, with the bodies as files in dir.
func startNginx(ctx context.Context, program, dir string, bodies map[string][]byte) (*process, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	var locations strings.Builder
	for i, path := range slices.Sorted(maps.Keys(bodies)) {
		file := filepath.Join(dir, fmt.Sprintf("body-%d.json", i))
		if err := os.WriteFile(file, bodies[path], 0o600); err != nil {
			return nil, err
		}
		fmt.Fprintf(&locations, "    location = %s { alias %s; }\n    location = %s { alias %s; add_header Last-Modified \"\"; add_header Cache-Control %s; }\n",
			path, file, keptPath+path, file, keptHeader)
	}
	config := filepath.Join(dir, "nginx.conf")
	text := strings.NewReplacer("ADDRESS", address, "DIR", dir, "CALLS", callsPath, "LOCATIONS", locations.String()).Replace(nginxConfig)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	p, err := launch(ctx, program, nil, "-e", "stderr", "-p", dir, "-c", config)
	if err != nil {
		return nil, err
	}
	return p.listening(ctx, address)
}
