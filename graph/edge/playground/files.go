package playground

import (
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed dist
var dist embed.FS

const (
	immutable  = "public, max-age=31536000, immutable" // RFC 8246: the name changes with the content
	revalidate = "no-cache"                            // stored, but asked for each time: 304 by ETag
)

// files are the embedded files by their path below /playground/.
type files map[string]*file

// file is one of them. It is immutable. Its bytes stay in the program, of which they are a part: a copy of all takes 2 MB.
type file struct {
	name         string // of the gzipped file in dist
	size         int64  // likewise, in bytes
	contentType  string
	cacheControl string
	tag          string // the ETag, without quotes and without the encoding
}

// embedded reads dist. What is embedded was built to be read: an error is a broken build, and a panic.
func embedded() files {
	all := files{}
	err := fs.WalkDir(dist, "dist", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		f, err := newFile(name)
		all[strings.TrimSuffix(strings.TrimPrefix(name, "dist/"), ".gz")] = f
		return err
	})
	if err != nil {
		panic("playground: read what is embedded: " + err.Error())
	}
	return all
}

func newFile(name string) (*file, error) {
	f := &file{name: name, contentType: contentType(strings.TrimSuffix(name, ".gz")), cacheControl: revalidate}
	if strings.HasPrefix(name, "dist/assets/") {
		f.cacheControl = immutable
	}
	sum := sha256.New()
	var err error
	f.size, err = f.copyTo(sum)
	f.tag = base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:12])
	return f, err
}

// copyTo writes the file, gzipped, and returns how many bytes were written.
func (f *file) copyTo(w io.Writer) (int64, error) {
	opened, err := dist.Open(f.name)
	if err != nil {
		return 0, err
	}
	defer opened.Close()
	return io.Copy(w, opened)
}

// contentType knows the endings of the files that are embedded, whatever the system's own table says.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".ttf":
		return "font/ttf"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}

// page is what / answers.
func (all files) page() http.Handler { return all["index.html"] }

// ServeHTTP serves the file that the request's path names, index.html aside, which has one address.
func (all files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := all[r.URL.Path]
	if !ok || f == all["index.html"] {
		http.NotFound(w, r)
		return
	}
	f.ServeHTTP(w, r)
}

// ServeHTTP writes the file in the encoding that the client accepts; each encoding has an ETag of its own
// (RFC 9110, 8.8.3.3).
func (f *file) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	zipped := acceptsGzip(r.Header.Values("Accept-Encoding"))
	tag := `"` + f.tag + `"`
	if zipped {
		tag = `"` + f.tag + `-gzip"`
	}
	h := w.Header()
	h.Set("Cache-Control", f.cacheControl)
	h.Set("ETag", tag)
	h.Set("Vary", "Accept-Encoding")
	if matches(r.Header.Values("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.contentType)
	if zipped {
		h.Set("Content-Encoding", "gzip")
		h.Set("Content-Length", strconv.FormatInt(f.size, 10))
		f.copyTo(w) //nolint:errcheck // the client is gone
		return
	}
	f.unpack(w)
}

// unpack writes the file as it was before it was compressed.
func (f *file) unpack(w io.Writer) {
	opened, err := dist.Open(f.name)
	if err != nil {
		panic("playground: open what is embedded: " + err.Error())
	}
	defer opened.Close()
	plain, err := gzip.NewReader(opened)
	if err != nil {
		panic("playground: an embedded file is not gzip: " + err.Error())
	}
	io.Copy(w, plain) //nolint:errcheck // the client is gone
}
