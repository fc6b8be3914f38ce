package upstream

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Reasons to refuse a path. They do not quote it: it holds what a client of the graph sent.
var (
	errPathStart    = errors.New("path does not start with /")
	errPathBytes    = errors.New("path or query holds a character that must be escaped")
	errPathEscape   = errors.New("path holds a wrong percent escape")
	errPathControl  = errors.New("path holds a control character")
	errPathSegments = errors.New(`path holds an empty segment, "." or ".."`)
)

// parseBase reads a base URL. Its errors do not quote the URL, which could hold a password.
func parseBase(raw string) (base *url.URL, problems []error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, []error{errors.New("url is not of the form http(s)://host[:port][/path]")}
	}
	if n, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && (err != nil || n == 0) {
		problems = append(problems, errors.New("url has a port that is none: ports are from 1 to 65535"))
	}
	if u.User != nil {
		problems = append(problems, errors.New("url holds a user or password: use credential"))
	}
	if u.RawQuery != "" || u.ForceQuery {
		problems = append(problems, errors.New("url holds a query: use query"))
	}
	if u.Fragment != "" {
		problems = append(problems, errors.New("url holds a fragment"))
	}
	base = &url.URL{Scheme: u.Scheme, Host: u.Host}
	if path := strings.TrimRight(u.EscapedPath(), "/"); path != "" {
		if err := checkPath(path); err != nil {
			problems = append(problems, fmt.Errorf("url: %w", err))
		}
		base.RawPath = path
	}
	return base, problems
}

// parseLinks reads base URLs that links have. Its errors do not quote them.
func parseLinks(raw []string) (links []*url.URL, problems []error) {
	for i, text := range raw {
		base, wrong := parseBase(text)
		if len(wrong) > 0 {
			problems = append(problems, fmt.Errorf("links[%d] is no base URL, of the form http(s)://host[:port][/path]", i))
		}
		links = append(links, base)
	}
	return links, problems
}

// resolve returns the URL of reference, an escaped path with an optional query, below base. It refuses a reference that
// could mean a resource elsewhere to any server or proxy on the way: one that decodes the path, folds dots, cuts a
// segment's parameters (RFC 3986 §3.3), or takes a backslash for a slash.
func resolve(base *url.URL, reference, constantQuery string) (u url.URL, err error) {
	path, query, _ := strings.Cut(reference, "?")
	if !strings.HasPrefix(path, "/") {
		return u, errPathStart
	}
	if !visible(reference) || strings.Contains(reference, "#") {
		return u, errPathBytes
	}
	if err := checkPath(path); err != nil {
		return u, err
	}
	u = url.URL{Scheme: base.Scheme, Host: base.Host, RawPath: base.RawPath + path}
	u.Path, _ = url.PathUnescape(u.RawPath) // base and path have been checked
	if u.EscapedPath() != u.RawPath {       // otherwise net/url would send its own idea of the path
		return u, errPathBytes
	}
	switch {
	case constantQuery == "":
		u.RawQuery = query
	case query == "":
		u.RawQuery = constantQuery
	default:
		u.RawQuery = query + "&" + constantQuery
	}
	return u, nil
}

// checkPath checks the segments of an escaped path.
func checkPath(path string) error {
	decoded, err := url.PathUnescape(path)
	if err != nil {
		return errPathEscape
	}
	if strings.ContainsFunc(decoded, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return errPathControl
	}
	if strings.Contains(path, "//") {
		return errPathSegments
	}
	if !strings.Contains(decoded, ".") {
		return nil
	}
	for segment := range strings.FieldsFuncSeq(decoded, func(r rune) bool { return r == '/' || r == '\\' }) {
		if name, _, _ := strings.Cut(segment, ";"); name == "." || name == ".." {
			return errPathSegments
		}
	}
	return nil
}

// visible reports whether s consists of visible ASCII, as every escaped URL does.
func visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
