// Package chart draws curves as SVG.
package chart

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Chart has curves over two logarithmic axes.
type Chart struct {
	Title, X, Y string
	Curves      []Curve
}

// Curve is a line through points.
type Curve struct {
	Name   string
	Points []Point
}

// Point is a point with positive coordinates.
type Point struct{ X, Y float64 }

// Sizes of the picture and of the margins around its axes.
const (
	width, height            = 720, 440
	left, right, top, bottom = 80, 190, 44, 56
)

var colours = []string{"#1b6ca8", "#c0392b", "#27864a", "#8e44ad", "#b9770e", "#5d6d7e", "#117a8b"}

// axis maps values to pixels.
type axis struct {
	low, high float64 // decades
	from, to  float64 // pixels
}

func (a axis) at(v float64) float64 {
	return a.from + (math.Log10(v)-a.low)/(a.high-a.low)*(a.to-a.from)
}

// decades returns the axis that holds all values, in whole decades.
func decades(values []float64, from, to float64) axis {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		low, high = min(low, math.Floor(math.Log10(v))), max(high, math.Ceil(math.Log10(v)))
	}
	return axis{low, max(high, low+1), from, to}
}

// WriteTo writes the picture. It is readable on light and dark pages.
func (c Chart) WriteTo(w io.Writer) (int64, error) {
	var xs, ys []float64
	for _, curve := range c.Curves {
		for _, p := range curve.Points {
			xs, ys = append(xs, p.X), append(ys, p.Y)
		}
	}
	if len(xs) == 0 {
		return 0, fmt.Errorf("chart %q has no points", c.Title)
	}
	x, y := decades(xs, left, width-right), decades(ys, height-bottom, top)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, height)
	text(&b, width/2-right/2+left/2, top/2, "middle", 15, c.Title)
	c.grid(&b, x, y)
	for i, curve := range c.Curves {
		curve.draw(&b, x, y, i)
	}
	b.WriteString("</svg>\n")
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

func (c Chart) grid(b *strings.Builder, x, y axis) {
	line := func(x1, y1, x2, y2 float64) {
		fmt.Fprintf(b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="#ddd"/>`+"\n", x1, y1, x2, y2)
	}
	for d := x.low; d <= x.high; d++ {
		at := x.at(math.Pow(10, d))
		line(at, y.from, at, y.to)
		text(b, at, y.from+18, "middle", 12, number(math.Pow(10, d)))
	}
	for d := y.low; d <= y.high; d++ {
		at := y.at(math.Pow(10, d))
		line(x.from, at, x.to, at)
		text(b, x.from-8, at+4, "end", 12, number(math.Pow(10, d)))
	}
	text(b, (x.from+x.to)/2, height-12, "middle", 13, c.X)
	fmt.Fprintf(b, `<text transform="translate(18 %.1f) rotate(-90)" text-anchor="middle" font-size="13" fill="#222">%s</text>`+"\n", (y.from+y.to)/2, escape(c.Y))
}

func (c Curve) draw(b *strings.Builder, x, y axis, i int) {
	colour := colours[i%len(colours)]
	var path []string
	for _, p := range c.Points {
		path = append(path, fmt.Sprintf("%.1f,%.1f", x.at(p.X), y.at(p.Y)))
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="2.5" fill="%s"/>`+"\n", x.at(p.X), y.at(p.Y), colour)
	}
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="1.8"/>`+"\n", strings.Join(path, " "), colour)
	at := float64(top + 20*i)
	fmt.Fprintf(b, `<rect x="%d" y="%.1f" width="14" height="4" fill="%s"/>`+"\n", width-right+14, at+6, colour)
	text(b, width-right+34, at+12, "start", 12, c.Name)
}

func text(b *strings.Builder, x, y float64, anchor string, size int, s string) {
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="%s" font-size="%d" fill="#222">%s</text>`+"\n", x, y, anchor, size, escape(s))
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// number writes a power of ten.
func number(v float64) string {
	if v < 1 {
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	s := strconv.FormatFloat(v, 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}
