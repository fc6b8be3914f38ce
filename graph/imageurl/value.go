package imageurl

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"weft/graph/view"
	"weft/upstream"
)

// Refused says that a picture's URL, as its service gave it, may not be fetched.
type Refused struct {
	Upstream string // that gave it
	Reason   string // for clients, too
}

func (r *Refused) Error() string { return r.Upstream + ": " + r.Reason }

// ErrorKind says what kind of failure it is: the upstream answered badly. status is 0: that is not what is wrong.
func (r *Refused) ErrorKind() (kind, source string, status int) {
	return string(upstream.BadResponse), r.Upstream, 0
}

// Explained says what clients are told.
func (r *Refused) Explained() *upstream.Problem { return &upstream.Problem{Detail: r.Reason} }

// Value returns the URL of a picture as it is wanted, for the member that has the picture's own: that one itself where nothing is wanted of
// it, where it is null or an empty text, and where it is no text at all, which whoever reads it finds out. Its error is a *[Refused].
func (s *Service) Value(v view.Value, w Wanted) (view.Value, error) {
	if w == (Wanted{}) || v.Kind() != view.KindString || v.Text() == "" {
		return v, nil
	}
	made, err := s.URL(v.Text(), w)
	if err != nil {
		return view.Value{}, &Refused{v.Source(), err.Error()}
	}
	return v.Replaced(made), nil
}

// maxSource is the longest URL of a picture, in bytes: one in base64 is a third longer, and most servers take 8 KiB.
const maxSource = 4096

// URL returns where the image service has a picture as it is wanted; source is the picture's own URL.
func (s *Service) URL(source string, w Wanted) (string, error) {
	u, err := s.locate(source)
	if err != nil {
		return "", err
	}
	return s.form.url(u.String(), w), nil
}

// locate returns the URL that a picture is fetched by, if its host is allowed.
func (s *Service) locate(source string) (*url.URL, error) {
	if len(source) > maxSource {
		return nil, fmt.Errorf("the picture's URL has %d bytes, and may have %d", len(source), maxSource)
	}
	u, err := url.Parse(source)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the picture's URL %.64q is none", source)
	case !u.IsAbs() && s.base == nil:
		return nil, fmt.Errorf("the picture's URL is relative, and there is no images.%s.base", s.name)
	case !u.IsAbs():
		u = s.base.ResolveReference(u)
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https", u.Opaque != "", u.User != nil:
		return nil, fmt.Errorf("the picture's URL must be http or https, and without a user")
	case !slices.Contains(s.hosts, strings.ToLower(u.Host)):
		return nil, fmt.Errorf("images.%s.hosts does not have the picture's host, %.64q", s.name, u.Host)
	}
	u.Fragment, u.RawFragment = "", "" // nobody is sent it
	return u, nil
}
