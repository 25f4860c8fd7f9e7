package dyn_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dyntable/dyn"
)

type registration func(*dyn.Service) error

// register returns the error of registering one type after another.
func register(t *testing.T, table dyn.Table, types ...registration) error {
	t.Helper()
	table.Name = "app"
	svc := serviceOn(t, nil, table, fixedClock())
	for i, r := range types {
		if err := r(svc); err != nil {
			if i < len(types)-1 {
				t.Errorf("type %d: %v", i, err)
			}
			return err
		}
	}
	return nil
}

func of[T any](s *dyn.Service) error {
	_, err := dyn.NewEntity[T](s)
	return err
}

type (
	// Every kind of mistake in one tag, several in a struct.
	ManyMistakes struct {
		_ struct{} `dyn:"entity=many,verson=2"`
		_ struct{} `dyn:"pk,template=CARD#$<CardId>"`
		_ struct{} `dyn:"sk,template=META#$<CreatedAt:dd>"`
		_ struct{} `dyn:"pk,index=gsi1,template=$<CardID>$<UserID>"`
		_ struct{} `dyn:"pk,index=gsi2,template=S#$<Nothing>,project=Likes+Lkes"`

		CardID    string    `dynamodbav:"cardId"`
		UserID    string    `dynamodbav:"userId" dyn:"requird"`
		Likes     int       `dynamodbav:"likes" dyn:"required,default=3"`
		Status    string    `dynamodbav:"status" dyn:"enum=a|b,default=c"`
		CreatedAt time.Time `dynamodbav:"createdAt" dyn:"created,updated"`
		Name      string    `dynamodbav:"cardId"`
		Hidden    string    `dynamodbav:"-" dyn:"required"`
	}
	NoRows  struct{ A string }
	NoTable struct {
		_ struct{} `dyn:"pk,index=gsi1,template=A#$<A>"`
		A string
	}
	OnlySK struct {
		_ struct{} `dyn:"sk,template=A#$<A>"`
		A string
	}
	TwoEntities struct {
		_ struct{} `dyn:"entity=a"`
		_ struct{} `dyn:"entity=b"`
		_ struct{} `dyn:"pk,template=A#$<A>"`
		A string
	}
	BadDefaults struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		A string
		I *int           `dyn:"default=12abc"`
		J *int8          `dyn:"default=300"`
		B *bool          `dyn:"default=maybe"`
		T time.Time      `dyn:"default=yesterday"`
		L []string       `dyn:"default=x"`
		M map[string]int `dyn:"default=x"`
		F *float32       `dyn:"default=1e99"`
		U *uint          `dyn:"default=-1"`
	}
	BadRules struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		A string
		B bool               `dyn:"required"`
		C float64            `dyn:"default=1"`
		D int                `dyn:"enum=1|2"`
		E string             `dyn:"created"`
		F string             `dyn:"ttl"`
		G time.Time          `dyn:"ttl"`
		H string             `dyn:"lock"`
		I int                `dyn:"generate=uuid7"`
		J string             `dyn:"unique"`
		K string             `dyn:"label=k"`
		L string             `dyn:"generate=uuid4"`
		M struct{ X string } `dyn:"required"`
		N [4]byte            `dyn:"required"`
	}
	TwiceRules struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		A string
		C time.Time `dyn:"created"`
		D time.Time `dyn:"created"`
		E int       `dyn:"lock"`
		F int       `dyn:"lock"`
		G int64     `dyn:"ttl"`
		H int64     `dyn:"ttl"`
	}
	BadParts struct {
		_     struct{} `dyn:"pk,template=A#$<F>#$<L>#$<S>#$<M>#$<N>"`
		_     struct{} `dyn:"sk,template=$<Inner.Nope>#$<Inner>#$<Gone>"`
		F     float64
		L     []string
		S     map[string]int
		M     any
		N     json.Number
		Inner struct{ X string }
		Gone  string `dynamodbav:"-"`
	}
	BadFormats struct {
		_ struct{} `dyn:"pk,template=A#$<I:x>#$<S:2006>#$<T:lower>#$<B:03>"`
		_ struct{} `dyn:"sk,template=$<I:020>$<S>$<T>"`
		I int
		S string
		T time.Time
		B bool
	}
	BadTemplate struct {
		_ struct{} `dyn:"pk,template=A#$<A"`
		_ struct{} `dyn:"sk,template='B,$<>'"`
		A string
	}
	Lossy struct {
		_    struct{} `dyn:"pk,template=U#$<Mail:lower>"`
		_    struct{} `dyn:"sk,template=$<At:2006-01>"`
		Mail string
		At   time.Time
	}
	NotLossy struct {
		_    struct{} `dyn:"pk,template=U#$<Mail:lower>"`
		_    struct{} `dyn:"sk,template=$<Mail>"`
		Mail string
	}
	WhenTable struct {
		_ struct{} `dyn:"pk,template=A#$<A>,when=S"`
		A string
		S string
	}
	BadWhen struct {
		_      struct{} `dyn:"pk,template=A#$<A>"`
		_      struct{} `dyn:"pk,index=gsi1,template=X,when=Status:opn|paid"`
		_      struct{} `dyn:"pk,index=gsi2,template=X,when=Likes:1"`
		_      struct{} `dyn:"pk,index=gsi3,template=X,when=Stats"`
		_      struct{} `dyn:"pk,index=gsi4,field=A,when=Status"`
		A      string
		Status string `dyn:"enum=open|paid"`
		Likes  int
	}
	Twins struct {
		_      struct{} `dyn:"pk,template=A#$<A>"`
		_      struct{} `dyn:"pk,index=gsi1,name=open,template=O,when=Status:open|paid"`
		_      struct{} `dyn:"pk,index=gsi1,name=paid,template=P,when=Status:paid"`
		A      string
		Status string
	}
	TwinsOfOneName struct {
		_      struct{} `dyn:"pk,template=A#$<A>"`
		_      struct{} `dyn:"pk,index=gsi1,template=O,when=Status:open"`
		_      struct{} `dyn:"pk,index=gsi1,template=P,when=Status:paid"`
		A      string
		Status string
	}
	GoodTwins struct {
		_      struct{} `dyn:"pk,template=A#$<A>"`
		_      struct{} `dyn:"pk,index=gsi1,name=open,template=O,when=Status:open"`
		_      struct{} `dyn:"pk,index=gsi1,name=paid,template=P,when=Status:paid"`
		A      string
		Status string
	}
	TwoPairs struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		_ struct{} `dyn:"sk,template=A"`
		_ struct{} `dyn:"sk,template=B"`
		A string
	}
	SameNames struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		_ struct{} `dyn:"pk,index=gsi1,name=x,template=X#$<A>"`
		_ struct{} `dyn:"pk,index=gsi2,name=x,template=X#$<A>"`
		A string
	}
	BadLocal struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		_ struct{} `dyn:"sk,template=S"`
		_ struct{} `dyn:"sk,index=lsi1,field=A"`
		_ struct{} `dyn:"pk,index=lsi2,field=A"`
		_ struct{} `dyn:"sk,index=lsi2,local,field=A"`
		A string
	}
	BadMulti struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		_ struct{} `dyn:"pk,index=gsi1,part=1,field=A"`
		_ struct{} `dyn:"pk,index=gsi1,part=3,field=B"`
		_ struct{} `dyn:"pk,index=gsi2,part=1,field=A"`
		_ struct{} `dyn:"pk,index=gsi2,part=2,template=B#$<B>"`
		A string
		B string
	}
	BadRaw struct {
		_  struct{} `dyn:"pk,field=A"`
		_  struct{} `dyn:"sk,field=B"`
		_  struct{} `dyn:"pk,index=gsi1,field=C"`
		_  struct{} `dyn:"pk,index=gsi2,field=In.X"`
		_  struct{} `dyn:"pk,index=gsi3,field=Nope"`
		A  bool
		B  []string
		C  any
		In struct{ X string }
	}
	BadIndexName struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		_ struct{} `dyn:"pk,index=g,template=X#$<A>"`
		_ struct{} `dyn:"pk,index=by user,template=X#$<A>"`
		A string
	}
	BadHolder struct {
		_  struct{} `dyn:"sk,template=S"`
		PK int      `dyn:"pk,template=A#$<A>"`
		A  string
	}
	Electro struct {
		_ struct{} `dyn:"entity=e,keys=electrodb"`
		_ struct{} `dyn:"pk,attrs=A"`
		A string
	}
	Unsized struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		A string
		E struct{}
	}
	BadCodec struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		A string
		B string `dynamodbav:"x,omitempty,nullempty"`
		C *******************int
	}
	hidden   struct{ X string }
	Embedded struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		A string
		*hidden
	}
	Reserved struct {
		_ struct{} `dyn:"entity=reserved"`
		_ struct{} `dyn:"pk,template=A#$<A>"`
		_ struct{} `dyn:"pk,index=gsi1,template=A#$<A>"`
		A string
		B string `dynamodbav:"_entity"`
		C string `dynamodbav:"_version"`
		D string `dynamodbav:"pk"`
		E string `dynamodbav:"gsi1pk"`
	}
	Inherits struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		_ struct{} `dyn:"sk,template=B#$<B>"`
		_ struct{} `dyn:"pk,index=inverted"`
		_ struct{} `dyn:"sk,index=inverted"`
		A string
		B string
	}
	InheritsNot struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		_ struct{} `dyn:"sk,template=B#$<B>"`
		_ struct{} `dyn:"pk,index=inverted,template=C#$<A>"`
		_ struct{} `dyn:"sk,index=inverted"`
		A string
		B string
	}
	Bare struct {
		_ struct{} `dyn:"pk"`
		A string
	}
	NotAStruct map[string]int
	LoopA      struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		A string
		*LoopB
	}
	LoopB struct {
		B string
		*LoopA
	}
	BadEnum struct {
		_ struct{}  `dyn:"pk,template=A#$<A>"`
		A string    `dyn:"default=c,enum=a|b"`
		B time.Time `dyn:"created,updated"`
		C string    `dyn:"generate=ulid,default=x"`
	}
	BadPart struct {
		_ struct{} `dyn:"pk,template=A#$<A>"`
		_ struct{} `dyn:"pk,index=gsi1,part=2,field=A"`
		A string
	}
	Stray struct {
		_ struct{} `dyn:"entity=stray"`
		_ struct{} `dyn:"pk,template=STRAY#$<A>"`
		_ struct{} `dyn:"sk,template=META"`
		A string
		G string `dynamodbav:"gsi1pk"`
	}
	RawIndex struct {
		_    struct{} `dyn:"entity=rawIndex"`
		_    struct{} `dyn:"pk,template=RAW#$<A>"`
		_    struct{} `dyn:"sk,template=META"`
		_    struct{} `dyn:"pk,index=byMail,field=Mail"`
		_    struct{} `dyn:"pk,index=byAge,field=Age"`
		A    string
		Mail string
		Age  int
		End  int `dyn:"ttl"`
	}
	RawStray struct {
		_     struct{} `dyn:"entity=rawStray"`
		_     struct{} `dyn:"pk,template=OTHER#$<A>"`
		_     struct{} `dyn:"sk,template=META"`
		A     string
		Mail  string
		Age   string
		Until int `dyn:"ttl"`
	}

	// Of pairs, the second conflicts with the first.
	User struct {
		_ struct{} `dyn:"entity=user"`
		_ struct{} `dyn:"pk,template=USER#$<A>"`
		_ struct{} `dyn:"sk,template=META"`
		_ struct{} `dyn:"pk,index=gsi1,template=X#$<A>"`
		A string
	}
	UserItem struct {
		_    struct{} `dyn:"entity=userItem"`
		_    struct{} `dyn:"pk,template=$<A>"`
		_    struct{} `dyn:"sk,template=ME$<B>"`
		A, B string
	}
	UserAgain struct {
		_ struct{} `dyn:"entity=user"`
		_ struct{} `dyn:"pk,template=OTHER#$<A>"`
		_ struct{} `dyn:"sk,template=META"`
		A string
	}
	UserV2 struct {
		_ struct{} `dyn:"entity=user,version=2"`
		_ struct{} `dyn:"pk,template=USER#$<A>"`
		_ struct{} `dyn:"sk,template=META"`
		A string
	}
	UserOverlap struct {
		_ struct{} `dyn:"entity=userItem"`
		_ struct{} `dyn:"pk,template=USER#$<A>"`
		_ struct{} `dyn:"sk,template=META,overlap"`
		A string
	}
	NoSK struct {
		_ struct{} `dyn:"entity=noSK"`
		_ struct{} `dyn:"pk,template=USER#$<A>"`
		A string
	}
	NumberSK struct {
		_ struct{} `dyn:"entity=numberSK"`
		_ struct{} `dyn:"pk,template=N#$<A>"`
		A string
		N int `dyn:"sk" dynamodbav:"sk"`
	}
	RawPK struct {
		_  struct{} `dyn:"sk,template=META"`
		PK string   `dyn:"pk" dynamodbav:"pk"`
	}
	OtherNames struct {
		_  struct{} `dyn:"entity=names"`
		PK string   `dyn:"pk,template=N#$<A>"`
		SK string   `dyn:"sk,template=N"`
		A  string
	}
	IndexSK struct {
		_ struct{} `dyn:"entity=indexSK"`
		_ struct{} `dyn:"pk,template=I#$<A>"`
		_ struct{} `dyn:"sk,template=META"`
		_ struct{} `dyn:"pk,index=gsi1,template=X#$<A>"`
		_ struct{} `dyn:"sk,index=gsi1,template=X#$<A>"`
		A string
	}
	LocalGSI struct {
		_ struct{} `dyn:"entity=localGSI"`
		_ struct{} `dyn:"pk,template=L#$<A>"`
		_ struct{} `dyn:"sk,template=META"`
		_ struct{} `dyn:"sk,index=gsi1,local,template=L"`
		A string
	}
)

func TestSchemaErrors(t *testing.T) {
	t.Parallel()
	inverted := dyn.Table{Indexes: map[string]dyn.IndexKeys{"inverted": {PK: "sk", SK: "pk"}}}
	plain := dyn.Table{}
	tests := []struct {
		name  string
		table dyn.Table
		types []registration
	}{
		{"many", plain, []registration{of[ManyMistakes]}},
		{"NoRows", plain, []registration{of[NoRows]}},
		{"NoTable", plain, []registration{of[NoTable]}},
		{"OnlySK", plain, []registration{of[OnlySK]}},
		{"TwoEntities", plain, []registration{of[TwoEntities]}},
		{"BadDefaults", plain, []registration{of[BadDefaults]}},
		{"BadRules", plain, []registration{of[BadRules]}},
		{"TwiceRules", plain, []registration{of[TwiceRules]}},
		{"BadParts", plain, []registration{of[BadParts]}},
		{"BadFormats", plain, []registration{of[BadFormats]}},
		{"BadTemplate", plain, []registration{of[BadTemplate]}},
		{"Lossy", plain, []registration{of[Lossy]}},
		{"NotLossy", plain, []registration{of[NotLossy]}},
		{"WhenTable", plain, []registration{of[WhenTable]}},
		{"BadWhen", plain, []registration{of[BadWhen]}},
		{"Twins", plain, []registration{of[Twins]}},
		{"TwinsOfOneName", plain, []registration{of[TwinsOfOneName]}},
		{"GoodTwins", plain, []registration{of[GoodTwins]}},
		{"TwoPairs", plain, []registration{of[TwoPairs]}},
		{"SameNames", plain, []registration{of[SameNames]}},
		{"BadLocal", plain, []registration{of[BadLocal]}},
		{"BadMulti", plain, []registration{of[BadMulti]}},
		{"BadRaw", plain, []registration{of[BadRaw]}},
		{"BadIndexName", plain, []registration{of[BadIndexName]}},
		{"BadHolder", plain, []registration{of[BadHolder]}},
		{"Electro", plain, []registration{of[Electro]}},
		{"Unsized", plain, []registration{of[Unsized]}},
		{"BadCodec", plain, []registration{of[BadCodec]}},
		{"Embedded", plain, []registration{of[Embedded]}},
		{"Reserved", plain, []registration{of[Reserved]}},
		{"Inherits", inverted, []registration{of[Inherits]}},
		{"Inherits nothing", plain, []registration{of[Inherits]}},
		{"InheritsNot", inverted, []registration{of[InheritsNot]}},
		{"Bare", plain, []registration{of[Bare]}},
		{"NotAStruct", plain, []registration{of[NotAStruct]}},
		{"LoopA", plain, []registration{of[LoopA]}},
		{"BadEnum", plain, []registration{of[BadEnum]}},
		{"BadPart", plain, []registration{of[BadPart]}},
		{"stray", plain, []registration{of[User], of[Stray]}},
		{"stray first", plain, []registration{of[Stray], of[User]}},
		{"raw stray", plain, []registration{of[RawIndex], of[RawStray]}},
		{"overlap", plain, []registration{of[User], of[UserItem]}},
		{"same name", plain, []registration{of[User], of[UserAgain]}},
		{"versions", plain, []registration{of[User], of[UserV2]}},
		{"overlap allowed", plain, []registration{of[User], of[UserOverlap]}},
		{"no sk", plain, []registration{of[User], of[NoSK]}},
		{"no sk first", plain, []registration{of[NoSK], of[User]}},
		{"number sk", plain, []registration{of[User], of[NumberSK]}},
		{"raw pk", plain, []registration{of[User], of[RawPK]}},
		{"raw both", plain, []registration{of[Reading], of[Reading]}},
		{"other names", plain, []registration{of[User], of[OtherNames]}},
		{"index sk", plain, []registration{of[User], of[IndexSK]}},
		{"local and global", plain, []registration{of[User], of[LocalGSI]}},
	}
	var b strings.Builder
	for _, tt := range tests {
		err := register(t, tt.table, tt.types...)
		var schema *dyn.SchemaError
		if err != nil && !errors.As(err, &schema) {
			t.Errorf("%s: a %T", tt.name, err)
		}
		fmt.Fprintf(&b, "# %s\n%v\n\n", tt.name, err)
	}
	compareFile(t, "schema.txt", strings.ReplaceAll(b.String(), "<nil>", "no mistake"))
}
