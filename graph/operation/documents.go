package operation

import (
	"context"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"weft/graph/coercion"
	"weft/graph/document"
	"weft/graph/limit"
	"weft/graph/protocol"
)

// documents makes valid documents of texts, each once while the cache has room for it. It may be used by any number of goroutines
// at once.
type documents struct {
	schema coercion.Schema
	rules  *rules.Rules
	limits limit.Document
	about  *limit.Schema
	cache  *document.Cache
	queue  *queue
}

func newDocuments(schema coercion.Schema, o Options) *documents {
	return &documents{
		schema: schema,
		rules:  validationRules(schema, !o.Conceal.Suggestions),
		limits: o.Limits,
		about:  limit.NewSchema(schema.Schema),
		cache:  document.NewCache(o.MaxDocumentBytes),
		queue:  newQueue(),
	}
}

// of returns the document of a text, which is kept. Its error is a gqlerror.List when the text is none, ErrFull, or ctx's.
func (d *documents) of(ctx context.Context, text string) (*document.Document, error) {
	if known := d.cache.Find([]byte(text)); known != nil {
		return known, nil
	}
	if err := d.queue.enter(ctx, len(text)); err != nil {
		return nil, err
	}
	defer d.queue.leave()
	if known := d.cache.Find([]byte(text)); known != nil { // somebody who was before us in the queue has made it
		return known, nil
	}
	doc, errs := d.parse(text)
	if errs != nil {
		return nil, errs
	}
	return d.cache.Add(text, doc), nil
}

// make returns the document of a text for somebody who keeps it. Its errors are those of of.
func (d *documents) make(ctx context.Context, text string) (*document.Document, error) {
	if err := d.queue.enter(ctx, len(text)); err != nil {
		return nil, err
	}
	defer d.queue.leave()
	doc, errs := d.parse(text)
	if errs != nil {
		return nil, errs
	}
	return document.New(text, doc), nil
}

func (d *documents) parse(text string) (*ast.QueryDocument, gqlerror.List) {
	doc, err := d.limits.Parse(text)
	if err != nil {
		return nil, coded(protocol.CodeParse, err)
	}
	if err := locate(doc, text); err != nil {
		return nil, coded(protocol.CodeParse, err)
	}
	if err := constants(doc); err != nil {
		return nil, coded(protocol.CodeParse, err)
	}
	if len(doc.Operations) == 0 {
		return nil, coded(protocol.CodeValidation, gqlerror.Errorf("no operation provided"))
	}
	if err := d.limits.Check(d.about, doc); err != nil {
		return nil, gqlerror.List{err}
	}
	if errs := limit.Validate(d.schema.Schema, doc, d.rules); len(errs) > 0 {
		return nil, coded(protocol.CodeValidation, errs...)
	}
	return doc, nil
}

// coded gives those of errs that have no code this one.
func coded(code string, errs ...*gqlerror.Error) gqlerror.List {
	for _, err := range errs {
		if err.Extensions["code"] == nil {
			errcode.Set(err, code)
		}
	}
	return errs
}

// validationRules are GraphQL's, and those of package coercion. Without suggestions no error says "did you mean".
func validationRules(schema coercion.Schema, suggestions bool) *rules.Rules {
	all := rules.NewDefaultRules()
	all.AddRule("LiteralsFit", schema.LiteralsFit)
	all.AddRule("StringsAreWhole", coercion.StringsAreWhole)
	for _, pair := range [][2]validator.Rule{ // with suggestions, and without
		{rules.FieldsOnCorrectTypeRule, rules.FieldsOnCorrectTypeRuleWithoutSuggestions},
		{rules.KnownArgumentNamesRule, rules.KnownArgumentNamesRuleWithoutSuggestions},
		{rules.KnownTypeNamesRule, rules.KnownTypeNamesRuleWithoutSuggestions},
		{rules.ScalarLeafsRule, rules.ScalarLeafsRuleWithoutSuggestions},
		{rules.ValuesOfCorrectTypeRule, rules.ValuesOfCorrectTypeRuleWithoutSuggestions},
	} {
		all.RemoveRule(pair[0].Name)
		all.RemoveRule(pair[1].Name)
		chosen := pair[1]
		if suggestions {
			chosen = pair[0]
		}
		all.AddRule(chosen.Name, chosen.RuleFunc)
	}
	for _, rule := range []validator.Rule{rules.KnownTypeNamesRule, rules.KnownTypeNamesRuleWithoutSuggestions} {
		all.ReplaceRule(rule.Name, aboutTypes(rule.RuleFunc, true)) // the one that is there
	}
	for _, rule := range []validator.Rule{rules.VariablesAreInputTypesRule, rules.FragmentsOnCompositeTypesRule} {
		all.ReplaceRule(rule.Name, aboutTypes(rule.RuleFunc, false))
	}
	for _, pair := range []struct {
		rule     validator.Rule
		needless needless
	}{
		{rules.ValuesOfCorrectTypeRule, ofOutputTypes},
		{rules.ValuesOfCorrectTypeRuleWithoutSuggestions, ofOutputTypes},
		{rules.FieldsOnCorrectTypeRule, ofLeaves},
		{rules.FieldsOnCorrectTypeRuleWithoutSuggestions, ofLeaves},
		{rules.VariablesInAllowedPositionRule, ofUnknownTypes},
	} {
		all.ReplaceRule(pair.rule.Name, pair.needless.without(pair.rule.RuleFunc))
	}
	return all
}
