package service_test

import (
	"context"
	"errors"
	"flag"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/service"
)

// address is a variable without which the posts service does not run.
const address = "WEFT_UPSTREAM_JSONPLACEHOLDER_URL=http://posts.example"

// A program serves until it is told to end, with and without the command's name, and a health check of it says so.
func TestProgram(t *testing.T) {
	schema := generated.Service(resolver.Resolver{})
	for _, args := range [][]string{{"serve", "-addr=localhost:0"}, {"-addr=localhost:0"}} {
		ctx, stop := context.WithCancel(t.Context())
		var said strings.Builder
		ready := make(chan string, 1)
		served := make(chan error, 1)
		var order []string
		p := service.Program{
			Name:    "posts",
			Options: service.Options{Ready: func(a net.Addr) { ready <- a.String() }},
			Before: func(_ context.Context, conf *config.Config, o *service.Options) (func() error, error) {
				order = append(order, "before")
				o.Playground.Title = "Posts"
				conf.Playground = false
				return func() error { order = append(order, "after"); return errors.New("and after") }, nil
			},
		}
		go func() { served <- p.Run(ctx, schema, args, []string{address}, &said) }()
		select {
		case addr := <-ready:
			if err := p.Run(t.Context(), schema, []string{"healthcheck", "-addr=" + addr}, []string{address}, io.Discard); err != nil {
				t.Errorf("%q: healthcheck: %v", args, err)
			}
			stop()
			if err := <-served; err == nil || err.Error() != "and after" {
				t.Errorf("%q: got %v, want what the function behind Before says", args, err)
			}
			if !regexp.MustCompile(`^posts is ready\.\n  Endpoint    http://localhost:\d+/graphql\n$`).MatchString(said.String()) {
				t.Errorf("%q: it said %q", args, said.String())
			}
			if got := strings.Join(order, " "); got != "before after" {
				t.Errorf("%q: got %s, want each once", args, got)
			}
		case err := <-served:
			t.Errorf("%q: it does not serve: %v", args, err)
		}
		stop()
	}
}

// What a command line or an environment means to nobody is an error that says what there is.
func TestProgramErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		args, environ []string
		want          string
	}{
		"Command":  {[]string{"chek"}, []string{address}, `there is no command "chek": choose serve, check, explain, schema, healthcheck; posts -h explains them`},
		"Argument": {[]string{"serve", "check"}, []string{address}, `unexpected argument "check": posts takes flags only, -h lists them`},
		"Variable": {nil, []string{address, "WEFT_ADRD=:1"}, "WEFT_ADRD: unknown variable; did you mean WEFT_ADDR?"},
		"NoURL":    {nil, nil, `upstream "jsonplaceholder" has no URL: set upstreams.jsonplaceholder.url or WEFT_UPSTREAM_JSONPLACEHOLDER_URL`},
		"Health":   {[]string{"healthcheck", "-addr=localhost:1"}, nil, "check health: "},
	} {
		t.Run(name, func(t *testing.T) {
			err := service.Program{Name: "posts"}.Run(t.Context(), generated.Service(resolver.Resolver{}), tt.args, tt.environ, io.Discard)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestProgramHelp(t *testing.T) {
	var said strings.Builder
	err := service.Program{Name: "posts"}.Run(t.Context(), generated.Service(resolver.Resolver{}), []string{"healthcheck", "-h"}, nil, &said)
	if !errors.Is(err, flag.ErrHelp) {
		t.Errorf("got %v, want %v", err, flag.ErrHelp)
	}
	const want = "Usage: posts [command] [flags]\n\nCommands:\n  serve        answer requests"
	if !strings.HasPrefix(said.String(), want) {
		t.Errorf("got %s, want it to begin with %s", said.String(), want)
	}
}
