package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"slices"
)

// startRedis runs redis-server on a free port. It writes nothing to disk.
func startRedis(ctx context.Context, program, dir string) (*process, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	host, port, _ := net.SplitHostPort(address)
	p, err := launch(ctx, program, nil, "--bind", host, "--port", port, "--dir", dir, "--save", "", "--appendonly", "no")
	if err != nil {
		return nil, err
	}
	return p.listening(ctx, address)
}

// withRedis starts redis-server for modes that take it, on the address that it sets. Where the program is not on PATH, these
// modes are left out, and note says so. stop may always be called.
func (o *options) withRedis(ctx context.Context, p *programs) (note string, stop func(), err error) {
	takes := func(m mode) bool { return m.redis }
	if !slices.ContainsFunc(o.modes, takes) {
		return "", func() {}, nil
	}
	program, err := exec.LookPath("redis-server")
	if err != nil {
		o.modes = slices.DeleteFunc(o.modes, takes)
		return "Without redis-server on PATH, what is kept in Redis is not measured.", func() {}, nil
	}
	server, err := startRedis(ctx, program, p.dir)
	if err != nil {
		return "", func() {}, fmt.Errorf("start redis-server: %w", err)
	}
	p.redis, p.redisPID = server.url[len("http://"):], server.pid
	return "", server.stop, nil
}

// adminToken is what the posts service's admin listener asks for. It listens on loopback, to this program.
const adminToken = "bench, on loopback only"

// redisStatus is what a service says of its Redis.
type redisStatus struct {
	RoundTrips    int64  `json:"roundTrips"`
	Breaker       string `json:"breaker"`
	BreakerOpened int64  `json:"breakerOpened"`
}

// serviceStatus is what a service says of itself.
type serviceStatus struct {
	Memory struct {
		Bytes int64 `json:"bytes"`
	} `json:"memory"` // that values are kept in
	Redis redisStatus `json:"redis"` // zero: it has none
}

// status asks a service for its state; that of a server that does not say it is the zero one.
func (p *process) status(ctx context.Context) (serviceStatus, error) {
	var status serviceStatus
	if p.admin == "" {
		return status, nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.admin+"/status", nil)
	if err != nil {
		return status, err
	}
	req.Header.Set("Authorization", "Bearer "+adminToken)
	body, err := roundTrip(req)
	if err != nil {
		return status, err
	}
	return status, json.Unmarshal(body, &status)
}
