package demo

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	img "image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// pictures is an image service with the URLs of imgproxy: it draws what the catalog has, smaller, and encodes it. What it is asked for is
// signed, so it does no work for those who make up URLs.
type pictures struct{ shop *shop }

const picturesName = "pictures"

// The key and the salt of its signatures. As the tokens of this package they are no secret.
const (
	pictureKey  = "kettle-and-tarn-demo-key"
	pictureSalt = "kettle-and-tarn-demo-salt"
)

func newPictures(s *shop) *service {
	p := pictures{s}
	return &service{
		name:  picturesName,
		about: "The catalog's pictures in other sizes, with the signed URLs of imgproxy.",
		style: style{etag: strongETag},
		routes: []route{{
			method: "GET", path: "/{signature}/{picture...}", summary: "A picture: options such as rs:fit:320:0 and q:80, and its URL in base64, with jpg or png.",
			cache: "public, max-age=86400, immutable", handle: p.picture,
		}},
	}
}

// wanted is what a URL asks for.
type wanted struct {
	width, height int
	fill          bool // both sizes exactly, and the picture cropped
	quality       int
	format        string
}

func (p pictures) picture(r *http.Request) (reply, error) {
	mac := hmac.New(sha256.New, []byte(pictureKey))
	mac.Write([]byte(pictureSalt + "/" + r.PathValue("picture")))
	signature, err := base64.RawURLEncoding.DecodeString(r.PathValue("signature"))
	if err != nil || !hmac.Equal(signature, mac.Sum(nil)) {
		return reply{}, failure(http.StatusForbidden, "whoever made this URL does not have the key")
	}
	options := strings.Split(r.PathValue("picture"), "/")
	encoded, format, _ := strings.Cut(options[len(options)-1], ".")
	w, ok := readOptions(options[:len(options)-1], cmp.Or(format, "jpg"))
	source, err := base64.RawURLEncoding.DecodeString(encoded)
	if !ok || err != nil {
		return reply{}, failure(http.StatusUnprocessableEntity, "this service knows rs, q, jpg and png")
	}
	of := p.shop.product(strings.TrimSuffix(path.Base(string(source)), ".jpg"))
	if of == nil {
		return reply{}, notFound("image", string(source))
	}
	return w.encode(photograph(of))
}

// readOptions reads the options that this service knows; false where there is another one.
func readOptions(options []string, format string) (wanted, bool) {
	w, ok := wanted{quality: photoQuality, format: format}, format == "jpg" || format == "png"
	for _, option := range options {
		switch parts := strings.Split(option, ":"); {
		case parts[0] == "rs" && len(parts) == 4:
			var a, b error
			w.width, a = strconv.Atoi(parts[2])
			w.height, b = strconv.Atoi(parts[3])
			w.fill = parts[1] == "fill"
			ok = ok && a == nil && b == nil && w.width >= 0 && w.height >= 0
		case parts[0] == "q" && len(parts) == 2:
			var err error
			w.quality, err = strconv.Atoi(parts[1])
			ok = ok && err == nil && 1 <= w.quality && w.quality <= 100
		default:
			ok = false
		}
	}
	return w, ok
}

func (w wanted) encode(photo *img.RGBA) (reply, error) {
	part, width, height := w.area(photo.Bounds())
	small := shrunk(photo, part, width, height)
	var out bytes.Buffer
	if w.format == "png" {
		err := png.Encode(&out, small)
		return reply{body: media{"image/png", out.Bytes()}}, err
	}
	err := jpeg.Encode(&out, small, &jpeg.Options{Quality: w.quality})
	return reply{body: media{"image/jpeg", out.Bytes()}}, err
}

// area returns which part of a picture is wanted, and its size then. A picture is never enlarged.
func (w wanted) area(all img.Rectangle) (part img.Rectangle, width, height int) {
	scale := 1.0
	across, down := float64(w.width)/float64(all.Dx()), float64(w.height)/float64(all.Dy())
	switch {
	case w.width == 0 && w.height == 0:
	case w.width == 0:
		scale = down
	case w.height == 0:
		scale = across
	case w.fill:
		scale = max(across, down)
	default:
		scale = min(across, down)
	}
	scale = min(scale, 1)
	width, height = max(1, int(scale*float64(all.Dx())+.5)), max(1, int(scale*float64(all.Dy())+.5))
	if !w.fill || w.width == 0 || w.height == 0 {
		return all, width, height
	}
	width, height = min(width, w.width), min(height, w.height)
	cut := img.Pt(all.Dx()-int(float64(width)/scale), all.Dy()-int(float64(height)/scale)).Div(2)
	return img.Rectangle{all.Min.Add(cut), all.Max.Sub(cut)}, width, height
}

// shrunk is a part of a picture in another size: each pixel is the mean of those that it stands for. For smaller pictures that is as good
// as the filters of golang.org/x/image, which therefore is not needed.
func shrunk(photo *img.RGBA, part img.Rectangle, width, height int) *img.RGBA {
	small := img.NewRGBA(img.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			small.SetRGBA(x, y, mean(photo, img.Rect(
				part.Min.X+x*part.Dx()/width, part.Min.Y+y*part.Dy()/height,
				part.Min.X+(x+1)*part.Dx()/width, part.Min.Y+(y+1)*part.Dy()/height,
			)))
		}
	}
	return small
}

func mean(photo *img.RGBA, of img.Rectangle) color.RGBA {
	var r, g, b int
	for y := of.Min.Y; y < of.Max.Y; y++ {
		for at := photo.PixOffset(of.Min.X, y); at < photo.PixOffset(of.Max.X, y); at += 4 {
			r, g, b = r+int(photo.Pix[at]), g+int(photo.Pix[at+1]), b+int(photo.Pix[at+2])
		}
	}
	n := of.Dx() * of.Dy()
	return color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), 255}
}
