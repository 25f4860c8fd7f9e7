package codec

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/internal/codec/codectest"
)

type (
	Level1 struct {
		Level2
		A string
		B string `dynamodbav:"b"`
	}
	Level2 struct {
		A, C   string
		Ignore string `dynamodbav:"-"`
	}
	Left struct {
		Both   string
		Tagged string `dynamodbav:"T"`
		Plain  string
	}
	Right struct {
		Both string
		T    string
	}
	hiddenPointer struct{ X, Y int }
	hiddenInt     int
	onlyMarshal   struct{}
	Cyclic        *Cyclic
	Self          struct {
		*Self
		Name string
	}
)

func (*onlyMarshal) MarshalText() ([]byte, error) { return nil, nil }
func (*onlyMarshal) UnmarshalText([]byte) error   { return nil }

// TestFields checks names and places by the embedding rules; what attributevalue makes of them is in TestDiffEncode.
func TestFields(t *testing.T) {
	t.Parallel()
	type field struct {
		Name, Go string
		Index    []int
	}
	tests := map[string]struct {
		v    any
		want []field
	}{
		"own": {
			struct {
				_      struct{} `dynamodbav:"x"`
				A      int
				hidden int
				B      int `dynamodbav:"b,omitempty"`
				C      int `dynamodbav:",omitempty" json:"c"`
				D      int `dynamodbav:"-,omitempty"`
				E      int `json:"-"`
			}{},
			[]field{{"A", "A", []int{1}}, {"b", "B", []int{3}}, {"C", "C", []int{4}}, {"E", "E", []int{6}}},
		},
		"promoted": {
			struct {
				Z int
				*Level1
				Y int
			}{},
			[]field{{"Z", "Z", []int{0}}, {"C", "C", []int{1, 0, 1}}, {"A", "A", []int{1, 1}}, {"b", "B", []int{1, 2}}, {"Y", "Y", []int{2}}},
		},
		"hidden by name": {
			struct {
				Level2
				C int `dynamodbav:"c"`
				X int `dynamodbav:"A"`
			}{},
			[]field{{"C", "Level2.C", []int{0, 1}}, {"c", "C", []int{1}}, {"A", "X", []int{2}}},
		},
		"named": {
			struct {
				Level2 `dynamodbav:"two"`
				Plain  time.Time
				time.Time
			}{},
			[]field{{"two", "Level2", []int{0}}, {"Plain", "Plain", []int{1}}},
		},
		"ambiguous, tagged, repeated": {
			struct {
				Left
				Right
			}{},
			[]field{{"T", "Tagged", []int{0, 1}}, {"Plain", "Plain", []int{0, 2}}},
		},
		"embeds itself": {Self{}, []field{{"Name", "Name", []int{1}}}},
		"unexported struct": {
			struct {
				hiddenPointer
				B int
			}{},
			[]field{{"X", "X", []int{0, 0}}, {"Y", "Y", []int{0, 1}}, {"B", "B", []int{1}}},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got []field
			for _, f := range compile(t, tt.v, Options{}).Fields {
				got = append(got, field{f.Name, f.Go, f.Index})
				if sf := reflect.TypeOf(tt.v).FieldByIndex(f.Index); sf.Type != f.Type || sf.Tag != f.Tag {
					t.Errorf("%s: type %v, tag %q", f.Go, f.Type, f.Tag)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestCompileErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		v    any
		want string
	}{
		"nil":       {nil, "<nil> is not a struct with attributes"},
		"no struct": {1, "int is not a struct with attributes"},
		"time":      {time.Time{}, "time.Time is not a struct with attributes"},
		"marshaler": {declined{}, "codectest.Declined has a Marshaler or Unmarshaler, its own or an embedded field's, so its attributes are not known; put it into a field of another struct, or name the embedded field"},
		"same name": {struct {
			A int `dynamodbav:"x"`
			B int `dynamodbav:"x"`
		}{}, `fields A and B have one attribute name, "x"; rename one`},
		"nested": {struct {
			L []struct{ M map[complex64]int }
		}{}, "L.M: map key type complex64 is not supported; use a string, integer, float or bool, or a type with both MarshalText and UnmarshalText, the first on the value"},
		"map key": {struct{ M map[onlyMarshal]int }{}, "M: map key type codec.onlyMarshal is not supported; use a string, integer, float or bool, or a type with both MarshalText and UnmarshalText, the first on the value"},
		"set": {struct {
			S []int `dynamodbav:",stringset"`
		}{}, "S: a set of S cannot hold int; change the tag or the type"},
		"options": {struct {
			S []int `dynamodbav:",omitemptyelem,nullemptyelem"`
		}{}, "S: omitempty and nullempty exclude each other"},
		"interface":  {struct{ S fmt.Stringer }{}, "S: nothing can be decoded into fmt.Stringer, which has methods; use any or a type of its own"},
		"any":        {struct{ P *any }{}, "P: a pointer to an interface is not supported; use interface {}"},
		"endless":    {struct{ P Cyclic }{}, "P: type codec.Cyclic is a pointer without end"},
		"unexported": {struct{ hiddenInt }{}, "hiddenInt: embedded codec.hiddenInt is not exported, so it cannot be stored; tag it `dynamodbav:\"-\"` or give the field a name"},
		"pointer":    {struct{ *hiddenPointer }{}, "X: promoted from embedded pointer hiddenPointer, which nothing outside its package can set; embed it by value\nY: promoted from embedded pointer hiddenPointer, which nothing outside its package can set; embed it by value"},
		"all": {
			struct {
				A chan int
				B struct{ C *any }
				D int `dynamodbav:",omitempty,nullempty"`
			}{},
			"B.C: a pointer to an interface is not supported; use interface {}\nD: omitempty and nullempty exclude each other",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for range 2 { // nothing of a failed type is kept
				p, err := Compile(reflect.TypeOf(tt.v), Options{})
				if err == nil || err.Error() != tt.want {
					t.Errorf("got %v, %v\nwant %s", p, err, tt.want)
				}
			}
		})
	}
}

func TestSortableTimes(t *testing.T) {
	t.Parallel()
	type Period struct {
		Since, Until moment
		Note         string
	}
	type event struct {
		At      time.Time
		Ptr     *time.Time
		Unix    time.Time `dynamodbav:",unixtime"`
		Plain   time.Time
		Period  *Period
		Periods []Period
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 500_000_000, time.FixedZone("", 3600))
	p, m := Period{Since: moment(at), Until: moment(at)}, moment(at)
	_ = m
	v := event{at, &at, at, at, &p, []Period{p}}
	const plain, sortable = "2026-01-02T03:04:05.5+01:00", "2026-01-02T02:04:05.500000000Z"
	period := func(since, until string) item { return item{"Since": str(since), "Until": str(until), "Note": str("")} }
	want := item{
		"At": str(sortable), "Ptr": str(sortable), "Unix": num("1767319445"), "Plain": str(plain),
		"Period": dict(period(sortable, sortable)), "Periods": list(dict(period(plain, plain))),
	}
	o := Options{SortableTimes: []string{"At", "Ptr", "Unix", "Period.Since", "Period.Until", "Period.Note"}}
	got, err := compile(t, v, o).Encode(reflect.ValueOf(v))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, exportMembers); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	var back event
	if err := attributevalue.UnmarshalMap(got, &back); err != nil || !back.At.Equal(at) || !time.Time(back.Period.Until).Equal(at) {
		t.Errorf("attributevalue reads %v, %v", back, err)
	}
	got, err = compile(t, v, Options{}).Encode(reflect.ValueOf(v))
	if err != nil || !Equal(got["At"], str(plain)) || !Equal(got["Period"], dict(period(plain, plain))) {
		t.Errorf("the ordinary plan changed: %v, %v", got, err)
	}
	_, err = Compile(reflect.TypeFor[event](), Options{SortableTimes: []string{"Nope", "Period.Nope", "At.X"}})
	const wantErr = "no attribute has the Go path \"Nope\"\nPeriod: no attribute has the Go path \"Nope\"\nAt is no struct, so there is no At.X"
	if err == nil || err.Error() != wantErr {
		t.Errorf("got  %v\nwant %s", err, wantErr)
	}
}

func TestByGo(t *testing.T) {
	t.Parallel()
	p := compile(t, codectest.Sink{}, Options{})
	for path, want := range map[string]string{
		"ID": "id", "Inner": "inner", "Inner.Zip": "zip", "Tree.Left.Left.Name": "Name", "Base.Shadow": "", "Shadow": "shadow",
		"Inner.": "", "Inner.X": "", "S.X": "", "": "", "Gone": "", "Kids": "",
	} {
		var got string
		if f := p.ByGo(path); f != nil {
			got = f.Name
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
	if f := p.ByName("id"); f == nil || f.Go != "ID" {
		t.Errorf("id: %v", f)
	}
	if f := p.ByName("ID"); f != nil {
		t.Errorf("ID: %v", f)
	}
}

// TestEmbeddedPointer reads and writes through an embedded pointer that is nil.
func TestEmbeddedPointer(t *testing.T) {
	t.Parallel()
	type outer struct{ *Level1 }
	p := compile(t, outer{}, Options{})
	var v outer
	s := reflect.ValueOf(&v).Elem()
	f := p.ByGo("C")
	if _, ok := f.Value(s); ok || !f.Absent(s) {
		t.Error("there is a value behind a nil pointer")
	}
	if av, present, err := f.Encode(s); av != nil || present || err != nil {
		t.Errorf("got %v, %v, %v", av, present, err)
	}
	if got, err := p.Encode(s); len(got) > 0 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	if err := f.Decode(str("c"), s); err != nil || v.Level1 == nil || v.C != "c" {
		t.Errorf("got %v, %v", v.Level1, err)
	}
}

// TestUnwrap: what a Marshaler says can be found in the error.
func TestUnwrap(t *testing.T) {
	t.Parallel()
	type failing struct{ F []struct{ G failer } }
	v := failing{make([]struct{ G failer }, 1)}
	_, err := compile(t, v, Options{}).Encode(reflect.ValueOf(v))
	if !errors.Is(err, errFailer) || err.Error() != "F[0].G: failed on purpose" {
		t.Errorf("got %v", err)
	}
}
