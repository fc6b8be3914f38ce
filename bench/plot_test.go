package main

import (
	"errors"
	"image/color"
	"strings"
	"testing"
	"time"
)

func TestPlot(t *testing.T) {
	d := plot([]chart{{"q1 {a<b}", []row{
		{label: "limit: 1 GET", cpu: 50 * time.Microsecond, rate: 1000},
		{label: "weft planned", cpu: 100 * time.Microsecond, rate: 500.4},
		{label: "other", failed: errors.New("not there")},
	}}})
	if len(d.bars) != 2 || d.bars[0].width != barWidth/2 || d.bars[1].width != barWidth || d.bars[0].color == d.bars[1].color {
		t.Errorf("bars %v, want one half as long as the other and of another color", d.bars)
	}
	if svg := d.svg(); !strings.Contains(svg, "q1 {a&lt;b}: CPU µs") || !strings.Contains(svg, ">100.0 (500 req/s)<") || strings.Contains(svg, "other") {
		t.Errorf("the SVG:\n%s", svg)
	}
	m := d.image()
	b := d.bars[1]
	for _, c := range []struct {
		x, y int
		want color.Color
	}{
		{1, 1, color.White},
		{b.x * pngScale, b.y * pngScale, b.color},
		{(b.x+b.width)*pngScale - 1, (b.y+b.height)*pngScale - 1, b.color},
		{(b.x + b.width) * pngScale, b.y * pngScale, color.White},
	} {
		if got := color.RGBAModel.Convert(m.At(c.x, c.y)); got != color.RGBAModel.Convert(c.want) {
			t.Errorf("at %d,%d: %v, want %v", c.x, c.y, got, c.want)
		}
	}
	black := 0
	for x := range d.bars[0].x * pngScale { // the labels end before the bars begin
		if m.At(x, (d.bars[0].y+10)*pngScale) == color.Black {
			black++
		}
	}
	if black == 0 {
		t.Error("nothing is written beside the first bar")
	}
}

func TestGlyph(t *testing.T) {
	seen := map[string]rune{}
	for r := ' '; r <= '~'; r++ {
		g := glyph(r)
		if other, ok := seen[string(g)]; ok || len(g) != 5 {
			t.Errorf("%q has columns %x, as has %q", r, g, other)
		}
		seen[string(g)] = r
	}
	if _, ok := seen[string(glyph('µ'))]; ok || string(glyph('→')) != string(glyph('?')) || string(glyph('\n')) != string(glyph('?')) {
		t.Error("µ is another character, or what the font does not have is not ?")
	}
}
