package check

import (
	"errors"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/view"
)

// upstream is a declared upstream and what the checks need of it.
type upstream struct {
	*spec.Upstream
	use     *usage
	samples string     // the folder, below Options.Root; "" none
	used    bool       // a directive names it
	empty   view.Empty // its habit: what stands for nothing in its answers
	acted   view.Empty // what of it holds for some answer or member
}

var (
	upstreamName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	headerName   = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$") // a token of RFC 9110, section 5.6.2
)

// neverForwarded are request headers that are about one connection or one call, or that would let one client act as another.
var neverForwarded = []string{
	"connection", "content-length", "cookie", "host", "idempotency-key", "keep-alive", "proxy-authenticate",
	"proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
}

// checkUpstreams reads every @upstream.
func (c *compiler) checkUpstreams() {
	c.upstreams = map[string]*upstream{}
	for _, u := range c.uses[c.user] {
		if u.directive != "upstream" || !u.has("name") {
			continue
		}
		name := u.text("name")
		switch {
		case !upstreamName.MatchString(name):
			c.report(u.site, u.at("name"), "the name %q is not usable in configuration; use lower-case letters, digits and hyphens, a letter first", name)
		case c.upstreams[name] != nil:
			c.report(u.site, u.at("name"), "the upstream %q is declared twice; remove one", name)
			continue
		}
		up := &upstream{Upstream: &spec.Upstream{Name: name}, use: u}
		up.ForwardHeaders = c.forwardHeaders(u)
		up.Claims = c.claims(u, up.ForwardHeaders)
		up.Errors = c.upstreamErrors(u)
		up.samples, up.empty = c.samplesFolder(u), c.spellings(u.literal, u.site)
		c.upstreams[name] = up
	}
}

// forwardHeaders returns the names in lower case, as they are compared.
func (c *compiler) forwardHeaders(u *usage) []string {
	return c.headers(u, "forwardHeaders", "is never forwarded")
}

// identity returns the names of the headers that a function's values depend on, in the form that net/http has them in. It is never nil.
func (c *compiler) identity(u *usage) []string {
	names := c.headers(u, "identity", "says nothing of who asks")
	canonical := make([]string, len(names))
	for i, name := range names {
		canonical[i] = http.CanonicalHeaderKey(name)
	}
	slices.Sort(canonical)
	return canonical
}

// headers reads an argument that is a list of names of request headers, into lower case. why says of a header that is between a client and
// its proxy what is wrong with it.
func (c *compiler) headers(u *usage, argument, why string) []string {
	var names []string
	for _, n := range u.list(argument) {
		name := strings.ToLower(n.value.Raw)
		switch {
		case !headerName.MatchString(name):
			c.report(u.site, n.pos, "%q is not the name of a header; write one such as \"authorization\"", n.value.Raw)
		case slices.Contains(neverForwarded, name):
			c.report(u.site, n.pos, "the header %q %s; remove it", name, why)
		case slices.Contains(names, name):
			c.report(u.site, n.pos, "the header %q is named twice; remove one", name)
		default:
			names = append(names, name)
		}
	}
	return names
}

// samplesFolder returns the folder below Options.Root; it must be there.
func (c *compiler) samplesFolder(u *usage) string {
	if !u.has("samples") {
		return ""
	}
	folder := path.Clean(u.text("samples"))
	if path.IsAbs(folder) || folder == ".." || strings.HasPrefix(folder, "../") {
		c.report(u.site, u.at("samples"), "samples must be a folder below that of gqlgen.yml, got %q", u.text("samples"))
		return ""
	}
	if _, err := c.options.ReadFile(path.Join(c.options.Root, folder)); errors.Is(err, fs.ErrNotExist) {
		c.report(u.site, u.at("samples"), "there is no folder %q; create it or remove samples", folder)
		return ""
	}
	return folder
}

// upstreamOf returns the name of the upstream that a binding names; "" when there is none, which has been reported.
func (c *compiler) upstreamOf(u *usage) string {
	name := u.text("upstream")
	if name == "" && !u.has("upstream") {
		return ""
	}
	if c.upstreams[name] != nil {
		return name
	}
	names := c.upstreamNames()
	if len(names) == 0 {
		c.report(u.site, u.at("upstream"), "unknown upstream %q; declare it with: extend schema @upstream(name: %q)", name, name)
		return ""
	}
	c.report(u.site, u.at("upstream"), "unknown upstream %q; declare it or %s", name, use(name, names))
	if near := c.upstreams[closest(name, names)]; near != nil {
		near.used = true // the misspelt one was likely this, which then is not reported as unused
	}
	return ""
}

// upstreamNames are the declared upstreams, in the order of the files. A second one of a name is none of them.
func (c *compiler) upstreamNames() []string {
	var names []string
	for _, u := range c.uses[c.user] {
		if up := c.upstreams[u.text("name")]; up != nil && up.use == u {
			names = append(names, up.Name)
		}
	}
	return names
}

// checkUnused reports upstreams that no directive names. It looks at directives as they were parsed, so that one that could
// not be read counts, too.
func (c *compiler) checkUnused() {
	for _, def := range c.order {
		c.markUsed(def.Directives)
		for _, f := range def.Fields {
			c.markUsed(f.Directives)
		}
	}
	for _, name := range c.upstreamNames() {
		if up := c.upstreams[name]; !up.used {
			c.report(up.use.site, up.use.at("name"), "no binding uses the upstream %q; remove it or bind a field to it", name)
		}
	}
}

// markUsed marks the upstreams that directives name, whatever the directives are.
func (c *compiler) markUsed(list ast.DirectiveList) {
	for _, d := range list {
		if a := d.Arguments.ForName("upstream"); a != nil && c.upstreams[a.Value.Raw] != nil {
			c.upstreams[a.Value.Raw].used = true
		}
	}
}
