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

// place is where manifests are: a file, a folder, a pattern of files, or a URL.
type place struct {
	text string   // as it was given; of a URL without what may be secret
	url  *url.URL // nil: files
}

// CheckPlace reports what is wrong with the form of a place of manifests. Its message does not quote a URL, which may hold a secret.
func CheckPlace(text string) error {
	_, err := parsePlace(text)
	return err
}

func parsePlace(text string) (place, error) {
	scheme, _, isURL := strings.Cut(text, "://")
	if !isURL {
		if _, err := filepath.Match(text, ""); err != nil {
			return place{}, fmt.Errorf("%s: not a pattern of files: %w", text, err)
		}
		if text == "" {
			return place{}, errors.New("a place of manifests is empty")
		}
		return place{text: text}, nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Hostname() == "":
		return place{}, errors.New("a place of manifests is not a valid URL")
	case scheme == "https", scheme == "http" && isLoopback(u.Hostname()):
		return place{text: scheme + "://" + u.Host + u.EscapedPath(), url: u}, nil
	}
	return place{}, fmt.Errorf("%s://%s: manifests are fetched by https; by http from this machine only", scheme, u.Host)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// files returns the paths of the place's manifests, sorted. Those of a folder are the files *.json in it, at any depth; what begins with
// a dot is not looked at. A folder or pattern without any is an error.
func (p place) files() ([]string, error) {
	var paths []string
	info, err := os.Stat(p.text)
	switch {
	case err == nil && info.IsDir():
		paths, err = filesIn(p.text)
	case err == nil && !info.Mode().IsRegular(): // reading it might never end
		return nil, fmt.Errorf("%s: is neither a file nor a folder", p.text)
	case err == nil:
		return []string{p.text}, nil
	case strings.ContainsAny(p.text, `*?[`):
		paths, err = filepath.Glob(p.text)
	default:
		return nil, fmt.Errorf("%s: %w", p.text, withoutPath(err))
	}
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("%s: there is no manifest", p.text)
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
