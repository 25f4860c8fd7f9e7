package expr

import (
	"math/rand/v2"
	"testing"
)

func TestProjection(t *testing.T) {
	t.Parallel()
	const item = `{"a":{"L":[{"S":"0"},{"M":{"x":{"S":"1x"},"y":{"L":[{"S":"p"},{"S":"q"},{"S":"r"}]}}},{"S":"2"}]},"m":{"M":{"x":{"S":"mx"},"e":{"M":{}}}},"s":{"S":"s"},"m.x":{"S":"dotted"}}`
	tests := map[string]string{
		"s":                     `{"s":{"S":"s"}}`,
		"s, nope":               `{"s":{"S":"s"}}`,
		"nope":                  `{}`,
		"#p":                    `{"m.x":{"S":"dotted"}}`,
		"m.x":                   `{"m":{"M":{"x":{"S":"mx"}}}}`,
		"m.nope, s":             `{"s":{"S":"s"}}`,
		"m.x.y, a[0].x, s.x":    `{}`,
		"m.e":                   `{"m":{"M":{"e":{"M":{}}}}}`,
		"m.e.x":                 `{}`,
		"a[2], a[0]":            `{"a":{"L":[{"S":"0"},{"S":"2"}]}}`,
		"a[9], a[2]":            `{"a":{"L":[{"S":"2"}]}}`,
		"a[1].y[2], a[1].y[0]":  `{"a":{"L":[{"M":{"y":{"L":[{"S":"p"},{"S":"r"}]}}}]}}`,
		"a[1].x, a[1].y[1], s":  `{"a":{"L":[{"M":{"x":{"S":"1x"},"y":{"L":[{"S":"q"}]}}}]},"s":{"S":"s"}}`,
		"a.x, s[0]":             `{}`,
		"a[1].nope, a[0], m.#x": `{"a":{"L":[{"S":"0"}]},"m":{"M":{"x":{"S":"mx"}}}}`,
	}
	for src, want := range tests {
		names, _ := placeholders(src)
		env, err := NewEnv(names, nil)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ParseProjection(src, env)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if got := p.Apply(fromJSON(t, item)); got != fromJSON(t, want) {
			t.Errorf("%s\n got %s\nwant %s", src, got.AppendJSON(nil), want)
		}
	}
}

func TestProjectionLikeTwin(t *testing.T) {
	t.Parallel()
	g := &generator{rand.New(rand.NewPCG(23, 24))}
	item := sampleItem(t)
	for range 10_000 {
		src := g.projection()
		names, _ := placeholders(src)
		env, err := NewEnv(names, nil)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ParseProjection(src, env)
		if err != nil {
			continue
		}
		if got, want := p.Apply(item), newTwin(item).pick(p.paths); got != want {
			t.Fatalf("%s\n got %s\nwant %s", src, got.AppendJSON(nil), want.AppendJSON(nil))
		}
	}
}
