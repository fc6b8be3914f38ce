package check

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	runtime "weft/upstream"
)

// claims reads what an upstream is told of who asks. forwarded are the client's headers that it receives.
func (c *compiler) claims(u *usage, forwarded []string) (all runtime.Claims) {
	for _, n := range u.list("identity") {
		name := n.value.Raw
		switch {
		case strings.EqualFold(name, "authorization") || strings.HasPrefix(strings.ToLower(name), "x-"):
			c.report(u.site, n.pos, "identity names claims, and %q is a header; write claims such as \"sub\"", name)
		case slices.Contains(all.Identity, name):
			c.report(u.site, n.pos, "the claim %q is named twice; remove one", name)
		case c.isClaim(u, n.pos, "identity", name):
			all.Identity = append(all.Identity, name)
		}
	}
	for i, n := range u.list("claims") {
		if h := c.claimHeader(u, n.fields, fmt.Sprintf("claims[%d].", i), forwarded); h != nil {
			if slices.ContainsFunc(all.Headers, func(o runtime.ClaimHeader) bool { return o.Name == h.Name }) {
				c.report(u.site, n.fields.at("name"), "claims has %s twice; keep one", h.Name)
			}
			all.Headers = append(all.Headers, *h)
		}
	}
	if len(all.Identity) > 0 && len(all.Headers) == 0 && len(forwarded) == 0 {
		c.report(u.site, u.at("identity"), "identity parts callers whom the service cannot tell apart; let it have forwardHeaders or claims, or remove identity")
	}
	return all
}

// claimHeader reads a header that a claim is sent as; nil after a mistake.
func (c *compiler) claimHeader(u *usage, l *literal, path string, forwarded []string) *runtime.ClaimHeader {
	if len(l.wrong) > 0 {
		return nil
	}
	name := l.text("name")
	lower, why := strings.ToLower(name), ""
	switch {
	case !headerName.MatchString(name):
		c.report(u.site, l.at("name"), `%sname: %q is not the name of a header; write one such as "X-User"`, path, name)
		return nil
	case slices.Contains(forwarded, lower):
		why = "it is forwarded from the client's request"
	case slices.Contains([]string{"x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto"}, lower):
		why = "it is about a connection"
	case slices.Contains([]string{"accept", "accept-language", "content-type", "user-agent", "if-match", "if-unmodified-since"}, lower):
		why = "it is about one call"
	case slices.Contains(neverForwarded, lower), keptFromCalls[lower] != "":
		why = "it means something else"
	}
	if why != "" {
		c.report(u.site, l.at("name"), "%sname: a claim is not sent as %s: %s; use another name", path, http.CanonicalHeaderKey(name), why)
		return nil
	}
	if !c.isClaim(u, l.at("claim"), path+"claim", l.text("claim")) {
		return nil
	}
	return &runtime.ClaimHeader{Name: http.CanonicalHeaderKey(name), Claim: l.text("claim")}
}

// isClaim reports whether a text is the name of a claim, or a JSON pointer to one, and reports it if not.
func (c *compiler) isClaim(u *usage, pos *ast.Position, path, name string) bool {
	escapes := strings.NewReplacer("~0", "", "~1", "")
	if name == "" || name == "/" || strings.HasPrefix(name, "/") && strings.Contains(escapes.Replace(name), "~") {
		c.report(u.site, pos, `%s: %q is neither a claim's name, such as "sub", nor a JSON pointer to one, such as "/realm_access/roles"`, path, name)
		return false
	}
	return true
}

// taken are the headers that calls to an upstream do not set themselves, in lower case, each with the reason.
func (c *compiler) taken(name string) map[string]string {
	all := map[string]string{}
	if u := c.upstreams[name]; u != nil {
		for _, h := range u.ForwardHeaders {
			all[h] = "it is forwarded from the client's request"
		}
		for _, h := range u.Claims.Headers {
			all[strings.ToLower(h.Name)] = "a claim of who asks is sent as it"
		}
	}
	return all
}
