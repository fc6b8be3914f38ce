package bindgen

import (
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/99designs/gqlgen/plugin"

	"weft/graph/bindgen/spec"
	"weft/graph/scalar"
)

// Plugin makes gqlgen compile a checked service. gqlgen calls it twice: MutateConfig before it binds the schema to Go, where the
// Plugin writes the views that gqlgen is to bind to, and GenerateCode after, where it routes every bound field, and every picture's URL, to a generated method,
// so that only hand-written fields are left in gqlgen's ResolverRoot, and writes the bindings.
type Plugin struct {
	service *spec.Service
	types   goTypes
	fields  map[string]*spec.Field // by "Type.field"
	images  map[string]imageMember // by "Type.field": the members whose URL depends on their arguments
}

// imageMember is a member with @imageURL.
type imageMember struct {
	object string
	*spec.Member
}

var (
	_ plugin.ConfigMutator = (*Plugin)(nil)
	_ plugin.CodeGenerator = (*Plugin)(nil)
)

func newPlugin(s *spec.Service, parsers map[string]bool) *Plugin {
	p := &Plugin{service: s, fields: map[string]*spec.Field{}, images: map[string]imageMember{}}
	p.types = goTypes{schema: s.Schema, parsers: parsers, shipped: map[string]scalar.Scalar{}, enums: map[string]*spec.Enum{}}
	for _, name := range s.Shipped {
		p.types.shipped[name] = scalar.Shipped[name]
	}
	for _, e := range s.Enums {
		p.types.enums[e.Def.Name] = e
	}
	for _, f := range s.Fields {
		p.fields[f.Object+"."+f.Def.Name] = f
	}
	for _, v := range s.Views {
		for _, m := range v.Members {
			if m.Image != "" {
				p.images[v.Name+"."+m.Def.Name] = imageMember{v.Name, m}
			}
		}
	}
	return p
}

// Name is the plugin's name in gqlgen's errors.
func (*Plugin) Name() string { return "weft" }

// MutateConfig writes the views and tells gqlgen which Go types and fields stand for the schema's.
func (p *Plugin) MutateConfig(cfg *config.Config) error {
	if err := p.writeViews(cfg); err != nil {
		return fmt.Errorf("write the views: %w", err)
	}
	model := cfg.Model.ImportPath() + "."
	for _, v := range p.service.Views {
		cfg.Models.Add(v.Name, model+templates.ToGoModelName(v.Name))
	}
	for _, a := range p.service.Abstracts {
		cfg.Models.Add(a.Def.Name, model+templates.ToGoModelName(a.Def.Name))
	}
	for _, name := range p.service.Scalars {
		switch {
		case p.types.parsers[name]:
			cfg.Models.Add(name, model+templates.ToGoModelName(name))
		case p.types.shipped[name].Is != nil:
			_, marshaler := shippedType(name)
			cfg.Models.Add(name, marshaler)
		case !cfg.Models.UserDefined(name):
			cfg.Models.Add(name, "weft/graph/view.Raw")
		}
	}
	for _, f := range p.service.Fields {
		setResolver(cfg, f.Object, f.Def.Name)
	}
	for _, m := range p.images {
		setResolver(cfg, m.object, m.Def.Name)
	}
	for _, r := range p.service.Resolvers {
		object, field, _ := strings.Cut(r.Name, ".")
		setResolver(cfg, object, field)
	}
	for name := range cfg.Schema.Directives { // nothing implements them: gqlgen would fail where they stand
		cfg.Directives[name] = config.DirectiveConfig{SkipRuntime: true}
	}
	cfg.ReloadAllPackages()
	return nil
}

// setResolver keeps gqlgen from looking for a Go field or method of the parent's model.
func setResolver(cfg *config.Config, object, field string) {
	entry := cfg.Models[object]
	if entry.Fields == nil {
		entry.Fields = map[string]config.TypeMapField{}
	}
	f := entry.Fields[field]
	f.Resolver = true
	entry.Fields[field] = f
	cfg.Models[object] = entry
}

// GenerateCode runs before gqlgen prints its own code, which therefore follows what is changed here.
func (p *Plugin) GenerateCode(data *codegen.Data) error {
	for _, o := range data.Objects {
		for _, f := range o.Fields {
			if name := o.Name + "." + f.Name; p.fields[name] != nil || p.images[name].Member != nil {
				route(o, f)
			}
		}
	}
	return p.writeBindings(data)
}

// route makes gqlgen call the generated method of a field instead of a resolver.
func route(o *codegen.Object, f *codegen.Field) {
	f.IsResolver = false
	f.GoFieldType = codegen.GoFieldMethod
	f.MethodHasContext = true
	f.GoFieldName = templates.ToGo(f.Name)
	f.GoReceiverName = boundType(o.Name) + "{obj}"
	if o.Root {
		f.GoReceiverName = boundType(o.Name) + "{}"
	}
}

// boundType is the type in package generated that has the methods of an object type's bound fields.
func boundType(object string) string { return "bound" + templates.ToGo(object) }
