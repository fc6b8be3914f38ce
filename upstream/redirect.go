package upstream

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// maxRedirects is how many redirects a call follows.
const maxRedirects = 3

// Redirect is an answer that said where the answer is. What is kept of a call depends on it as on the answer itself: a cache may use
// it without asking no longer than it might use each of them (RFC 9111, section 4).
type Redirect struct {
	Status    int
	Header    http.Header // without Set-Cookie
	SetCookie bool        // it set a cookie
	Requested time.Time
	Received  time.Time
}

// follow makes a call, and follows redirects of a GET where the upstream's options say so: to its own resources only, each as a call of
// its own, with the same headers.
func (c *Client) follow(ctx context.Context, number uint64, r *Request, out *outgoing) (*Response, *Error) {
	var passed []Redirect
	for {
		res, failure := c.authorized(ctx, number, r, out)
		if failure == nil || !c.redirects || out.method != http.MethodGet || !redirects(failure.Status) {
			if res != nil {
				res.Redirects = passed
			}
			return res, failure
		}
		if len(passed) == maxRedirects {
			failure.Err = fmt.Errorf("more than %d redirects", maxRedirects)
			return nil, failure
		}
		path, err := c.below(&out.url, failure.redirect.Header.Get("Location"))
		if err != nil {
			failure.Err = fmt.Errorf("a redirect leads to %w", err)
			return nil, failure
		}
		next, further := *out, *r
		if next.url, err = resolve(c.base(), path, c.constants().query); err != nil {
			failure.Err = fmt.Errorf("a redirect leads to %w", err)
			return nil, failure
		}
		if err := r.further(); err != nil {
			return nil, &Error{Kind: Canceled, Err: err}
		}
		passed = append(passed, *failure.redirect)
		further.Path = path
		out, r = &next, &further
	}
}

// redirects reports whether a status says that Location has what a GET asked for (RFC 9110, section 15.4).
func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}
