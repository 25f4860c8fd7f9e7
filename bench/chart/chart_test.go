package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/bench/chart"
)

// TestWriteTo finds that a picture is XML and has each curve's points where
// two decades on each axis put them.
func TestWriteTo(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	_, err := chart.Chart{Title: "a < b", X: "items", Y: "µs", Curves: []chart.Curve{
		{Name: "slow & old", Points: []chart.Point{{X: 1, Y: 10}, {X: 10, Y: 100}, {X: 100, Y: 1000}}},
		{Name: "quick", Points: []chart.Point{{X: 1, Y: 10}, {X: 100, Y: 10}}},
	}}.WriteTo(&b)
	if err != nil {
		t.Fatal(err)
	}
	var lines, words []string
	for d := xml.NewDecoder(strings.NewReader(b.String())); ; {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if tok.Name.Local == "polyline" {
				lines = append(lines, tok.Attr[0].Value)
			}
		case xml.CharData:
			if s := strings.TrimSpace(string(tok)); s != "" {
				words = append(words, s)
			}
		}
	}
	if diff := cmp.Diff([]string{"80.0,384.0 305.0,214.0 530.0,44.0", "80.0,384.0 530.0,384.0"}, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a < b", "1", "10", "100", "10", "100", "1 000", "items", "µs", "slow & old", "quick"}, words); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
}

func TestNoPoints(t *testing.T) {
	t.Parallel()
	_, err := chart.Chart{Title: "nothing"}.WriteTo(io.Discard)
	if err == nil || err.Error() != `chart "nothing" has no points` {
		t.Errorf("error %v", err)
	}
}
