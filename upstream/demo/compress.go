package demo

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// smallest is the body, in bytes, that is worth compressing.
const smallest = 1024

// coding is a content coding that a service offers. The zero value offers none.
type coding struct {
	name   string
	encode func([]byte) []byte
}

func gzipCoding() coding {
	return coding{name: "gzip", encode: func(body []byte) []byte {
		var buf bytes.Buffer
		w, _ := gzip.NewWriterLevel(&buf, gzip.BestSpeed) // the level is valid
		_, _ = w.Write(body)                              // a buffer takes everything
		_ = w.Close()
		return buf.Bytes()
	}}
}

// zstdCoding shares one encoder, which starts no goroutine and allocates on first use.
func zstdCoding() coding {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(256<<10))
	if err != nil {
		panic(err) // the options are constants
	}
	return coding{name: "zstd", encode: func(body []byte) []byte { return enc.EncodeAll(body, nil) }}
}

// apply compresses the body when that pays and the client accepts it, and says so in h. It returns the coding used.
func (c coding) apply(h http.Header, r *http.Request, body []byte) ([]byte, string) {
	if c.name == "" {
		return body, ""
	}
	h.Add("Vary", "Accept-Encoding")
	if len(body) < smallest || !accepts(r.Header.Values("Accept-Encoding"), c.name) {
		return body, ""
	}
	h.Set("Content-Encoding", c.name)
	return c.encode(body), c.name
}

// accepts says whether an Accept-Encoding header names the coding, or *, with a weight above 0 (RFC 9110 §12.5.3).
func accepts(header []string, name string) bool {
	star := false
	for item := range strings.SplitSeq(strings.Join(header, ","), ",") {
		coding, weight, weighted := strings.Cut(item, ";")
		ok := true
		if q, found := strings.CutPrefix(strings.TrimSpace(weight), "q="); weighted && found {
			f, err := strconv.ParseFloat(q, 64)
			ok = err == nil && f > 0
		}
		switch coding = strings.TrimSpace(coding); {
		case strings.EqualFold(coding, name):
			return ok
		case coding == "*":
			star = ok
		}
	}
	return star
}
