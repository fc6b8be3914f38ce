package imageurl

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// imgproxy writes the URLs of an imgproxy (https://docs.imgproxy.net/usage/processing):
//
//	BASE/SIGNATURE/rs:fit:320:0/q:80/SOURCE.jpg
//
// SOURCE is the picture's URL in base64url, so that no proxy on the way can read something else into it. SIGNATURE is the HMAC-SHA256 of
// the salt and all that follows it, slash included.
type imgproxy struct {
	base      string // without a slash at its end
	key, salt []byte
}

// minKey is the least length of a key or salt, in bytes.
const minKey = 16

func newImgproxy(s Settings) (form, []error) {
	errs := make([]error, 0, 3)
	if _, err := absolute(s.Imgproxy); err != nil {
		errs = append(errs, in("imgproxy", err))
	}
	for name, secret := range map[string][]byte{"key": s.Key, "salt": s.Salt} {
		switch {
		case len(secret) == 0:
			errs = append(errs, in(name, errors.New("is missing: imgproxy verifies signatures with it")))
		case len(secret) < minKey:
			errs = append(errs, in(name, fmt.Errorf("must have at least %d bytes, which are %d hexadecimal digits", minKey, 2*minKey)))
		}
	}
	return &imgproxy{strings.TrimRight(s.Imgproxy, "/"), s.Key, s.Salt}, errs
}

// words are what imgproxy calls fits and formats.
var words = map[string]string{"CONTAIN": "fit", "COVER": "fill", "AVIF": "avif", "JPEG": "jpg", "PNG": "png", "WEBP": "webp"}

func (p *imgproxy) url(source string, w Wanted) string {
	path := make([]byte, 0, 64+2*len(source))
	if w.Width > 0 || w.Height > 0 {
		fit := words[w.Fit]
		if fit == "" {
			fit = words["CONTAIN"]
		}
		path = fmt.Appendf(path, "/rs:%s:%d:%d", fit, w.Width, w.Height)
	}
	if w.Quality > 0 {
		path = strconv.AppendInt(append(path, "/q:"...), int64(w.Quality), 10)
	}
	path = base64.RawURLEncoding.AppendEncode(append(path, '/'), []byte(source))
	if w.Format != "" {
		path = append(append(path, '.'), words[w.Format]...)
	}
	mac := hmac.New(sha256.New, p.key)
	mac.Write(p.salt)
	mac.Write(path)
	return p.base + "/" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) + string(path)
}
