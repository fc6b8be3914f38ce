package bindgen

import (
	"strconv"
	"strings"

	"weft/graph/binding"
	"weft/upstream"
)

// Go literals of what a call is made of, beside its template and body, and of where its answer says that it failed.

func queryLiteral(list []binding.QueryParam) string {
	if list == nil {
		return ""
	}
	parts := make([]string, len(list))
	for i, q := range list {
		all, style := "", [...]string{
			binding.SpaceDelimited: "binding.SpaceDelimited", binding.PipeDelimited: "binding.PipeDelimited", binding.DeepObject: "binding.DeepObject",
		}[q.Style]
		if q.All != nil {
			all = stringsLiteral(q.All)
		}
		parts[i] = "{" + structLiteral("Name", strconv.Quote(q.Name), "Value", strconv.Quote(q.Value), "Style", style, "Each", strconv.Quote(q.Each), "All", all,
			"Join", strconv.Quote(q.Join), "Around", strconv.Quote(q.Around), "Quote", quoteLiteral(q.Quote)) + "}"
	}
	return "[]binding.QueryParam{" + strings.Join(parts, ", ") + "}"
}

func headersLiteral(list []binding.Header) string {
	if list == nil {
		return ""
	}
	parts := make([]string, len(list))
	for i, h := range list {
		parts[i] = "{" + structLiteral("Name", strconv.Quote(h.Name), "Value", strconv.Quote(h.Value), "Var", strconv.Quote(h.Var)) + "}"
	}
	return "[]binding.Header{" + strings.Join(parts, ", ") + "}"
}

// failureLiteral are the members of a binding.Failure.
func failureLiteral(f *binding.Failure) string {
	fields := ""
	if f.Fields.At != "" {
		fields = "binding.Fields{" + structLiteral("At", strconv.Quote(f.Fields.At), "Field", strconv.Quote(f.Fields.Field), "Code", strconv.Quote(f.Fields.Code),
			"Message", strconv.Quote(f.Fields.Message)) + "}"
	}
	return structLiteral("When", strconv.Quote(f.When), "Code", strconv.Quote(f.Code), "Message", strconv.Quote(f.Message),
		"Parameter", strconv.Quote(f.Parameter), "Documentation", strconv.Quote(f.Documentation), "Fields", fields)
}

func claimsLiteral(c upstream.Claims) string {
	identity, headers := "", ""
	if c.Identity != nil {
		identity = stringsLiteral(c.Identity)
	}
	if c.Headers != nil {
		parts := make([]string, len(c.Headers))
		for i, h := range c.Headers {
			parts[i] = "{" + structLiteral("Name", strconv.Quote(h.Name), "Claim", strconv.Quote(h.Claim)) + "}"
		}
		headers = "[]upstream.ClaimHeader{" + strings.Join(parts, ", ") + "}"
	}
	return "upstream.Claims{" + structLiteral("Identity", identity, "Headers", headers) + "}"
}

func quoteLiteral(q binding.Quote) string {
	return [...]string{binding.QuoteJSON: "binding.QuoteJSON", binding.QuoteOData: "binding.QuoteOData", binding.QuoteRSQL: "binding.QuoteRSQL"}[q]
}
