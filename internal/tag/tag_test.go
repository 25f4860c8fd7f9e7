package tag

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// plain leaves out of a comparison the options as written, which TestOptions is about.
var plain = cmpopts.IgnoreTypes(Options{})

func TestParseBlank(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want Row
	}{
		{"entity=card", Row{Entity: &Entity{Name: "card", Version: 1}}},
		{"version=12,entity=card,nulls,keys=electrodb", Row{Entity: &Entity{Name: "card", Version: 12, Nulls: true, ElectroDB: true}}},
		{"pk,template=CARD#$<CardID>", Row{Key: &Key{Role: PK, Template: "CARD#$<CardID>"}}},
		{"sk,template='A,$<ID>''s',escape,overlap", Row{Key: &Key{Role: SK, Template: "A,$<ID>'s", Escape: true, Overlap: true}}},
		{"pk,index=inverted", Row{Key: &Key{Role: PK, Index: "inverted"}}},
		{
			"pk,index=gsi1,name=byUser,template=USER#$<UserID>,collection=activity/cards,type=clustered,scope=s,project=keys,when=Status:open|paid",
			Row{Key: &Key{
				Role: PK, Index: "gsi1", Name: "byUser", Template: "USER#$<UserID>", Collection: []string{"activity", "cards"}, Type: "clustered", Scope: "s",
				Project: &Project{Keys: true}, When: &When{Field: "Status", Values: []string{"open", "paid"}},
			}},
		},
		{"pk,index=g,field=Address.Zip,project=Name+Address.City,when=Address.Zip", Row{Key: &Key{
			Role: PK, Index: "g", Field: "Address.Zip", Project: &Project{Fields: []string{"Name", "Address.City"}}, When: &When{Field: "Address.Zip"},
		}}},
		{"sk,index=g,field=Größe2,part=4", Row{Key: &Key{Role: SK, Index: "g", Field: "Größe2", Part: 4}}},
		{"sk,index=lsi1,local,field=At,name=byTime,project=all", Row{Key: &Key{
			Role: SK, Index: "lsi1", Local: true, Field: "At", Name: "byTime", Project: &Project{All: true},
		}}},
		{"pk,attrs=CityID+MallID", Row{Key: &Key{Role: PK, Attrs: []string{"CityID", "MallID"}}}},
		{"sk,attrs=", Row{Key: &Key{Role: SK, Attrs: []string{}}}},
	}
	for _, tt := range tests {
		got, errs := ParseBlank(tt.text)
		if d := cmp.Diff(tt.want, got, plain); d != "" || errs != nil {
			t.Errorf("%s: %v %s", tt.text, texts(errs), d)
		}
	}
}

func TestParseField(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want Field
	}{
		{"", Field{}},
		{"required,readonly,created,updated,ttl,lock,unique", Field{Required: true, ReadOnly: true, Created: true, Updated: true, TTL: true, Lock: true, Unique: true}},
		{"default=draft,enum=draft|published", Field{Default: "draft", HasDefault: true, Enum: []string{"draft", "published"}}},
		{"default=it's,label=u", Field{Default: "it's", HasDefault: true, Label: "u"}},
		{"default='a,b'", Field{Default: "a,b", HasDefault: true}},
		{"generate=ulid", Field{Generate: "ulid"}},
		{"pk", Field{Key: &Key{Role: PK}}},
		{"required,sk,index=gsi1,part=2", Field{Required: true, Key: &Key{Role: SK, Index: "gsi1", Part: 2}}},
		{"pk,template=USER#$<UserID>,collection=c", Field{Key: &Key{Role: PK, Template: "USER#$<UserID>", Collection: []string{"c"}}}},
		{"sk,index=lsi1,local,project=keys", Field{Key: &Key{Role: SK, Index: "lsi1", Local: true, Project: &Project{Keys: true}}}},
	}
	for _, tt := range tests {
		got, errs := ParseField(tt.text)
		if d := cmp.Diff(&tt.want, got, plain); d != "" || errs != nil {
			t.Errorf("%s: %v %s", tt.text, texts(errs), d)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	const pkRow = "belongs on the pk row of its index, or the sk row of a local one"
	tests := []struct {
		text  string
		blank bool
		want  []string
	}{
		{"requird", false, []string{`0: unknown option "requird"; did you mean "required"?`}},
		{"Required", false, []string{`0: unknown option "Required"; did you mean "required"?`}},
		{"ttl, lock,omitempty", false, []string{`4: unknown option " lock"; did you mean "lock"?`, `10: unknown option "omitempty"`}},
		{"required,,ttl,", false, []string{"9: empty option", "14: empty option"}},
		{"required,ttl,required", false, []string{`13: option "required" is given twice`}},
		{"required=yes", false, []string{`8: "required" takes no value`}},
		{"required=", false, []string{`8: "required" takes no value`}},
		{"enum", false, []string{`0: "enum" needs a value: enum=draft|published`}},
		{"default=,ttl", false, []string{`0: "default" needs a value: default=draft`}},
		{"default='a", false, []string{"8: quote is not closed"}},
		{"default='a'b,ttl", false, []string{"11: text after the closing quote; write a quote inside quotes twice"}},
		{"enum=a||a", false, []string{`7: "enum" has an empty item; items are separated by "|"`, `8: "enum" has "a" twice`}},
		{"default=c,enum=a|b", false, []string{`8: default "c" is not one of a|b`}},
		{"generate=uuid", false, []string{`9: "uuid" is not a value of "generate"; it is uuid7 or ulid`}},
		{"template=A", false, []string{`0: "template" belongs on a pk or sk row`}},
		{"pk,field=ID", false, []string{`3: "field" belongs on a pk or sk row of a blank field`}},
		{"entity=card", false, []string{`0: "entity" belongs on the entity row`}},
		{"pk,sk", false, []string{`3: "pk" and "sk" in one tag; give "sk" a blank field of its own`}},

		{"", true, []string{"0: empty option"}},
		{"template=A", true, []string{"0: a tag on a blank field is an entity, pk or sk row"}},
		{"required", true, []string{"0: a tag on a blank field is an entity, pk or sk row"}},
		{"entty=card,version=1", true, []string{`0: unknown option "entty"; did you mean "entity"?`}},
		{"entity", true, []string{`0: "entity" needs a value: entity=card`}},
		{"entity=card,pk", true, []string{`12: "entity" and "pk" in one tag; give "pk" a blank field of its own`}},
		{"entity=card,version=0", true, []string{`20: "version" is a whole number from 1`}},
		{"entity=card,version=01", true, []string{`20: "version" is a whole number from 1`}},
		{"entity=card,version=99999999999", true, []string{`20: "version" is a whole number from 1`}},
		{"entity=card,keys=dynamoose", true, []string{`17: "dynamoose" is not a value of "keys"; it is electrodb`}},
		{"entity=card,index=gsi1,required", true, []string{`12: "index" belongs on a pk or sk row`, `23: "required" belongs on an attribute's field`}},
		{"pk,template=A,nulls", true, []string{`14: "nulls" belongs on the entity row`}},
		{"sk,index=g,template=A,collection=c,name=n", true, []string{`22: "collection" ` + pkRow, `35: "name" ` + pkRow}},
		{"pk,index=g,local", true, []string{`11: "local" belongs on an sk row`}},
		{"sk,local,field=At", true, []string{`3: "local" needs an index: sk,index=lsi1,local`}},
		{"pk,template=A,field=B,attrs=C", true, []string{
			`14: "field" and "template" in one row; a key is one attribute or a template`,
			`22: "attrs" and "template" in one row; "attrs" already says what the key holds`,
			`22: "attrs" and "field" in one row; "attrs" already says what the key holds`,
		}},
		{"pk,escape,field=A", true, []string{`3: "escape" needs a template`}},
		{"pk,part=1,field=A", true, []string{`3: "part" needs an index; the table's own key has one part`}},
		{"pk,index=g,part=5,field=A", true, []string{`16: "part" is a number from 1 to 4`}},
		{"pk,index=g,part=1,template=A", true, []string{`11: "part" and "template" in one row; the parts of a multi-attribute key are attributes`}},
		{"pk,index=g,part=1,attrs=A", true, []string{`11: "part" and "attrs" in one row; the parts of a multi-attribute key are attributes`}},
		{"sk,index=l,local,part=1,field=A", true, []string{`17: "part" and "local" in one row; a local index has one sort key`}},
		{"sk,index=g,overlap,template=A", true, []string{`11: "overlap" is for the table's own key; index keys may overlap anyway`}},
		{"pk,project=all,when=A", true, []string{`3: "project" needs an index; the table itself holds every attribute`, `15: "when" needs an index; the table's own key is always written`}},
		{"pk,index=g,type=cluster", true, []string{`16: "cluster" is not a value of "type"; it is isolated or clustered`}},
		{"pk,collection=a/", true, []string{`16: "collection" has an empty item; items are separated by "/"`}},
		{"pk,index=g,project=A+B.+A", true, []string{`21: "B." is not the name of a Go field`, `24: "project" has "A" twice`}},
		{"pk,index=g,when=Status:open||open", true, []string{`28: "when" has an empty item; items are separated by "|"`, `29: "when" has "open" twice`}},
		{"pk,index=g,when=:open", true, []string{`16: "" is not the name of a Go field`}},
		{"pk,index=g,when=A:", true, []string{`18: "when" has an empty item; items are separated by "|"`}},
		{"pk,field=1A", true, []string{`9: "1A" is not the name of a Go field`}},
		{"pk,attrs", true, []string{`3: "attrs" needs a value: attrs=CityID+MallID`}},
	}
	for _, tt := range tests {
		var errs []*Error
		if tt.blank {
			_, errs = ParseBlank(tt.text)
		} else {
			_, errs = ParseField(tt.text)
		}
		if d := cmp.Diff(tt.want, texts(errs)); d != "" {
			t.Errorf("%s: %s", tt.text, d)
		}
	}
}

func texts(errs []*Error) []string {
	var list []string
	for _, e := range errs {
		list = append(list, fmt.Sprintf("%d: %v", e.Offset, e))
	}
	return list
}

func TestOptions(t *testing.T) {
	t.Parallel()
	const text = "sk,template='it''s $<A>, ''$<B>',index=g"
	row, errs := ParseBlank(text)
	if errs != nil {
		t.Fatal(texts(errs))
	}
	k := row.Key
	if got := k.Role.String() + PK.String(); got != "skpk" {
		t.Errorf("roles are called %s", got)
	}
	if !k.Has("index") || k.Has("name") || k.Option("name") != (Option{}) {
		t.Errorf("options: %+v", k.Options)
	}
	for _, part := range []string{"it", "s $<A>", "$<A>", "$<B>"} {
		got := k.Option("template").At(strings.Index(k.Template, part))
		if want := strings.Index(text, part); got != want {
			t.Errorf("%s is at %d of the tag, want %d", part, got, want)
		}
	}
	if got, want := k.Option("index").At(0), strings.Index(text, "g"); got != want {
		t.Errorf("index is at %d, want %d", got, want)
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	tests := []struct{ word, want string }{
		{"requird", "required"},
		{"reqiured", "required"},
		{"Enum", "enum"},
		{"dfault", "default"},
		{"indx", "index"},
		{"p", "pk"},
		{"templ", "template"},
		{"omitempty", ""},
		{"x", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := Nearest(tt.word, wordNames); got != tt.want {
			t.Errorf("Nearest(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
	if got := Nearest("Creatd", []string{"CardID", "CreatedAt", "UpdatedAt"}); got != "CreatedAt" {
		t.Errorf("Nearest field: %q", got)
	}
}

// TestWords holds what the table promises: a word that takes a value shows one in an example, which reads without error
// where the word may stand.
func TestWords(t *testing.T) {
	t.Parallel()
	rows := map[place]string{
		entityRow: "entity=card", pkBlank: "pk,index=g", skBlank: "sk,index=g", localBlank: "sk,index=g,local",
		pkField: "pk,index=g", skField: "sk,index=g", localField: "sk,index=g,local", rule: "",
	}
	for _, w := range words {
		if (w.takes != nothing) != strings.HasPrefix(w.example, w.name+"=") {
			t.Errorf("%s: example %q", w.name, w.example)
		}
		for p, row := range rows {
			if w.in&p == 0 || strings.Contains(","+row+",", ","+w.name) {
				continue
			}
			text := strings.TrimPrefix(row+","+max(w.example, w.name), ",")
			var errs []*Error
			if p&(blankRow|entityRow) != 0 {
				_, errs = ParseBlank(text)
			} else {
				_, errs = ParseField(text)
			}
			for _, e := range errs {
				if !needed(w.name) {
					t.Errorf("%s: %v", text, e)
				}
			}
		}
	}
}

// needed reports whether the word asks for or excludes another.
func needed(word string) bool {
	for _, r := range keyRules {
		if r.word == word {
			return true
		}
	}
	return false
}

// FuzzTag reads any text: no panic, every offset inside the text, and a tag without mistakes reads the same when it is
// written again from its options.
func FuzzTag(f *testing.F) {
	for _, text := range []string{
		"", "entity=card,version=1", "pk,index=gsi1,name=byUser,template=USER#$<UserID>,collection=a/b", "required,default='a,''b',enum='a,''b'|c",
		"sk,index=lsi1,local,project=A+B.C", "pk,index=g,when=S:a|b,part=2", "'", "=,=", "default=''",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		row, errs := ParseBlank(text)
		checkOffsets(t, text, errs)
		if errs == nil {
			opts := optionsOf(row)
			again, errs := ParseBlank(write(opts))
			if d := cmp.Diff(row, again, plain); d != "" || errs != nil {
				t.Fatalf("%q written as %q: %v %s", text, write(opts), texts(errs), d)
			}
		}
		field, errs := ParseField(text)
		checkOffsets(t, text, errs)
		if errs == nil {
			again, errs := ParseField(write(field.Options))
			if d := cmp.Diff(field, again, plain); d != "" || errs != nil {
				t.Fatalf("%q written as %q: %v %s", text, write(field.Options), texts(errs), d)
			}
		}
	})
}

func optionsOf(row Row) Options {
	if row.Entity != nil {
		return row.Entity.Options
	}
	return row.Key.Options
}

func checkOffsets(t *testing.T, text string, errs []*Error) {
	t.Helper()
	for _, e := range errs {
		if e.Offset < 0 || e.Offset > len(text) || e.Msg == "" {
			t.Fatalf("%q: error at %d: %s", text, e.Offset, e.Msg)
		}
	}
}

// write writes options as a tag, each value quoted.
func write(opts Options) string {
	list := make([]string, len(opts))
	for i, o := range opts {
		list[i] = o.Word
		if o.HasValue {
			list[i] += "='" + strings.ReplaceAll(o.Value, "'", "''") + "'"
		}
	}
	return strings.Join(list, ",")
}
