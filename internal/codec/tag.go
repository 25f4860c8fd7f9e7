package codec

import (
	"reflect"
	"strings"
)

// Tag is a parsed `dynamodbav` tag. Options that attributevalue does not know are ignored, as it does.
type Tag struct {
	OmitEmpty, OmitEmptyElem        bool
	NullEmpty, NullEmptyElem        bool
	String                          bool // `string`: numbers as text
	BinarySet, NumberSet, StringSet bool
	UnixTime                        bool
	// Nulls stores nil as NULL: for elements of lists and maps, and under Options.Nulls.
	Nulls bool
	// Element is set for the elements of lists, sets and maps.
	Element bool
}

// parseTag returns the attribute name, "" when the tag has none, and the options of a field's tag.
// ignore is set for `dynamodbav:"-"`.
func parseTag(st reflect.StructTag) (name string, tag Tag, ignore bool) {
	name, rest, more := strings.Cut(st.Get("dynamodbav"), ",")
	for more {
		var option string
		option, rest, more = strings.Cut(rest, ",")
		tag.set(option)
	}
	if name == "-" {
		return "", tag, true
	}
	return name, tag, false
}

func (t *Tag) set(option string) {
	switch option {
	case "omitempty":
		t.OmitEmpty = true
	case "omitemptyelem":
		t.OmitEmptyElem = true
	case "nullempty":
		t.NullEmpty = true
	case "nullemptyelem":
		t.NullEmptyElem = true
	case "string":
		t.String = true
	case "binaryset":
		t.BinarySet = true
	case "numberset":
		t.NumberSet = true
	case "stringset":
		t.StringSet = true
	case "unixtime":
		t.UnixTime = true
	}
}

// elem returns the options under which elements are stored. Those are all that attributevalue passes down.
func (t Tag) elem() Tag {
	return Tag{
		OmitEmpty: t.OmitEmptyElem, OmitEmptyElem: t.OmitEmptyElem, NullEmpty: t.NullEmptyElem,
		Nulls: true, Element: true,
	}
}
