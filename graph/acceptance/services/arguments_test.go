package services_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"weft/graph/bindgen/check"
)

// Reasons that several of unused have.
const (
	apollos   = "the directive is Apollo's, with all of its arguments"
	openAPI   = "the styles are OpenAPI's, all of them"
	anyCall   = "a call is written in the same words wherever it stands: that of a field, of an entity, and of a batch of either"
	numbers   = "services that refuse a number as text, of keys that are IDs to clients: testdata/operations/shop/batch_of_numbers.txtar"
	summaries = "lists of summaries whose members are null, though the object has them: testdata/operations/magazine/stub_list_summaries.txtar"
	copies    = "embedded copies that are older than what they are copies of: testdata/operations/magazine/stub_key_only.txtar"
	gateway   = "services that believe who asks from what they are sent: graph/guard/guardtest"
)

// unused are the arguments of the language that no schema here needs, each with the reason why it is there.
var unused = map[string]string{
	"weft__CacheControlScope.PUBLIC":   apollos,
	"@listSize(sizedFields:)":          "the directive is that of the GraphQL Cost Directives specification, with all of its arguments",
	"@entity(identity:)":               "what Go answers is kept only with it: testdata/sql",
	"@entity(max:)":                    "databases bound what one query may have, as services do: testdata/sql",
	"@entity(keyType:)":                numbers,
	"weft__KeyType.INT":                numbers,
	"@prefetch(top:)":                  "what is opened next may be any of the first few; of the storefront it is the first",
	"@entity(query:)":                  anyCall,
	"weft__EntityBatch.each":           anyCall,
	"weft__EntityBatch.headers":        anyCall,
	"weft__FieldBatch.query":           anyCall,
	"weft__FieldBatch.headers":         anyCall,
	"weft__Param.around":               "filters whose clauses stand in brackets, as OData's in does since 4.01: testdata/operations/requests/filter_batch.txtar",
	"weft__ParamStyle.SPACE_DELIMITED": openAPI,
	"weft__ParamStyle.PIPE_DELIMITED":  openAPI,
	"@entity(empty:)":                  "PHP's empty map, [], in the place of an object that is asked for by key: testdata/operations/hotel/empty_map.txtar",
	"@load(stub:)":                     copies,
	"weft__StubUse.KEY":                copies,
	"@json(sparse:)":                   summaries,
	"@http(sparse:)":                   summaries,
	"@upstream(claims:)":               gateway,
	"weft__ClaimHeader.name":           gateway,
	"weft__ClaimHeader.claim":          gateway,
	"weft__Quote.RSQL":                 "JSON:API leaves filters to services, and those of Elide are RSQL: testdata/operations/requests/filter_clauses.txtar",
}

// TestArguments looks for a use of each argument of each directive, of each field of the objects in them, and of each value of its enums, in the
// schemas of the five services and the storefront: what none of them needs is not in the language.
func TestArguments(t *testing.T) {
	language, err := parser.ParseSchema(check.Directives())
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	defaults(language, used)
	for _, pattern := range []string{"*/schema.graphql", "../../schema/*.graphql"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) < 5 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			schema, err := parser.ParseSchema(&ast.Source{Name: file, Input: string(text)})
			if err != nil {
				t.Fatal(err)
			}
			eachDirective(schema, func(d *ast.Directive) { use(language, d, used) })
		}
	}
	for name := range arguments(language) {
		if reason := unused[name]; !used[name] && reason == "" {
			t.Errorf("%s is in none of the schemas", name)
		} else if used[name] && reason != "" {
			t.Errorf("%s is in one of the schemas, and among those that are not: %s", name, reason)
		}
		delete(unused, name)
	}
	for name := range unused {
		t.Errorf("the language has no %s", name)
	}
}

// arguments are the names of all arguments, such as @http(get:), and fields and values, such as weft__Page.items.
func arguments(language *ast.SchemaDocument) map[string]bool {
	names := map[string]bool{}
	for _, d := range language.Directives {
		for _, a := range d.Arguments {
			names["@"+d.Name+"("+a.Name+":)"] = true
		}
	}
	for _, def := range language.Definitions {
		for _, f := range def.Fields {
			names[def.Name+"."+f.Name] = true
		}
		for _, v := range def.EnumValues {
			names[def.Name+"."+v.Name] = true
		}
	}
	return names
}

// defaults marks the values of enums that hold where nothing is said.
func defaults(language *ast.SchemaDocument, used map[string]bool) {
	for _, d := range language.Directives {
		for _, a := range d.Arguments {
			if a.DefaultValue != nil {
				useValue(language, a.Type, a.DefaultValue, used)
			}
		}
	}
	for _, def := range language.Definitions {
		for _, f := range def.Fields {
			if f.DefaultValue != nil {
				useValue(language, f.Type, f.DefaultValue, used)
			}
		}
	}
}

func use(language *ast.SchemaDocument, d *ast.Directive, used map[string]bool) {
	def := language.Directives.ForName(d.Name)
	if def == nil {
		return
	}
	for _, a := range d.Arguments {
		used["@"+d.Name+"("+a.Name+":)"] = true
		if arg := def.Arguments.ForName(a.Name); arg != nil {
			useValue(language, arg.Type, a.Value, used)
		}
	}
}

// useValue goes into objects of the language's own types, into lists of them, and marks values of its enums.
func useValue(language *ast.SchemaDocument, typ *ast.Type, v *ast.Value, used map[string]bool) {
	def := language.Definitions.ForName(typ.Name())
	if def == nil {
		return
	}
	switch {
	case v.Kind == ast.EnumValue:
		used[def.Name+"."+v.Raw] = true
	case def.Kind == ast.Scalar:
	case v.Kind == ast.ListValue:
		for _, child := range v.Children {
			useValue(language, typ, child.Value, used)
		}
	default:
		for _, child := range v.Children {
			used[def.Name+"."+child.Name] = true
			if f := def.Fields.ForName(child.Name); f != nil {
				useValue(language, f.Type, child.Value, used)
			}
		}
	}
}

// eachDirective calls f with every directive of the document, wherever it stands.
func eachDirective(doc *ast.SchemaDocument, f func(*ast.Directive)) {
	each := func(list ast.DirectiveList) {
		for _, d := range list {
			f(d)
		}
	}
	for _, s := range append(doc.Schema, doc.SchemaExtension...) {
		each(s.Directives)
	}
	for _, def := range append(doc.Definitions, doc.Extensions...) {
		each(def.Directives)
		for _, field := range def.Fields {
			each(field.Directives)
			for _, a := range field.Arguments {
				each(a.Directives)
			}
		}
		for _, v := range def.EnumValues {
			each(v.Directives)
		}
	}
}
