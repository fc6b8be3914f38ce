package main

import (
	"bytes"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"os"
	"strings"
)

// chart is one operation's part of the plot.
type chart struct {
	title string
	rows  []row
}

// The plot's measures, in pixels.
const (
	plotWidth  = 940
	barLeft    = 320
	barWidth   = 420
	lineHeight = 24
)

// drawing is a plot laid out, for svg.go and png.go to draw.
type drawing struct {
	height int
	bars   []bar
	texts  []line
}

// bar is a horizontal bar; x and y are its upper left corner.
type bar struct {
	x, y, width, height int
	color               color.RGBA
}

// line is a line of text on the baseline y, which begins at x, or ends there.
type line struct {
	x, y int
	end  bool
	bold bool
	text string
}

// plot draws the processor time of a request, a bar for each server that was measured.
func plot(charts []chart) drawing {
	d := drawing{height: 10}
	for _, c := range charts {
		d.add(c)
	}
	d.height += 10
	return d
}

// writePlot writes both files, if they are wanted.
func (o options) writePlot(stdout io.Writer, charts []chart) error {
	if o.plot == "" {
		return nil
	}
	d := plot(charts)
	var picture bytes.Buffer
	if err := png.Encode(&picture, d.image()); err != nil {
		return err
	}
	for name, content := range map[string][]byte{o.plot + ".svg": []byte(d.svg()), o.plot + ".png": picture.Bytes()} {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(stdout, "\nPlot: %[1]s.svg, %[1]s.png\n", o.plot)
	return err
}

// add draws a chart below what is there.
func (d *drawing) add(c chart) {
	longest := 0.0
	for _, r := range c.rows {
		longest = max(longest, micros(r.cpu))
	}
	d.height += lineHeight
	d.texts = append(d.texts, line{x: 10, y: d.height - 8, bold: true, text: c.title + ": CPU µs of the server for a request"})
	for _, r := range c.rows {
		if r.failed != nil || longest == 0 {
			continue
		}
		length := int(micros(r.cpu) / longest * barWidth)
		d.bars = append(d.bars, bar{barLeft, d.height + 3, length, lineHeight - 6, colorOf(r)})
		d.texts = append(d.texts, line{x: barLeft - 8, y: d.height + 16, end: true, text: r.label},
			line{x: barLeft + length + 6, y: d.height + 16, text: fmt.Sprintf("%.1f (%.0f req/s)", micros(r.cpu), r.rate)})
		d.height += lineHeight
	}
	d.height += lineHeight / 2
}

// colorOf tells limits, Weft and peers apart.
func colorOf(r row) color.RGBA {
	switch {
	case strings.HasPrefix(r.label, "limit"):
		return color.RGBA{0x9a, 0xa5, 0xb1, 0xff}
	case strings.HasPrefix(r.label, "weft"):
		return color.RGBA{0x2f, 0x6f, 0x9f, 0xff}
	}
	return color.RGBA{0xc9, 0x8b, 0x2b, 0xff}
}
