package bindgen

import (
	_ "embed"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
)

//go:embed gqlgen.gotpl
var gqlgenTemplate string

// What gqlgen.gotpl prints: all that tables use of what gqlgen generates and does not export. Nothing else in generated code
// leans on that, so that a version of gqlgen that spells it otherwise costs this template only.
type (
	gqlgenData struct {
		Args      []argsTable
		Resolvers []*resolverTable
	}
	argsTable struct {
		Name  string
		Field *codegen.Field
	}
)

// gqlgenName is a field in the names of gqlgen.gotpl's functions. No two fields have the same: Go names of types and fields
// have no underscore.
func gqlgenName(object, field string) string {
	return templates.ToGo(object) + "_" + templates.ToGo(field)
}

// writeGQLGen writes package generated's gqlgen_gen.go.
func writeGQLGen(cfg *config.Config, d gqlgenData) error {
	return render(cfg, gqlgenFile(cfg), cfg.Exec.Package, gqlgenTemplate, d, cfg.Model.ImportPath())
}
