package services_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/tools/txtar"

	"weft/graph/bindgen/check"
	"weft/graph/config"
	"weft/graph/service"
	"weft/upstream"
)

// unlike is what generation has to say of samples of these services, all of it right: vendors' published examples of one thing differ.
var unlike = map[string][]string{
	"jsonapi": { // an article that is made has what was sent; people in lists have two names, and one of those who are asked for by themselves has one
		"Article.body: nothing answers the field: /attributes/body is in no element of recorded/Mutation.createArticle.json",
		"Article.created: nothing answers the field: /attributes/created is in no element of recorded/Mutation.createArticle.json",
		"Person.name: nothing answers the field: /attributes/name is in no element of recorded/Person.batch.json",
	},
}

// TestRecord has each service asked all operations, with its answers recorded: generation takes the schema with them as samples.
func TestRecord(t *testing.T) {
	for name := range schemas {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := recorded(t, name)
			if files, err := filepath.Glob(filepath.Join(root, "recorded", "*.json")); err != nil || len(files) < 3 {
				t.Fatalf("there are %d samples (%v)", len(files), err)
			}
			text, err := os.ReadFile(filepath.Join(name, "schema.graphql"))
			if err != nil {
				t.Fatal(err)
			}
			schema := regexp.MustCompile(`samples: "samples"`).ReplaceAllString(string(text), "")
			schema = regexp.MustCompile(`@upstream\(`).ReplaceAllString(schema, `@upstream(samples: "recorded", `)
			_, problems := check.Compile([]*ast.Source{{Name: "schema.graphql", Input: schema}}, check.Options{Root: root})
			if len(problems) != len(unlike[name]) {
				t.Errorf("got %d problems, want %d", len(problems), len(unlike[name]))
			}
			for i, p := range problems {
				if i >= len(unlike[name]) || !strings.Contains(p.Text, unlike[name][i]) {
					t.Error(p)
				}
			}
		})
	}
}

// recorded asks the fake of a name all operations that there are for it, and returns the folder of the folder of samples.
func recorded(t *testing.T, name string) (root string) {
	t.Helper()
	root = t.TempDir()
	conf, err := config.Load(config.Program{Name: name, Upstreams: schemas[name].Upstreams}, []string{"-record", filepath.Join(root, "recorded")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	o := upstream.Options{URL: fakes[name].start(t).URL}
	if secret := credentials[name]; secret != "" {
		file := filepath.Join(root, "secret")
		if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
		o.Credential = upstream.Credential{Prefix: "Bearer ", File: file}
	}
	conf.Upstreams[name] = o
	s, err := service.New(schemas[name], conf, service.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	server := httptest.NewServer(s)
	defer server.Close()
	files, err := filepath.Glob(name + "/operations/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parts := map[string]string{}
		for _, part := range archive.Files {
			parts[part.Name] = string(part.Data)
		}
		ask(t, server.URL, parts)
	}
	return root
}
