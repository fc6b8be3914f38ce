package imageurl

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
)

// Arguments are those that a field with @imageURL may have, each with the values of its enum; nil: it is an Int.
var Arguments = map[string][]string{
	"width": nil, "height": nil, "quality": nil,
	"fit":    {"CONTAIN", "COVER"}, // the whole picture within width and height; or both filled, and the picture cropped
	"format": {"AVIF", "JPEG", "PNG", "WEBP"},
}

// Wanted is what a client wants of a picture. The zero Wanted is the picture as it is.
type Wanted struct {
	Width, Height int    // in pixels; 0: as the other one and the picture's shape have it
	Fit           string // "": CONTAIN; there is none without width and height
	Format        string // "": the image service decides
	Quality       int    // of 1 to 100; 0: the image service decides
}

// Wanted reads a field's arguments, coerced as the schema has them. A size that is not allowed is an error, and not the next size that is:
// two sizes that are rounded by themselves are another shape, and who asks for one that is not there should hear of it while writing the page.
func (s *Service) Wanted(args map[string]any) (Wanted, error) {
	w := Wanted{
		Width: number(args["width"]), Height: number(args["height"]), Quality: number(args["quality"]),
		Fit: word(args["fit"]), Format: word(args["format"]),
	}
	if s.form == nil && w != (Wanted{}) {
		return Wanted{}, refuse("images.%s is not configured: the picture is there as it is, without arguments, and in no other way", s.name)
	}
	for _, size := range []struct {
		name    string
		n       int
		allowed []int
	}{{"width", w.Width, s.widths}, {"height", w.Height, s.heights}} {
		if args[size.name] != nil && !slices.Contains(size.allowed, size.n) {
			return Wanted{}, refuse("%s: %d is not allowed: images.%s.%ss has %s", size.name, size.n, s.name, size.name, listed(size.allowed))
		}
	}
	if args["quality"] != nil && (w.Quality < 1 || w.Quality > 100) {
		return Wanted{}, refuse("quality: %d is none: it goes from 1 to 100", w.Quality)
	}
	if w.Width == 0 && w.Height == 0 {
		w.Fit = ""
	}
	return w, nil
}

func listed(sizes []int) string {
	if len(sizes) == 0 {
		return "none"
	}
	return strings.Trim(strings.Join(strings.Fields(fmt.Sprint(sizes)), ", "), "[]")
}

func refuse(format string, args ...any) error {
	err := gqlerror.Errorf(format, args...)
	err.Extensions = map[string]any{"code": protocol.CodeBadInput}
	return err
}

// number is an Int argument; 0 where it is null or absent.
func number(v any) int {
	switch n := v.(type) {
	case int:
		return n
	case int64:
		return int(n)
	case float64:
		return int(n)
	case json.Number:
		if f, err := n.Float64(); err == nil && math.Abs(f) < math.MaxInt32 {
			return int(f)
		}
	}
	return 0
}

// word is an enum's value; "" where it is null or absent.
func word(v any) string {
	s, _ := v.(string)
	return s
}
