package demo

import (
	"bytes"
	img "image"
	"image/color"
	"image/jpeg"
	"math"
	"net/http"
	"strings"
)

// What the catalog's pictures have: the shape of a camera's.
const (
	photoWidth   = 960
	photoHeight  = 720
	photoQuality = 90 // of JPEG, from 1 to 100
)

// image answers with the picture of a product.
func (c catalog) image(r *http.Request) (reply, error) {
	id, ok := strings.CutSuffix(r.PathValue("file"), ".jpg")
	p := c.shop.product(id)
	if !ok || p == nil {
		return reply{}, notFound("image", r.PathValue("file"))
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, photograph(p), &jpeg.Options{Quality: photoQuality}); err != nil {
		return reply{}, err
	}
	return reply{body: media{"image/jpeg", out.Bytes()}}, nil
}

// photograph is the picture of a product: what its category stands for, on a tinted card, with the grain of a film. The same product always
// has the same.
func photograph(p *product) *img.RGBA {
	photo := img.NewRGBA(img.Rect(0, 0, photoWidth, photoHeight))
	hue := float64(p.ItemNo*47%360) / 360 // neighbours on a page differ well
	body, shade, shape := hsl(hue, .42, .42), hsl(hue, .3, .68), shapes[p.trade.id]
	grain := uint32(p.ItemNo)
	for y := range photoHeight {
		card := hsl(hue, .36, .93-.1*float64(y)/photoHeight)
		v := 1.2*float64(y)/photoHeight - .1 // the shape stands in a square of 1
		for x := range photoWidth {
			u := 1.6*float64(x)/photoWidth - .3
			c := card
			switch {
			case shape(u, v):
				c = body
			case disc(u, (v-.92)*6+.5, .5, .5, .5):
				c = shade
			}
			grain = grain*1664525 + 1013904223
			dust := int(grain>>28) - 8
			photo.SetRGBA(x, y, color.RGBA{grained(c.R, dust), grained(c.G, dust), grained(c.B, dust), 255})
		}
	}
	return photo
}

func grained(c uint8, dust int) uint8 { return uint8(min(max(int(c)+dust, 0), 255)) }

// hsl is a colour by hue, saturation and lightness, each from 0 to 1.
func hsl(h, s, l float64) color.RGBA {
	channel := func(n float64) uint8 {
		k := math.Mod(n+h*12, 12)
		return uint8(math.Round(255 * (l - s*min(l, 1-l)*max(-1, min(k-3, 9-k, 1)))))
	}
	return color.RGBA{channel(0), channel(8), channel(4), 255}
}

// shapes say of each category whether a point belongs to what stands for it. Points are in a square of 1, whose origin is at the top left.
var shapes = map[string]func(x, y float64) bool{
	"tents":    func(x, y float64) bool { return cone(x, y, .5, .15, .9, .45) && !cone(x, y, .5, .55, .9, .12) },
	"sleeping": func(x, y float64) bool { return box(x, y, .3, .3, .7, .9) || disc(x, y, .5, .3, .2) },
	"packs":    func(x, y float64) bool { return box(x, y, .28, .3, .72, .9) || ring(x, y, .5, .3, .12, .18) },
	"cookware": func(x, y float64) bool { return box(x, y, .1, .5, .65, .85) || box(x, y, .65, .54, .95, .62) },
	"knives": func(x, y float64) bool {
		return box(x, y, .05, .7, .4, .8) || cone(1-y, x, .25, .4, .98, .1) && y > .65
	},
	"coffee": func(x, y float64) bool { return box(x, y, .2, .4, .65, .88) || ring(x, y, .68, .6, .1, .16) },
	"books":  func(x, y float64) bool { return box(x, y, .1, .25, .48, .85) || box(x, y, .52, .25, .9, .85) },
	"audio": func(x, y float64) bool {
		return box(x, y, .3, .1, .7, .9) && !ring(x, y, .5, .62, .08, .15) && !disc(x, y, .5, .28, .07)
	},
	"lamps": func(x, y float64) bool {
		return cone(x, y, .5, .05, .5, .3) || box(x, y, .47, .5, .53, .88) || box(x, y, .32, .85, .68, .9)
	},
	"hand-tools": func(x, y float64) bool { return box(x, y, .46, .3, .54, .92) || box(x, y, .25, .15, .75, .32) },
	"power-tools": func(x, y float64) bool {
		return box(x, y, .1, .25, .7, .5) || box(x, y, .2, .5, .4, .9) || box(x, y, .7, .35, .95, .4)
	},
	"garden": func(x, y float64) bool {
		return box(x, y, .48, .45, .52, .92) || disc(x, y, .33, .38, .17) || disc(x, y, .67, .3, .17)
	},
}

func box(x, y, left, top, right, bottom float64) bool {
	return left <= x && x <= right && top <= y && y <= bottom
}

func disc(x, y, cx, cy, r float64) bool { return (x-cx)*(x-cx)+(y-cy)*(y-cy) <= r*r }

func ring(x, y, cx, cy, inner, outer float64) bool {
	return disc(x, y, cx, cy, outer) && !disc(x, y, cx, cy, inner)
}

// cone is a triangle with its point on top, half as wide as it says at its foot.
func cone(x, y, cx, top, foot, half float64) bool {
	return top <= y && y <= foot && math.Abs(x-cx) <= half*(y-top)/(foot-top)
}
