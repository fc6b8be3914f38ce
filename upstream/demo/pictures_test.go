package demo_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"image"
	"testing"

	"weft/upstream/demo"
)

// signed is a path of the service pictures with its signature.
func signed(path string) string {
	_, key, salt := new(demo.Services).Pictures()
	mac := hmac.New(sha256.New, key)
	mac.Write(append(salt, path...))
	return "/" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) + path
}

// sizeOf decodes a picture, and returns its format, width and height.
func sizeOf(t *testing.T, a answer) (format string, width, height int) {
	t.Helper()
	picture, format, err := image.Decode(bytes.NewReader(a.body))
	if err != nil {
		t.Fatalf("status %d: %v", a.status, err)
	}
	return format, picture.Bounds().Dx(), picture.Bounds().Dy()
}

// TestCatalogImages: every category has pictures, which are as large as their products say.
func TestCatalogImages(t *testing.T) {
	d := start(t)
	for _, p := range decode[products](t, d.get(t, "catalog", "/products?limit=12"), 200).Data {
		said := p["images"].([]any)[0].(object)
		format, width, height := sizeOf(t, d.get(t, "catalog", said["url"].(string)))
		if format != "jpeg" || float64(width) != said["width"] || float64(height) != said["height"] {
			t.Errorf("%v: got %s of %d×%d, want %v", p["id"], format, width, height, said)
		}
	}
}

func TestPictures(t *testing.T) {
	d := start(t)
	source := base64.RawURLEncoding.EncodeToString([]byte(d.url("catalog") + "/images/p-0001.jpg"))
	for options, want := range map[string]struct {
		format        string
		width, height int
	}{
		"/" + source:                          {"jpeg", 960, 720},
		"/rs:fit:320:0/" + source + ".png":    {"png", 320, 240},
		"/rs:fit:0:300/q:40/" + source:        {"jpeg", 400, 300},
		"/rs:fit:320:320/" + source:           {"jpeg", 320, 240},
		"/rs:fill:320:320/" + source + ".jpg": {"jpeg", 320, 320},
		"/rs:fill:160:320/" + source:          {"jpeg", 160, 320},
		"/rs:fill:0:300/" + source:            {"jpeg", 400, 300},
		"/rs:fit:3200:0/" + source:            {"jpeg", 960, 720},
		"/rs:fill:3200:100/q:100/" + source:   {"jpeg", 960, 100},
		"/rs:fit:1:0/" + source:               {"jpeg", 1, 1},
	} {
		t.Run(options[:min(len(options), 20)], func(t *testing.T) {
			format, width, height := sizeOf(t, d.get(t, "pictures", signed(options)))
			if format != want.format || width != want.width || height != want.height {
				t.Errorf("got %s of %d×%d, want %+v", format, width, height, want)
			}
		})
	}
	for path, want := range map[string]int{
		signed("/rs:fit:320:0/"+source) + "x": 403, "/AAAA/rs:fit:320:0/" + source: 403, signed("/blur:3/" + source): 422, signed("/q:101/" + source): 422,
		signed("/" + source + ".gif"): 422, signed("/rs:fit:320:0/" + source[:len(source)-8]): 404,
	} {
		if a := d.get(t, "pictures", path); a.status != want {
			t.Errorf("%s: got %d, want %d", path, a.status, want)
		}
	}
}
