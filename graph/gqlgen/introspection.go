package gqlgen

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/introspection"
)

// Introspection surrounds the fields of gqlgen's executor, and answers about the schema where GraphQL (September 2025, section 4.2) says
// something else than gqlgen: null for what a kind of types does not have, no interfaces among the possible types of one, the default
// reason of what is deprecated without any, and no @defer, which nobody serves.
func Introspection(next graphql.FieldMiddleware) graphql.FieldMiddleware {
	return func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		v, err := next(ctx, resolve)
		f := graphql.GetFieldContext(ctx)
		if err != nil || !strings.HasPrefix(f.Object, "__") {
			return v, err
		}
		switch of := f.Parent.Result.(type) {
		case *introspection.Type:
			if kinds, ok := kindsWith[f.Field.Name]; ok && !slices.Contains(kinds, of.Kind()) {
				return nil, nil
			}
			if types, ok := v.([]introspection.Type); ok && f.Field.Name == "possibleTypes" {
				return slices.DeleteFunc(types, func(t introspection.Type) bool { return t.Kind() == "INTERFACE" }), nil
			}
		case *introspection.Schema:
			if directives, ok := v.([]introspection.Directive); ok {
				return slices.DeleteFunc(directives, func(d introspection.Directive) bool { return d.Name == "defer" }), nil
			}
		case interface{ IsDeprecated() bool }:
			if reason, ok := v.(*string); ok && reason == nil && f.Field.Name == "deprecationReason" && of.IsDeprecated() {
				return &noLonger, nil
			}
		}
		return v, nil
	}
}

// kindsWith are the kinds of types that have something, by the field of __Type; others have null.
var kindsWith = map[string][]string{
	"fields": {"OBJECT", "INTERFACE"}, "interfaces": {"OBJECT", "INTERFACE"}, "possibleTypes": {"INTERFACE", "UNION"},
	"enumValues": {"ENUM"}, "inputFields": {"INPUT_OBJECT"}, "isOneOf": {"INPUT_OBJECT"},
}

var noLonger = "No longer supported"
