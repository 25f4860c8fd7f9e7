package schema

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/internal/key"
	"github.com/dyntable/dyn/internal/tag"
)

// Fields as package dyn describes them, of each type that matters here.
func blank(tag string) Field { return Field{Go: "_", Tag: tag} }

func text(name, tag string) Field {
	return Field{Go: name, Tag: tag, Name: strings.ToLower(name), Type: "S", Optional: true, Text: true, Plain: true, Part: key.FieldInfo{Kind: key.Text}}
}

func number(name, tag string) Field {
	return Field{Go: name, Tag: tag, Name: strings.ToLower(name), Type: "N", Integer: true, Part: key.FieldInfo{Kind: key.Int, Bits: 64}}
}

func clock(name, tag, attr string) Field {
	return Field{Go: name, Tag: tag, Name: strings.ToLower(name), Type: attr, Optional: true, Time: true, Part: key.FieldInfo{Kind: key.Time, Seconds: attr == "N"}}
}

func list(name, tag string) Field {
	return Field{Go: name, Tag: tag, Name: strings.ToLower(name), Type: "L", Optional: true, PartErr: errors.New("a list can't be part of a key")}
}

func hidden(name, tag string) Field { return Field{Go: name, Tag: tag} }

// source makes a Source of fields, and of others that are nested, by path.
func source(fields []Field, nested ...Field) *Source {
	return &Source{Type: "T", Fields: fields, Lookup: func(path string) *Field {
		for _, f := range append(fields[:len(fields):len(fields)], nested...) {
			if f.Go == path {
				return &f
			}
		}
		return nil
	}}
}

func TestCompile(t *testing.T) {
	t.Parallel()
	s, errs := Compile(source([]Field{
		blank("entity=card,version=3,nulls"),
		blank("pk,index=gsi1,name=byUser,template=USER#$<User>,collection=a/b,type=clustered,scope=x,project=Likes+Where.Zip"),
		blank("sk,index=gsi1,template=$<Made>#$<Where.Since>#$<ID>"),
		blank("pk,template=CARD#$<ID>"),
		blank("sk,template=META,overlap"),
		blank("sk,index=lsi1,local,field=Likes,project=keys"),
		blank("pk,index=gsi2,field=User,part=2"),
		blank("pk,index=gsi2,field=ID,part=1,when=State:open|paid"),
		blank("sk,index=gsi2,template=$<Likes:03>"),
		blank("pk,index=flip"),
		blank("sk,index=flip"),
		text("ID", ""), text("User", "required"), text("State", "enum=open|paid|closed,default=open"), number("Likes", ""),
		clock("Made", "", "S"), clock("Kept", "updated", "S"), clock("Seen", "created", "N"), hidden("Where", ""),
		{Go: "Where", Name: "where", Type: "M"},
		text("GSI3", "pk,index=gsi3,template=G#$<ID>"),
	}, text("Where.Zip", ""), clock("Where.Since", "", "S")))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if s.Type != "T" || s.Entity != "card" || s.Version != 3 || !s.Nulls {
		t.Errorf("the entity is %s %s %d %v", s.Type, s.Entity, s.Version, s.Nulls)
	}
	if diff := cmp.Diff([]string{"Kept", "Made", "Where.Since"}, s.SortableTimes); diff != "" {
		t.Errorf("times (-want +got):\n%s", diff)
	}
	var attrs []string
	for _, a := range s.Attrs {
		attrs = append(attrs, fmt.Sprintf("%s=%s %v", a.Go, a.Name, a.Holds))
	}
	want := []string{
		"ID=id false", "User=user false", "State=state false", "Likes=likes false", "Made=made false", "Kept=kept false", "Seen=seen false",
		"Where=where false", "GSI3=gsi3 true",
	}
	if diff := cmp.Diff(want, attrs); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	var indexes []string
	for i := range s.Indexes {
		indexes = append(indexes, describe(&s.Indexes[i]))
	}
	want = []string{
		"/primary [S ID@0] [S] overlap",
		"gsi1/byUser [S User@1] [S Made@4 Where.Since@7 ID@0] [a b] clustered x {false false [Likes Where.Zip]}",
		"lsi1/lsi1 [S ID@0] [N raw Likes@3] local {true false []}",
		"gsi2/gsi2 [S raw ID@0 S raw User@1] [S Likes@3] when State@2 [open paid]",
		"flip/flip [inherit] [inherit]",
		"gsi3/gsi3 [S ID@0] []",
	}
	if diff := cmp.Diff(want, indexes); diff != "" {
		t.Errorf("indexes (-want +got):\n%s", diff)
	}
}

func describe(ix *Index) string {
	out := fmt.Sprintf("%s/%s %s %s", ix.Index, ix.Name, keys(ix.PK), keys(ix.SK))
	if ix.Overlap {
		out += " overlap"
	}
	if ix.Local {
		out += " local"
	}
	if len(ix.Collection) > 0 {
		out += fmt.Sprintf(" %v", ix.Collection)
	}
	if ix.Clustered {
		out += " clustered"
	}
	if ix.Scope != "" {
		out += " " + ix.Scope
	}
	if !ix.Project.All {
		out += fmt.Sprintf(" %v", ix.Project)
	}
	if ix.When != nil {
		out += fmt.Sprintf(" when %s@%d %v", ix.When.Part.Go, ix.When.Part.Attr, ix.When.Values)
	}
	return out
}

func keys(ks []Key) string {
	var words []string
	for _, k := range ks {
		switch {
		case k.Inherit:
			words = append(words, "inherit")
			continue
		case k.Template == nil:
			words = append(words, k.Type, "raw")
		default:
			words = append(words, k.Type)
		}
		for _, p := range k.Parts {
			words = append(words, fmt.Sprintf("%s@%d", p.Go, p.Attr))
		}
	}
	return "[" + strings.Join(words, " ") + "]"
}

func TestErrors(t *testing.T) {
	t.Parallel()
	table := blank("pk,template=A#$<ID>")
	id := text("ID", "")
	tests := []struct {
		name   string
		fields []Field
		want   []string
	}{
		{"nothing", nil, []string{"T: there is no pk row for the table; declare one such as: _ struct{} `dyn:\"pk,template=CARD#$<CardID>\"`"}},
		{"tag", []Field{table, id, text("A", "requird")}, []string{"T.A: tag `dyn:\"requird\"` at 0: unknown option \"requird\"; did you mean \"required\"?"}},
		{"order", []Field{text("A", "lock,required,enum=,created"), table, id, blank("pk,index=gsi1,template=$<Idd>,project=Nope,when=No")}, []string{
			"T.A: tag `dyn:\"lock,required,enum=,created\"` at 0: lock needs an integer",
			"T.A: tag `dyn:\"lock,required,enum=,created\"` at 14: \"enum\" needs a value: enum=draft|published",
			"T.A: tag `dyn:\"lock,required,enum=,created\"` at 20: created needs a time.Time or *time.Time",
			"T.A: tag `dyn:\"lock,required,enum=,created\"` at 20: \"lock\" and \"created\" both give the field its value",
			"T: tag `dyn:\"pk,index=gsi1,template=$<Idd>,project=Nope,when=No\"` at 23: no field \"Idd\"; did you mean \"ID\"?",
			"T: tag `dyn:\"pk,index=gsi1,template=$<Idd>,project=Nope,when=No\"` at 38: no field \"Nope\"",
			"T: tag `dyn:\"pk,index=gsi1,template=$<Idd>,project=Nope,when=No\"` at 48: no field \"No\"",
		}},
		{"one name twice", []Field{table, id, text("Id", "")}, []string{"T.Id: the attribute \"id\" is also that of field ID"}},
		{"rules of a field that is not stored", []Field{table, id, hidden("A", "required")}, []string{"T.A: tag `dyn:\"required\"` at 0: the field is not stored; it can't have rules"}},
		{"a key of a field that is not stored", []Field{blank("pk,template=$<A>"), hidden("A", "")}, []string{"T: tag `dyn:\"pk,template=$<A>\"` at 12: field A is not stored, so a key can't depend on it"}},
		{"a list as a part", []Field{blank("pk,template=$<A>"), list("A", "")}, []string{"T: tag `dyn:\"pk,template=$<A>\"` at 12: field A: a list can't be part of a key"}},
		{"a list as a key", []Field{list("A", "pk")}, []string{"T.A: tag `dyn:\"pk\"` at 0: field A can't be a key: keys are strings, numbers or binary"}},
		{"when of a field that is not stored", []Field{table, id, hidden("A", ""), blank("pk,index=gsi1,template=X,when=A")}, []string{
			"T: tag `dyn:\"pk,index=gsi1,template=X,when=A\"` at 30: field A is not stored, so a key can't depend on it",
		}},
		{"required where nothing is absent", []Field{table, id, number("A", "required,default=1")}, []string{
			"T.A: tag `dyn:\"required,default=1\"` at 0: a number is never absent, so \"required\" has no effect; use a pointer, or omitempty",
			"T.A: tag `dyn:\"required,default=1\"` at 9: a number is never absent, so \"default\" has no effect; use a pointer, or omitempty",
		}},
		{"rows without parts", []Field{table, id, blank("pk,index=gsi1,field=ID"), blank("pk,index=gsi1,field=ID")}, []string{
			"T: tag `dyn:\"pk,index=gsi1,field=ID\"` at 0: another index has the name \"gsi1\"",
			"T: tag `dyn:\"pk,index=gsi1,field=ID\"` at 0: a second pk row of index \"gsi1\"; that needs a when on both, of one field and different values",
		}},
		{"options on another row than the first", []Field{
			table, id, blank("pk,index=gsi1,field=ID,part=2,project=keys"), blank("pk,index=gsi1,field=ID,part=1,name=x"), blank("sk,index=gsi1,field=ID"),
		}, []string{"T: tag `dyn:\"pk,index=gsi1,field=ID,part=2,project=keys\"` at 30: \"project\" belongs on the first pk row of its index"}},
		{"part 1 beside one without a number", []Field{table, id, blank("pk,index=gsi1,field=ID"), blank("pk,index=gsi1,field=ID,part=1")}, []string{
			"T: tag `dyn:\"pk,index=gsi1,field=ID\"` at 0: the parts of a key are numbered from 1 without gaps; part 1 is missing",
		}},
	}
	for _, tt := range tests {
		_, errs := Compile(source(tt.fields))
		var got []string
		for _, err := range errs {
			got = append(got, err.Error())
			if err.Unwrap() == nil {
				t.Errorf("%s: %v wraps nothing", tt.name, err)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestBroken reads only the tags of a type that can't be stored.
func TestBroken(t *testing.T) {
	t.Parallel()
	src := source([]Field{blank("pk,template=$<Nope>"), hidden("A", "requird"), hidden("B", "required")})
	src.Broken = true
	_, errs := Compile(src)
	if len(errs) != 1 || errs[0].Err.Error() != `unknown option "requird"; did you mean "required"?` {
		t.Errorf("the mistakes are %v", errs)
	}
}

func TestAt(t *testing.T) {
	t.Parallel()
	src := source([]Field{blank("pk"), text("A", ""), text("AB", ""), text("B", "")})
	why := errors.New("why")
	for path, want := range map[string]*Error{
		"A":   {Type: "T", Field: "A", Pos: 1, Err: why},
		"AB":  {Type: "T", Field: "AB", Pos: 2, Err: why},
		"B.C": {Type: "T", Field: "B.C", Pos: 3, Err: why},
		"":    {Type: "T", Pos: 4, Err: why},
	} {
		got := src.At(path, why)
		if *got != *want {
			t.Errorf("at %q: %+v, want %+v", path, got, want)
		}
	}
	if got := src.At("", why).Error(); got != "T: why" {
		t.Errorf("the text is %q", got)
	}
	a, b := &Error{Pos: 1, Offset: 5}, &Error{Pos: 1, Offset: 9}
	if Compare(a, b) >= 0 || Compare(b, a) <= 0 || Compare(b, &Error{Pos: 2}) >= 0 || Compare(a, a) != 0 {
		t.Error("mistakes are not ordered by field and offset")
	}
}

func TestKindName(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		field Field
		want  string
	}{
		{Field{Type: "N"}, "a number is never absent, so \"required\" has no effect; use a pointer, or omitempty"},
		{Field{Type: "BOOL"}, "a bool is never absent, so \"required\" has no effect; use a pointer, or omitempty"},
		{Field{Type: "M"}, "a field of this type is never absent, so \"required\" has no effect; use a pointer"},
	} {
		err := ruleError(tag.Option{Word: "required"}, Attr{Field: &tt.field})
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v", tt.field.Type, err)
		}
	}
}
