package dyn_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/internal/randtest"
)

// Entities of one partition whose attributes have the same names, but other types.
type (
	Herb struct {
		_ struct{} `dyn:"entity=herb"`
		_ struct{} `dyn:"pk,template=P#$<P>,collection=garden"`
		_ struct{} `dyn:"sk,template=H#$<ID:04>"`

		P    string         `dynamodbav:"p"`
		ID   int            `dynamodbav:"id"`
		X    string         `dynamodbav:"x"`
		Y    []string       `dynamodbav:"y"`
		Z    map[string]int `dynamodbav:"z"`
		W    *string        `dynamodbav:"w"`
		Any  any            `dynamodbav:"any"`
		Exp  int64          `dynamodbav:"exp" dyn:"ttl"`
		Long string         `dynamodbav:"aNameThatTakesMoreThanFourWordsOfEightBytes"`
	}
	Bulb struct {
		_ struct{} `dyn:"entity=bulb"`
		_ struct{} `dyn:"pk,template=P#$<P>,collection=garden"`
		_ struct{} `dyn:"sk,template=B#$<ID:04>"`

		P   string  `dynamodbav:"p"`
		ID  int     `dynamodbav:"id"`
		X   int     `dynamodbav:"x"`
		Y   []int   `dynamodbav:"y,numberset"`
		Z   Shoot   `dynamodbav:"z"`
		W   []byte  `dynamodbav:"w"`
		F   float64 `dynamodbav:"f"`
		Exp int64   `dynamodbav:"exp" dyn:"ttl"`
	}
	Shoot struct {
		Entity string `dynamodbav:"_entity"`
		N      int    `dynamodbav:"n"`
		Next   *Shoot `dynamodbav:"next"`
	}
	Tree struct {
		_ struct{} `dyn:"entity=tree,version=2"`
		_ struct{} `dyn:"pk,template=P#$<P>,collection=garden"`
		_ struct{} `dyn:"sk,template=T#$<ID:04>"`

		P  string   `dynamodbav:"p"`
		ID int      `dynamodbav:"id"`
		X  []Shoot  `dynamodbav:"x"`
		Y  string   `dynamodbav:"y"`
		Z  []string `dynamodbav:"z,stringset"`
		W  bool     `dynamodbav:"w"`
	}
	OldTree struct {
		_ struct{} `dyn:"entity=tree,version=1"`
		_ struct{} `dyn:"pk,template=P#$<P>,collection=garden"`
		_ struct{} `dyn:"sk,template=T#$<ID:04>"`

		P  string            `dynamodbav:"p"`
		ID int               `dynamodbav:"id"`
		X  string            `dynamodbav:"x"`
		Z  map[string]string `dynamodbav:"z"`
	}
	Garden struct {
		Herbs    []Herb
		Bulbs    []Bulb
		Trees    []Tree
		OldTrees []OldTree
	}
	Bed struct {
		Herbs []Herb
		Tree  *Tree
		Bulbs []Bulb
	}
	gardenStore struct {
		Herbs  *dyn.Entity[Herb]
		Bulbs  *dyn.Entity[Bulb]
		Garden *dyn.Collection[Garden] `dyn:"garden"`
		Bed    *dyn.Collection[Bed]    `dyn:"garden"`
	}
)

var herbF = dyn.Fields[Herb]()

// TestCollectionAnswers reads made-up answers in every tier: items in runs of all
// lengths, with attributes in any order, repeated, escaped, of other types than
// their fields, and of entities that nobody knows.
func TestCollectionAnswers(t *testing.T) {
	t.Parallel()
	r, script := randtest.New(t), new(script)
	client := dynamodb.New(dynamodb.Options{
		Region: "us-east-1", HTTPClient: script, BaseEndpoint: aws.String("http://answers.invalid"),
		Credentials: credentials.NewStaticCredentialsProvider("A", "B", ""),
	})
	var stores [3]gardenStore
	for i, svc := range tiers(t, client, fixedClock()) {
		if err := dyn.Bind(svc, &stores[i]); err != nil {
			t.Fatal(err)
		}
	}
	for round := range 60 {
		*script = nil
		pages := 1 + r.IntN(3)
		for n := range pages {
			*script = append(*script, seedlings{r}.answer(n, n == pages-1))
		}
		all := *script
		want := stores[0].look(t.Context(), script, all)
		for i := range stores[1:] {
			if diff := cmp.Diff(want, stores[1+i].look(t.Context(), script, all)); diff != "" {
				t.Fatalf("round %d: tier %d differs (-0 +%[2]d): %.3000s", round, i+1, diff)
			}
		}
	}
}

// script answers requests with one body after the other.
type script []string

func (s *script) Do(r *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	body := (*s)[0]
	*s = (*s)[1:]
	h := http.Header{"Content-Type": {"application/x-amz-json-1.0"}}
	return &http.Response{StatusCode: http.StatusOK, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r}, nil
}

// anyKey is the name of one of several entries that are wrong: which is found
// first is not settled.
var anyKey = regexp.MustCompile(`\["(.|\n)*"\].*`)

func (s gardenStore) look(ctx context.Context, now *script, all script) []string {
	var out []string
	said := func(what string, v any, err error) {
		text := ""
		if err != nil {
			text = anyKey.ReplaceAllString(err.Error(), "[]")
		}
		out = append(out, what+": "+show(v)+" "+text)
		*now = all
	}
	*now = all
	here := dyn.Eq(&herbF.P, "p")
	garden, err := s.Garden.Query(here).Collect(ctx)
	said("collect", garden, err)
	var items []any
	for x, e := range s.Garden.Query(here).All(ctx) {
		if err = e; e == nil {
			items = append(items, fmt.Sprintf("%T", x), x)
		}
	}
	said("all", items, err)
	var unknown []string
	bed, err := s.Bed.Query(here).OnUnknown(func(owner string, item map[string]types.AttributeValue) error {
		unknown = append(unknown, fmt.Sprint(owner, len(item)))
		return nil
	}).Collect(ctx)
	said("some", bed, err)
	said("unknown", unknown, nil)
	page, err := s.Garden.Query(here).Limit(7).Page(ctx)
	said("page", page, err)
	n, err := s.Garden.Query(here).Count(ctx)
	said("count", n, err)
	herbs, err := s.Herbs.Query(here).Collect(ctx)
	said("herbs", herbs, err)
	bulbs, err := s.Bulbs.Query(here).Collect(ctx)
	said("bulbs", bulbs, err)
	return out
}

// seedlings makes answers of the service, and what it would not send.
type seedlings struct{ *rand.Rand }

// gardeners tells the attributes of the entities, and their types.
var gardeners = map[string][][2]string{
	"herb":        {{"x", "S"}, {"y", "LS"}, {"z", "MN"}, {"w", "S"}, {"any", "M"}, {"aNameThatTakesMoreThanFourWordsOfEightBytes", "S"}},
	"bulb":        {{"x", "N"}, {"y", "NS"}, {"z", "shoot"}, {"w", "B"}, {"f", "N"}},
	"tree":        {{"x", "shoots"}, {"y", "S"}, {"z", "SS"}, {"w", "BOOL"}},
	"old tree":    {{"x", "S"}, {"z", "MS"}},
	"rose \"é\"":  {{"x", "M"}, {"y", "N"}},
	"nothing yet": {{"z", "L"}},
}

func (g seedlings) answer(page int, last bool) string {
	names := []string{"herb", "bulb", "tree", "old tree", "rose \"é\"", "nothing yet"}
	known := 2 + g.IntN(len(names)-1)
	var items []string
	for total := g.IntN(80); len(items) < total; {
		name, order := names[g.IntN(known)], g.IntN(4)
		for range 1 + g.IntN(1+g.IntN(30)) {
			if chance(g.Rand, 2) {
				items = append(items, g.item(pick(g.Rand, names...), len(items), g.IntN(4)))
				continue
			}
			items = append(items, g.item(name, len(items), order))
		}
	}
	parts := []string{`"Items":[` + strings.Join(items, ",") + `]`, fmt.Sprintf(`"Count":%d`, len(items)), fmt.Sprintf(`"ScannedCount":%d`, len(items))}
	if !last {
		parts = append(parts, fmt.Sprintf(`"LastEvaluatedKey":{"pk":{"S":"P#p"},"sk":{"S":"A#%04d"}}`, page))
	}
	g.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return "{" + strings.Join(parts, ",") + "}"
}

func (g seedlings) item(name string, n, order int) string {
	var attrs []string
	add := func(name, value string) { attrs = append(attrs, g.space()+g.text(name)+g.space()+":"+value+g.space()) }
	entity, version := strings.TrimPrefix(name, "old "), 1
	if name == "tree" {
		version = 2
	}
	odd := g.IntN(150)
	switch odd {
	case 0:
		version = 3
	case 1: // of no entity
	case 2:
		add("_entity", `{"N":"1"}`)
	case 3:
		add("_entity", `{"S":"bulb"}`) // and another
	}
	if odd == 0 || odd > 2 {
		add("_entity", `{"S":`+g.text(entity)+`}`)
	}
	if odd != 4 {
		add("_version", fmt.Sprintf(`{"N":"%d"}`, version))
	}
	add("pk", `{"S":"P#p"}`)
	add("sk", fmt.Sprintf(`{"S":"%s#%04d"}`, strings.ToUpper(entity[:1]), n))
	add("p", `{"S":"p"}`)
	add("id", fmt.Sprintf(`{"N":"%d"}`, n))
	for _, a := range gardeners[name] {
		switch k := g.IntN(900); {
		case k == 0:
			add(a[0], g.value(g.kind(), 0))
		case k > 30:
			add(a[0], g.value(a[1], 0))
		}
	}
	switch g.IntN(80) {
	case 0:
		add("exp", `{"N":"5"}`)
	case 1:
		add("exp", `{"N":"99999999999"}`)
	case 2:
		add(g.word(), g.value(g.kind(), 0))
	case 3:
		add("X", g.value("S", 0))
	case 4:
		attrs = append(attrs, attrs[g.IntN(len(attrs))])
	}
	switch order {
	case 1:
		attrs = append(attrs[1:], attrs[0])
	case 2:
		g.Shuffle(len(attrs), func(i, j int) { attrs[i], attrs[j] = attrs[j], attrs[i] })
	case 3:
		attrs = append(attrs[5:], attrs[:5:5]...)
	}
	return g.space() + "{" + strings.Join(attrs, ",") + "}"
}

func (g seedlings) kind() string {
	return pick(g.Rand, "S", "N", "BOOL", "NULL", "B", "L", "SS", "NS", "M", "MN", "shoot")
}

// value returns an attribute value of a type, or of one that fits a field.
func (g seedlings) value(kind string, depth int) string {
	of := func(typ, v string) string {
		return "{" + g.space() + `"` + typ + `"` + g.space() + ":" + g.space() + v + g.space() + "}"
	}
	list := func(f func() string) string {
		var out []string
		for range g.IntN(4) {
			out = append(out, g.space()+f())
		}
		return "[" + strings.Join(out, ",") + "]"
	}
	switch kind {
	case "S":
		return of("S", g.text(g.word()))
	case "N":
		return of("N", pick(g.Rand, `"0"`, `"1"`, `"-1"`, `"42"`, `"007"`, `"9223372036854775807"`, `"-0"`, `"123456789"`, `"12345678"`))
	case "BOOL":
		return of("BOOL", pick(g.Rand, "true", "false"))
	case "NULL":
		return of("NULL", "true")
	case "B":
		return of("B", pick(g.Rand, `""`, `"AA=="`, `"/+8="`))
	case "L":
		return of("L", list(func() string { return g.value(pick(g.Rand, "S", "N", "BOOL", "SS", "M"), depth+1) }))
	case "LS":
		return of("L", list(func() string { return g.value("S", depth+1) }))
	case "shoots":
		return of("L", list(func() string { return g.value("shoot", depth+1) }))
	case "SS":
		return of("SS", list(func() string { return g.text(g.word()) }))
	case "NS":
		return of("NS", list(func() string { return `"` + strconv.Itoa(g.IntN(100)) + `"` }))
	}
	return of("M", "{"+strings.Join(g.entries(kind, depth), ",")+"}")
}

func (g seedlings) entries(kind string, depth int) []string {
	var out []string
	for range g.IntN(4) {
		key, of := g.word(), pick(g.Rand, "S", "N", "LS")
		switch kind {
		case "MN":
			of = "N"
		case "MS":
			of = "S"
		case "shoot":
			key = pick(g.Rand, "_entity", "n", "next", "other")
			of = map[string]string{"_entity": "S", "n": "N", "next": "shoot", "other": of}[key]
		}
		if depth > 3 {
			key, of = "_entity", "S"
		}
		out = append(out, g.text(key)+g.space()+":"+g.value(of, depth+1))
	}
	return out
}

func (g seedlings) word() string {
	return pick(g.Rand, "", "a", "usual text", "é", "\"", "d\\", "\u2028", "😀", strings.Repeat("x", 130), strings.Repeat("y", 600),
		"P#p", "_entity", `"_entity":{"S":"bulb"}`, "\x00", "aaaaaaa\"", "0123456\\", "long enough for several words, with an é at the end: é")
}

// text returns a JSON string, at times with more escapes than it needs.
func (g seedlings) text(s string) string {
	if chance(g.Rand, 90) {
		b, _ := json.Marshal(s)
		return string(b)
	}
	out := `"`
	for _, c := range s {
		if c < 0x10000 && (c < ' ' || c == '"' || c == '\\' || chance(g.Rand, 30)) {
			out += fmt.Sprintf(`\u%04x`, c)
		} else {
			out += string(c)
		}
	}
	return out + `"`
}

func (g seedlings) space() string {
	if g.IntN(400) > 0 {
		return ""
	}
	return pick(g.Rand, " ", "\n", "\t ")
}
