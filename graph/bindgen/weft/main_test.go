package main

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"nothing":             {nil, 2, "which command?"},
		"help":                {[]string{"-h"}, 0, "go tool weft generate"},
		"unknown":             {[]string{"generat"}, 2, `no command "generat"`},
		"a command's help":    {[]string{"generate", "-h"}, 0, "gqlgen.yml"},
		"a command's mistake": {[]string{"generate", "twice"}, 2, `no argument "twice"`},
	} {
		t.Run(name, func(t *testing.T) {
			var stderr strings.Builder
			if status := run(c.args, &stderr); status != c.status || !strings.Contains(stderr.String(), c.says) {
				t.Errorf("ended with %d and said\n%swant %d and %q", status, stderr.String(), c.status, c.says)
			}
		})
	}
}
