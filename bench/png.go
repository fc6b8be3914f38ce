package main

import (
	"image"
	"image/color"
	"image/draw"
	"unicode/utf8"
)

const (
	pngScale = 2 // pixels of the picture for one of the plot
	dot      = 3 // pixels of the picture for one of a character
	advance  = 6 * dot
)

// image is the drawing in pixels. Its characters (font.go) are as wide as each other; bold ones are as others.
func (d drawing) image() image.Image {
	palette := color.Palette{color.White, color.Black}
	for _, r := range d.bars {
		if palette[palette.Index(r.color)] != color.Color(r.color) {
			palette = append(palette, r.color)
		}
	}
	m := image.NewPaletted(image.Rect(0, 0, plotWidth*pngScale, d.height*pngScale), palette)
	for _, r := range d.bars {
		fill(m, r.x*pngScale, r.y*pngScale, r.width*pngScale, r.height*pngScale, r.color)
	}
	for _, t := range d.texts {
		x := t.x * pngScale
		if t.end {
			x -= utf8.RuneCountInString(t.text) * advance
		}
		write(m, x, t.y*pngScale, t.text)
	}
	return m
}

// write puts text on the baseline y.
func write(m draw.Image, x, y int, text string) {
	for _, r := range text {
		for column, dots := range glyph(r) {
			for row := range 8 {
				if dots>>row&1 == 1 {
					fill(m, x+column*dot, y+(row-7)*dot, dot, dot, color.Black)
				}
			}
		}
		x += advance
	}
}

func fill(m draw.Image, x, y, width, height int, c color.Color) {
	draw.Draw(m, image.Rect(x, y, x+width, y+height), image.NewUniform(c), image.Point{}, draw.Src)
}
