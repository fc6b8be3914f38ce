package persisted

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// location is where manifests are: a file, a folder, a pattern of files, or a URL.
type location struct {
	text string   // as it was given; of a URL without user, password and query, which may be secret
	url  *url.URL // nil: files
}

// CheckLocation reports what is wrong with how a location of manifests is written. It looks at no file and asks no URL. Its message does
// not quote a URL, which may hold a secret.
func CheckLocation(text string) error {
	_, err := parseLocation(text)
	return err
}

// parseLocation reads a location. A URL by http would let anybody on the way change what runs here.
func parseLocation(text string) (location, error) {
	scheme, _, isURL := strings.Cut(text, "://")
	if !isURL {
		if _, err := filepath.Match(text, ""); err != nil {
			return location{}, fmt.Errorf("%s: not a pattern of files: %w", text, err)
		}
		if text == "" {
			return location{}, errors.New("a place of manifests is empty")
		}
		return location{text: text}, nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Hostname() == "":
		return location{}, errors.New("a place of manifests is not a valid URL")
	case scheme == "https", scheme == "http" && isLoopback(u.Hostname()):
		return location{text: scheme + "://" + u.Host + u.EscapedPath(), url: u}, nil
	}
	return location{}, fmt.Errorf("%s://%s: manifests are fetched by https; by http from this machine only", scheme, u.Host)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// files returns the paths of the location's manifests, sorted. Those of a folder are the files *.json in it, at any depth; what begins with
// a dot is not looked at. A folder or pattern without any is an error.
func (at location) files() ([]string, error) {
	var paths []string
	info, err := os.Stat(at.text)
	switch {
	case err == nil && info.IsDir():
		paths, err = filesIn(at.text)
	case err == nil && !info.Mode().IsRegular(): // reading it might never end
		return nil, fmt.Errorf("%s: is neither a file nor a folder", at.text)
	case err == nil:
		return []string{at.text}, nil
	case strings.ContainsAny(at.text, `*?[`):
		paths, err = filepath.Glob(at.text)
	default:
		return nil, fmt.Errorf("%s: %w", at.text, withoutPath(err))
	}
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("%s: there is no manifest", at.text)
	}
	return paths, err
}

// withoutPath returns what went wrong, for messages that name the path themselves.
func withoutPath(err error) error {
	if of, ok := errors.AsType[*fs.PathError](err); ok {
		return of.Err
	}
	return err
}

// filesIn are the manifests in a folder, sorted.
func filesIn(folder string) (paths []string, err error) {
	folder = filepath.Clean(folder) + string(filepath.Separator) // so that a link to a folder is one
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		hidden := strings.HasPrefix(d.Name(), ".") && path != folder
		switch {
		case err != nil:
			return err
		case d.IsDir() && hidden: // such as the folders that Kubernetes' links lead into
			return filepath.SkipDir
		case !d.IsDir() && !hidden && filepath.Ext(path) == ".json":
			paths = append(paths, path)
		}
		return nil
	})
	return paths, err
}
