package main

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	for name, c := range map[string]struct {
		args         []string
		status       int
		writes, says string
	}{
		"nothing":             {nil, 2, "", "which command?"},
		"help":                {[]string{"-h"}, 0, "", "go tool weft generate"},
		"unknown":             {[]string{"generat"}, 2, "", `no command "generat"`},
		"a command's help":    {[]string{"generate", "-h"}, 0, "", "gqlgen.yml"},
		"a command's mistake": {[]string{"generate", "twice"}, 2, "", `no argument "twice"`},
		"directives":          {[]string{"directives"}, 0, "directive @http(", ""},
		"directives' help":    {[]string{"directives", "-h"}, 0, "", "editors"},
		"directives' mistake": {[]string{"directives", "a.graphql"}, 2, "", `no argument "a.graphql"`},
		"no such folder":      {[]string{"directives", "-o", "nowhere/a.graphql"}, 1, "", "nowhere/a.graphql"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			status := run(c.args, &stdout, &stderr)
			if status != c.status || !strings.Contains(stdout.String(), c.writes) || !strings.Contains(stderr.String(), c.says) {
				t.Errorf("ended with %d, wrote\n%s\nand said\n%s\nwant %d, %q and %q", status, stdout.String(), stderr.String(), c.status, c.writes, c.says)
			}
		})
	}
}
