package main

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// svg is the drawing as an SVG.
func (d drawing) svg() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="13">`+"\n", plotWidth, d.height)
	b.WriteString(`<rect width="100%" height="100%" fill="white"/>` + "\n")
	for _, r := range d.bars {
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" fill="#%02x%02x%02x"/>`+"\n", r.x, r.y, r.width, r.height, r.color.R, r.color.G, r.color.B)
	}
	for _, t := range d.texts {
		style := ""
		if t.end {
			style += ` text-anchor="end"`
		}
		if t.bold {
			style += ` font-weight="bold"`
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d"%s>`, t.x, t.y, style)
		_ = xml.EscapeText(&b, []byte(t.text)) // a strings.Builder takes everything
		b.WriteString("</text>\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}
