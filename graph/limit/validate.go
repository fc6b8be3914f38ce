package limit

import (
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

const (
	// mostErrors and mostText bound what validation says of a document, in errors and in bytes of their messages. Finding what a
	// name may have meant costs its length times all names in its place.
	mostErrors = 20
	mostText   = 16 << 10

	// mostMessage bounds one message. Messages repeat literals.
	mostMessage = 1 << 10

	// longText is how long a document is in which nothing that is wrong is compared with what it may have meant. A string that
	// stands for an enum's value may be as long as the document, and in a long document many names may be long.
	longText = 64 << 10
)

// Validate returns what is wrong with doc by the rules of set, as gqlparser's does. It ends after 20 errors, or 16 KiB of messages, and
// compares the types of two interfaces once.
func Validate(schema *ast.Schema, doc *ast.QueryDocument, set *rules.Rules) (errs gqlerror.List) {
	type enough struct{}
	defer func() {
		if v := recover(); v != nil {
			if _, ok := v.(enough); !ok {
				panic(v)
			}
		}
	}()
	text := 0
	events := &core.Events{}
	inner := set.GetInner()
	if _, ok := inner[rules.PossibleFragmentSpreadsRule.Name]; ok {
		inner[rules.PossibleFragmentSpreadsRule.Name] = possibleFragmentSpreads
	}
	if doc.Position != nil && doc.Position.Src != nil && len(doc.Position.Src.Input) > longText {
		for rule, without := range withoutSuggestions() {
			if _, ok := inner[rule]; ok {
				inner[rule] = without
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(inner)) {
		inner[name](events, func(options ...core.ErrorOption) {
			err := &gqlerror.Error{Rule: name}
			for _, o := range options {
				o(err)
			}
			text += len(err.Message)
			err.Message = shorten(err.Message)
			errs = append(errs, err)
			if len(errs) >= mostErrors || text >= mostText {
				panic(enough{})
			}
		})
	}
	core.Walk(schema, doc, events)
	return errs
}

// withoutSuggestions are rules that say what is wrong, and not what may have been meant, by the names of those that do.
func withoutSuggestions() map[string]core.RuleFunc {
	return map[string]core.RuleFunc{
		rules.FieldsOnCorrectTypeRule.Name: rules.FieldsOnCorrectTypeRuleWithoutSuggestions.RuleFunc,
		rules.KnownArgumentNamesRule.Name:  rules.KnownArgumentNamesRuleWithoutSuggestions.RuleFunc,
		rules.KnownTypeNamesRule.Name:      rules.KnownTypeNamesRuleWithoutSuggestions.RuleFunc,
		rules.ScalarLeafsRule.Name:         rules.ScalarLeafsRuleWithoutSuggestions.RuleFunc,
		rules.ValuesOfCorrectTypeRule.Name: rules.ValuesOfCorrectTypeRuleWithoutSuggestions.RuleFunc,
	}
}

// shorten returns the beginning and the end of a message that is too long.
func shorten(message string) string {
	if len(message) <= mostMessage {
		return message
	}
	const half = mostMessage / 2
	begin, end := half, len(message)-half
	for begin > 0 && message[begin]&0xc0 == 0x80 {
		begin--
	}
	for end < len(message) && message[end]&0xc0 == 0x80 {
		end++
	}
	return message[:begin] + " … " + message[end:]
}
