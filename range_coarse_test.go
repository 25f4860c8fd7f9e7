package dyn_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/internal/randtest"
)

// level is stored as a number, and stands in keys as a word.
type level int

func (l level) MarshalText() ([]byte, error) { return []byte([]string{"low", "high"}[l]), nil }

func (l *level) UnmarshalText(b []byte) error {
	*l = level(strings.Index("lh", string(b[:1])))
	return nil
}

// unsorted has parts that keys do not sort by.
type unsorted struct {
	_ struct{} `dyn:"entity=unsorted"`
	_ struct{} `dyn:"pk,template=U#$<ID>"`
	_ struct{} `dyn:"pk,index=gsi1,template=U#$<ID>"`
	_ struct{} `dyn:"sk,index=gsi1,template=$<Num>"`
	_ struct{} `dyn:"pk,index=gsi2,template=U#$<ID>"`
	_ struct{} `dyn:"sk,index=gsi2,template=$<Name:lower>"`
	_ struct{} `dyn:"pk,index=gsi3,template=U#$<ID>"`
	_ struct{} `dyn:"sk,index=gsi3,template=#$<Name>,escape"`
	_ struct{} `dyn:"pk,index=gsi4,template=U#$<ID>"`
	_ struct{} `dyn:"sk,index=gsi4,template=$<At:01-02-2006>"`
	_ struct{} `dyn:"pk,index=gsi5,template=U#$<ID>"`
	_ struct{} `dyn:"sk,index=gsi5,template=$<Level>"`
	_ struct{} `dyn:"pk,index=gsi6,template=U#$<ID>"`
	_ struct{} `dyn:"sk,index=gsi6,template=$<Num:05>#$<Name>"`

	ID    string    `dynamodbav:"id"`
	Num   int       `dynamodbav:"num"`
	Name  string    `dynamodbav:"name"`
	At    time.Time `dynamodbav:"at"`
	Level level     `dynamodbav:"level"`
}

func TestRangeErrors(t *testing.T) {
	t.Parallel()
	f := dyn.Fields[unsorted]()
	e := entityOf[unsorted](t, newService(t))
	for _, c := range []struct {
		index string
		conds []dyn.Cond
		want  string
	}{
		{"gsi1", []dyn.Cond{dyn.Lt(&f.Num, 10)}, "dyn: query unsorted.gsi1: Num can't be ranged: integers without padding do not sort as numbers; use $<Num:020>"},
		{"gsi2", []dyn.Cond{dyn.BeginsWith(&f.Name, "A")}, "dyn: query unsorted.gsi2: Name can't be ranged: folded text does not sort as the text itself"},
		{"gsi3", []dyn.Cond{dyn.Ge(&f.Name, "A")}, "dyn: query unsorted.gsi3: Name can't be ranged: encoded text does not sort as the text itself (escape is on the row)"},
		{"gsi4", []dyn.Cond{dyn.Ge(&f.At, day)}, `dyn: query unsorted.gsi4: At can't be ranged: layout "01-02-2006" does not go from the year to smaller units, so its texts do not sort as times`},
		{"gsi5", []dyn.Cond{dyn.Ge(&f.Level, 1)}, "dyn: query unsorted.gsi5: Level can't be ranged: its key has the text of MarshalText, which does not sort as the value"},
		{"gsi6", []dyn.Cond{dyn.Eq(&f.Name, "A")}, "dyn: query unsorted.gsi6: sort key needs Eq on Num before Name"},
		{"gsi6", []dyn.Cond{dyn.Gt(&f.Num, 1), dyn.Eq(&f.Name, "A")}, "dyn: query unsorted.gsi6: sort key needs Eq on Num before Name"},
		{"gsi6", []dyn.Cond{dyn.Gt(&f.Num, 1), dyn.Lt(&f.Num, 5)}, "dyn: query unsorted.gsi6: Num has a second condition; a key takes one for each part, Between for both ends of a range"},
		{"gsi6", []dyn.Cond{dyn.Eq(&f.Level, 1)}, "dyn: query unsorted.gsi6: Level is not part of the key; use Filter"},
		{"gsi6", []dyn.Cond{dyn.Eq(&f.Num, 1), dyn.Gt(&f.Name, "")}, "dyn: query unsorted.gsi6: Name is empty; no key has that"},
		{"gsi6", []dyn.Cond{dyn.Eq(&f.Num, 1), dyn.Gt(&f.Name, "\xff")}, "dyn: query unsorted.gsi6: Name is not valid UTF-8"},
		{"gsi6", []dyn.Cond{dyn.Or(dyn.Eq(&f.Num, 1), dyn.Eq(&f.Num, 2))}, "dyn: query unsorted.gsi6: a key condition is Eq, Lt, Le, Gt, Ge, Between or BeginsWith on a part of the key; use Filter for the others"},
		{"gsi6", []dyn.Cond{dyn.Eq(&f.Num, -1)}, "dyn: query unsorted.gsi6: key gsi6sk: Num is -1; zero padding is for numbers from 0"},
	} {
		_, err := e.Index(c.index).Query(append(c.conds, dyn.Eq(&f.ID, "1"))...).Collect(t.Context())
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v\nwant %s", c.index, err, c.want)
		}
	}
}

// visit is kept in partitions of a month.
type visit struct {
	_ struct{} `dyn:"entity=visit"`
	_ struct{} `dyn:"pk,template=M#$<At:2006-01>"`
	_ struct{} `dyn:"sk,template=$<At>#$<ID>"`
	_ struct{} `dyn:"pk,index=gsi1,name=byID,template=M#$<At:2006-01>"`
	_ struct{} `dyn:"sk,index=gsi1,template=$<ID>"`
	_ struct{} `dyn:"pk,index=gsi2,name=keys,template=M#$<At:2006-01>,project=keys"`
	_ struct{} `dyn:"sk,index=gsi2,template=$<ID>"`
	_ struct{} `dyn:"pk,index=gsi3,name=raw,template=H#$<Sec:2006-01-02T15>"`
	_ struct{} `dyn:"sk,index=gsi3,field=Sec"`

	ID  string    `dynamodbav:"id"`
	At  time.Time `dynamodbav:"at"`
	Sec time.Time `dynamodbav:"sec,unixtime"`
}

// TestCoarsePartitions ranges over times that the partition key holds by the
// month or the hour.
func TestCoarsePartitions(t *testing.T) {
	t.Parallel()
	r, svc := randtest.New(t), newService(t)
	e := entityOf[visit](t, svc)
	ensure(t, svc)
	start := time.Date(2026, 1, 30, 22, 59, 0, 0, time.UTC)
	sometime := func() time.Time {
		return start.Add(time.Duration(r.IntN(5*24*60)) * time.Minute).Add(time.Duration(r.IntN(3)-1) * time.Nanosecond)
	}
	var visits []visit
	for i := range 200 {
		v := visit{ID: fmt.Sprintf("%03d", i), At: sometime(), Sec: sometime().Truncate(time.Second)}
		visits = append(visits, v)
		if _, err := e.Put(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	f := dyn.Fields[visit]()
	found, spanned := 0, 0
	for range cases(1000) {
		lo, hi := sometime(), sometime()
		index, p, get, layout := pick(r, "primary", "byID"), &f.At, func(v visit) time.Time { return v.At }, "2006-01"
		if chance(r, 30) {
			lo = lo.Truncate(time.Second)
			hi = lo.Add(time.Duration(r.IntN(90)) * time.Minute)
			index, p, get, layout = "raw", &f.Sec, func(v visit) time.Time { return v.Sec }, "2006-01-02T15"
		}
		got, err := e.Index(index).Query(dyn.Between(p, lo, hi)).Collect(t.Context())
		want := []visit{}
		for _, v := range visits {
			if at := get(v); !at.Before(lo) && !at.After(hi) {
				want = append(want, v)
			}
		}
		if lo.Format(layout) != hi.Format(layout) && !hi.Before(lo) {
			spanned++
			if err == nil || !strings.Contains(err.Error(), "partitions; query each of them") {
				t.Fatalf("%s between %v and %v: %v", index, lo, hi, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s between %v and %v: %v", index, lo, hi, err)
		}
		byID := func(a, b visit) int { return strings.Compare(a.ID, b.ID) }
		slices.SortFunc(got, byID)
		for i := range got {
			got[i].Sec = got[i].Sec.UTC()
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("%s between %v and %v (-filter +query):\n%s", index, lo, hi, diff)
		}
		found += len(want)
	}
	if n := cases(1000); n == 1000 && (found < n || spanned < n/10) {
		t.Errorf("found %d visits, %d ranges span partitions", found, spanned)
	}
}

func TestCoarsePartitionErrors(t *testing.T) {
	t.Parallel()
	f := dyn.Fields[visit]()
	e := entityOf[visit](t, newService(t))
	jan, march := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		index string
		cond  dyn.Cond
		want  string
	}{
		{"byID", dyn.Between(&f.At, jan, march), "dyn: query visit.byID: the range on At spans 3 partitions; query each of them"},
		{"primary", dyn.Ge(&f.At, jan), `dyn: query visit: partition key holds At as "2006-01"; a range on it needs both ends, in one partition: use Between`},
		{"byID", dyn.Eq(&f.ID, "1"), "dyn: query visit.byID: partition key needs Eq on At"},
		{"keys", dyn.Between(&f.At, jan, jan), `dyn: query visit.keys: index "gsi2" does not hold id, at, sec; use Hydrate, or Project to a struct without them`},
	} {
		_, err := e.Index(c.index).Query(c.cond).Collect(t.Context())
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v\nwant %s", c.index, err, c.want)
		}
	}
	_, err := e.Index("keys").Query(dyn.Between(&f.At, jan, jan)).Hydrate().Collect(t.Context())
	if want := `dyn: query visit.keys: the range on At can't be decided: its key holds it coarsely, and index "gsi2" does not hold the attribute`; err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}
