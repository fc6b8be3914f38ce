package main

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// chart is one operation's part of the plot.
type chart struct {
	title string
	rows  []row
}

// The plot's measures, in pixels.
const (
	plotWidth  = 860
	barLeft    = 240
	barWidth   = 420
	lineHeight = 24
)

// plot draws the processor time of a request, a bar for each server that was measured, as an SVG.
func plot(charts []chart) string {
	var b strings.Builder
	y := 10
	for _, c := range charts {
		y = c.draw(&b, y)
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="13">`+
		"\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n%s</svg>\n", plotWidth, y+10, b.String())
}

// draw draws a chart below y, and returns where it ends.
func (c chart) draw(b *strings.Builder, y int) int {
	longest := 0.0
	for _, r := range c.rows {
		longest = max(longest, micros(r.cpu))
	}
	y += lineHeight
	fmt.Fprintf(b, "<text x=\"10\" y=\"%d\" font-weight=\"bold\">%s: CPU µs of the server for a request</text>\n", y-8, escape(c.title))
	for _, r := range c.rows {
		if r.failed != nil || longest == 0 {
			continue
		}
		length := micros(r.cpu) / longest * barWidth
		fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", barLeft-8, y+16, escape(r.label))
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>`, barLeft, y+3, length, lineHeight-6, color(r))
		fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%d\">%.1f (%.0f req/s)</text>\n", barLeft+length+6, y+16, micros(r.cpu), r.rate)
		y += lineHeight
	}
	return y + lineHeight/2
}

// color tells limits, Weft and peers apart.
func color(r row) string {
	switch {
	case strings.HasPrefix(r.label, "limit"):
		return "#9aa5b1"
	case strings.HasPrefix(r.label, "weft"):
		return "#2f6f9f"
	}
	return "#c98b2b"
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder takes everything
	return b.String()
}
