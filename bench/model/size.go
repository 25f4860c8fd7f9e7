package model

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/dyntable/dyn"
)

// Document is an item of any size.
type Document struct {
	_     struct{} `dyn:"entity=document"`
	PK    string   `dynamodbav:"pk" dynamo:"pk" dyn:"pk,template=DOCUMENT#$<ID>"`
	SK    string   `dynamodbav:"sk" dynamo:"sk" dyn:"sk,template=DOCUMENT"`
	ID    string   `dynamodbav:"id" dynamo:"id"`
	Lines []Line   `dynamodbav:"lines" dynamo:"lines"`
}

// Line is an element of Document, about 100 bytes of JSON.
type Line struct {
	SKU   string  `dynamodbav:"sku" dynamo:"sku"`
	Name  string  `dynamodbav:"name" dynamo:"name"`
	Count int     `dynamodbav:"count" dynamo:"count"`
	Price float64 `dynamodbav:"price" dynamo:"price"`
}

var documentF = dyn.Fields[Document]()

// Documents is the kind of documents of some lines.
func Documents(lines int) Kind[Document, Document] {
	return Kind[Document, Document]{
		Attributes: 4, Entity: "document",
		Item: func(i int) Document {
			d := Document{ID: fmt.Sprintf("%06d", i), Lines: make([]Line, lines)}
			for k := range d.Lines {
				d.Lines[k] = Line{fmt.Sprintf("sku-%06d", k), "a lamp for the desk", k, 9.95}
			}
			return d
		},
		Row: func(d *Document) Document {
			r := *d
			r.PK, r.SK = "DOCUMENT#"+d.ID, "DOCUMENT"
			return r
		},
		Key:       func(d *Document) (string, string) { return d.PK, d.SK },
		Partition: func() dyn.Cond { return dyn.Eq(&documentF.ID, "000000") },
	}
}

// Text1 and the others have so many text attributes beside their keys.
type (
	Text1 struct {
		_  struct{} `dyn:"entity=text"`
		PK string   `dynamodbav:"pk" dynamo:"pk" dyn:"pk,template=TEXT#$<ID>"`
		SK string   `dynamodbav:"sk" dynamo:"sk" dyn:"sk,template=TEXT"`
		ID string   `dynamodbav:"id" dynamo:"id"`
		texts1
	}
	Text10 struct {
		_  struct{} `dyn:"entity=text"`
		PK string   `dynamodbav:"pk" dynamo:"pk" dyn:"pk,template=TEXT#$<ID>"`
		SK string   `dynamodbav:"sk" dynamo:"sk" dyn:"sk,template=TEXT"`
		ID string   `dynamodbav:"id" dynamo:"id"`
		texts10
	}
	Text50 struct {
		_  struct{} `dyn:"entity=text"`
		PK string   `dynamodbav:"pk" dynamo:"pk" dyn:"pk,template=TEXT#$<ID>"`
		SK string   `dynamodbav:"sk" dynamo:"sk" dyn:"sk,template=TEXT"`
		ID string   `dynamodbav:"id" dynamo:"id"`
		texts50
	}
	Text100 struct {
		_  struct{} `dyn:"entity=text"`
		PK string   `dynamodbav:"pk" dynamo:"pk" dyn:"pk,template=TEXT#$<ID>"`
		SK string   `dynamodbav:"sk" dynamo:"sk" dyn:"sk,template=TEXT"`
		ID string   `dynamodbav:"id" dynamo:"id"`
		texts100
	}
	Text200 struct {
		_  struct{} `dyn:"entity=text"`
		PK string   `dynamodbav:"pk" dynamo:"pk" dyn:"pk,template=TEXT#$<ID>"`
		SK string   `dynamodbav:"sk" dynamo:"sk" dyn:"sk,template=TEXT"`
		ID string   `dynamodbav:"id" dynamo:"id"`
		texts200
	}
	texts1 struct {
		A001 string
	}
	texts10 struct {
		texts1
		A002, A003, A004, A005, A006, A007, A008, A009, A010 string
	}
	texts50 struct {
		texts10
		A011, A012, A013, A014, A015, A016, A017, A018, A019, A020, A021, A022,
		A023, A024, A025, A026, A027, A028, A029, A030, A031, A032, A033, A034,
		A035, A036, A037, A038, A039, A040, A041, A042, A043, A044, A045, A046,
		A047, A048, A049, A050 string
	}
	texts100 struct {
		texts50
		A051, A052, A053, A054, A055, A056, A057, A058, A059, A060, A061, A062,
		A063, A064, A065, A066, A067, A068, A069, A070, A071, A072, A073, A074,
		A075, A076, A077, A078, A079, A080, A081, A082, A083, A084, A085, A086,
		A087, A088, A089, A090, A091, A092, A093, A094, A095, A096, A097, A098,
		A099, A100 string
	}
	texts200 struct {
		texts100
		A101, A102, A103, A104, A105, A106, A107, A108, A109, A110, A111, A112,
		A113, A114, A115, A116, A117, A118, A119, A120, A121, A122, A123, A124,
		A125, A126, A127, A128, A129, A130, A131, A132, A133, A134, A135, A136,
		A137, A138, A139, A140, A141, A142, A143, A144, A145, A146, A147, A148,
		A149, A150, A151, A152, A153, A154, A155, A156, A157, A158, A159, A160,
		A161, A162, A163, A164, A165, A166, A167, A168, A169, A170, A171, A172,
		A173, A174, A175, A176, A177, A178, A179, A180, A181, A182, A183, A184,
		A185, A186, A187, A188, A189, A190, A191, A192, A193, A194, A195, A196,
		A197, A198, A199, A200 string
	}
)

// Texts is the kind of one of them.
func Texts[T any]() Kind[T, T] {
	field := func(t *T, name string) reflect.Value { return reflect.ValueOf(t).Elem().FieldByName(name) }
	k := Kind[T, T]{
		Entity: "text",
		Item: func(i int) T {
			var t T
			field(&t, "ID").SetString(fmt.Sprintf("%06d", i))
			for f := 1; ; f++ {
				v := field(&t, fmt.Sprintf("A%03d", f))
				if !v.IsValid() {
					return t
				}
				v.SetString(fmt.Sprintf("text %d", f))
			}
		},
		Row: func(t *T) T {
			r := *t
			field(&r, "PK").SetString("TEXT#" + field(t, "ID").String())
			field(&r, "SK").SetString("TEXT")
			return r
		},
		Key: func(t *T) (string, string) { return field(t, "PK").String(), field(t, "SK").String() },
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		if strings.HasPrefix(f.Name, "A") && f.Type.Kind() == reflect.String {
			k.Attributes++
		}
	}
	return k
}
