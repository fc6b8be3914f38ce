package imageurl

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Settings are what a configuration says of an image service.
type Settings struct {
	Name string // in the configuration: errors name images.NAME

	// Imgproxy is the URL of an imgproxy, which may have a path; Key and Salt are those that it verifies signatures with. "": it is none.
	Imgproxy  string
	Key, Salt []byte
	// Template is the URL of any other image service, with {source} in its path or query, and {width}, {height}, {fit}, {format} and
	// {quality} where it takes them. A parameter of the query whose value the client does not say is left out; "": Imgproxy is given.
	Template string

	Base    string   // what relative URLs of pictures are relative to; "": they are refused
	Hosts   []string // that pictures may be fetched from: host, or host:port where the URL has a port
	Widths  []int    // that clients may ask for, in pixels; none: no width
	Heights []int    // likewise
}

// Service makes URLs of one image service. It may be used by any number of goroutines at once.
type Service struct {
	name            string
	form            form     // nil: it is not configured
	base            *url.URL // nil: there is none
	hosts           []string
	widths, heights []int
	fingerprint     string
}

// Services are image services by their names in the configuration.
type Services map[string]*Service

// With returns the services, and for each name that is missing one that has pictures as they are, and refuses to make anything else of them.
func (s Services) With(names []string) Services {
	all := Services{}
	maps.Copy(all, s)
	for _, name := range names {
		if all[name] == nil {
			all[name] = &Service{name: name}
		}
	}
	return all
}

// form is how the URLs of an image service are written.
type form interface {
	url(source string, w Wanted) string
}

// New returns the service of some settings. Its error joins all that is wrong with them, and names keys as the configuration does,
// below images.NAME.
func New(s Settings) (*Service, error) {
	made := &Service{name: s.Name, hosts: lower(s.Hosts), widths: sorted(s.Widths), heights: sorted(s.Heights)}
	form, errs := formOf(s)
	made.form = form
	if s.Base != "" {
		base, err := absolute(s.Base)
		if err == nil && !slices.Contains(made.hosts, strings.ToLower(base.Host)) {
			err = fmt.Errorf("its host %s is not among hosts", base.Host)
		}
		made.base, errs = base, append(errs, in("base", err))
	}
	if len(s.Hosts) == 0 {
		errs = append(errs, errors.New("hosts: names none: say which hosts pictures may be fetched from"))
	}
	for _, host := range s.Hosts {
		errs = append(errs, in("hosts", checkHost(host)))
	}
	errs = append(errs, in("widths", checkSizes(s.Widths)), in("heights", checkSizes(s.Heights)))
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	made.fingerprint = made.digest()
	return made, nil
}

func formOf(s Settings) (form, []error) {
	switch {
	case (s.Imgproxy == "") == (s.Template == ""):
		return nil, []error{errors.New("must have either imgproxy, the URL of one, or template, that of another image service")}
	case s.Imgproxy != "":
		return newImgproxy(s)
	case len(s.Key)+len(s.Salt) > 0:
		return nil, []error{errors.New("key and salt are for imgproxy: a template is not signed")}
	}
	t, err := newTemplate(s.Template)
	return t, []error{in("template", err)}
}

// in is an error below a key; nil for none.
func in(key string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", key, err)
}

// absolute parses a URL of a configuration: http or https, with a host, and without what a base cannot have.
func absolute(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return nil, errors.New("must be a URL such as https://pictures.example.com/, without user, query and fragment")
	}
	return u, nil
}

// checkHost checks that a host is written as URLs have it.
func checkHost(host string) error {
	if u, err := url.Parse("https://" + host); err != nil || u.Host != host || u.Hostname() == "" {
		return fmt.Errorf("%q is no host: write one as cdn.example.com, or with its port as cdn.example.com:8443", host)
	}
	return nil
}

// maxSize is the largest width or height, in pixels, that a configuration can allow.
const maxSize = 16384

func checkSizes(sizes []int) error {
	for _, n := range sizes {
		if n < 1 || n > maxSize {
			return fmt.Errorf("must be of 1 to %d, one is %d", maxSize, n)
		}
	}
	return nil
}

func lower(hosts []string) []string {
	list := make([]string, len(hosts))
	for i, host := range hosts {
		list[i] = strings.ToLower(host)
	}
	return list
}

func sorted(sizes []int) []int {
	return slices.Compact(slices.Sorted(slices.Values(sizes)))
}

// Fingerprint is a text that differs for services that make different URLs. It tells nothing of their keys.
func (s Services) Fingerprint() string {
	var text string
	for _, name := range slices.Sorted(maps.Keys(s)) {
		text += name + " " + s[name].fingerprint + "\n"
	}
	return text
}

// digest is of a URL that has all, key included, only within its signature, and of what is allowed.
func (s *Service) digest() string {
	probe := s.form.url("https://fingerprint.invalid/", Wanted{Width: 1, Height: 2, Fit: "CONTAIN", Format: "PNG", Quality: 3})
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %v %q %v %v", probe, s.base, s.hosts, s.widths, s.heights))
	return hex.EncodeToString(sum[:16])
}

// Format keeps what a service holds, a key above all, out of whatever is printed.
func (s *Service) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "images.%s", s.name) }
