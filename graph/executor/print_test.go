package executor_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"weft/graph/plan"
)

var update = flag.Bool("update", false, "write the plans into testdata/plans")

// TestPrint compares the plans of testdata/plans/*.txtar: a schema's name, an operation, its variables, and what plan.Print
// writes.
func TestPrint(t *testing.T) {
	files, err := filepath.Glob("testdata/plans/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no plans: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string]string{}
			for _, f := range archive.Files {
				parts[f.Name] = string(f.Data)
			}
			got := printed(t, strings.TrimSpace(parts["schema"]), parts["operation.graphql"], parts["variables.json"])
			if !*update {
				if diff := cmp.Diff(parts["plan"], got); diff != "" {
					t.Errorf("plan (-want +got):\n%s", diff)
				}
				return
			}
			archive.Files[len(archive.Files)-1].Data = []byte(got)
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func printed(t *testing.T, schema, operation, variables string) string {
	t.Helper()
	o := open(t, services[schema], 0, "planned")
	params := &graphql.RawParams{Query: operation}
	if variables != "" {
		if err := json.Unmarshal([]byte(variables), &params.Variables); err != nil {
			t.Fatal(err)
		}
	}
	op, errs := o.CreateOperationContext(graphql.StartOperationTrace(t.Context()), params)
	if errs != nil {
		t.Fatal(errs)
	}
	p, err := plan.Build(t.Context(), o.tables, op.Doc, op.Operation, op.Variables, nil)
	if err != nil {
		return err.Error() + "\n"
	}
	return plan.Print(p)
}
