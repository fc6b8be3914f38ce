package process

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"
)

const probeTimeout = time.Second

// CheckHealth asks the server that listens on addr, host:port, whether it lives: nil when /healthz says so within a
// second. Without a host, or with an unspecified one, it asks this machine. It is the health check of a container that has
// no shell to run another program in. scheme is http, or https, whose certificate it does not check: it may be for another name.
func CheckHealth(ctx context.Context, scheme, addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("check health: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "localhost"
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return fmt.Errorf("check health: %w", err)
	}
	response, err := (&http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}).RoundTrip(request)
	if err != nil {
		return fmt.Errorf("check health: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("check health: %s answers %s", addr, response.Status)
	}
	return nil
}
