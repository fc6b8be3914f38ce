package config_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"weft/graph/config"
	"weft/upstream"
)

// TestReadme: the examples of README.md are files that load, with their secrets in place.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	if len(examples) < 8 {
		t.Fatalf("%d examples", len(examples))
	}
	for _, example := range examples {
		dir := t.TempDir()
		for _, secret := range regexp.MustCompile(`/run/secrets/(\w+)`).FindAllStringSubmatch(example[1], -1) {
			if err := os.WriteFile(filepath.Join(dir, secret[1]), []byte(strings.Repeat("c0de", 8)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(t, strings.ReplaceAll(example[1], "/run/secrets/", dir+"/"))
		var named struct {
			Upstreams map[string]any
			Images    map[string]any
		}
		if err := yaml.Unmarshal([]byte(example[1]), &named); err != nil {
			t.Fatal(err)
		}
		program := config.Program{Name: "shop"}
		for name := range named.Upstreams {
			spec := upstream.Spec{Name: name}
			if strings.Contains(example[1], `forwardHeaders: ["Authorization"]`) {
				spec.ForwardHeaders = []string{"Authorization"}
			}
			program.Upstreams = append(program.Upstreams, spec)
		}
		for name := range named.Images {
			program.Images = append(program.Images, name)
		}
		if _, err := config.Load(program, []string{"-config=weft.yaml"}, env(nil)); err != nil {
			t.Errorf("%v\n%s", err, example[1])
		}
	}
}
