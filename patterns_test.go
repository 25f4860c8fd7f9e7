package dyn_test

import (
	"strings"
	"testing"

	"github.com/dyntable/dyn"
)

// Loan has two patterns in an index that does not say which of them an item is in.
type Loan struct {
	_ struct{} `dyn:"entity=loan"`
	_ struct{} `dyn:"pk,template=LOAN#$<ID>"`
	_ struct{} `dyn:"sk,template=LOAN"`
	_ struct{} `dyn:"pk,index=gsi1,name=out,template=MEMBER#$<Member>,when=State:out,project=keys"`
	_ struct{} `dyn:"sk,index=gsi1,template=$<ID>"`
	_ struct{} `dyn:"pk,index=gsi1,name=back,template=MEMBER#$<Clerk>,when=State:back,project=keys"`
	_ struct{} `dyn:"sk,index=gsi1,template=$<ID>"`

	ID     string `dynamodbav:"id"`
	Member string `dynamodbav:"member"`
	Clerk  string `dynamodbav:"clerk"`
	State  string `dynamodbav:"state"`
}

// LoanApart is a Loan whose keys tell, LoanHeld one whose index does.
type (
	LoanApart struct {
		_ struct{} `dyn:"entity=loanApart"`
		_ struct{} `dyn:"pk,template=LOANA#$<ID>"`
		_ struct{} `dyn:"sk,template=LOAN"`
		_ struct{} `dyn:"pk,index=gsi2,name=out,template=MEMBER#$<Member>,when=State:out,project=keys"`
		_ struct{} `dyn:"sk,index=gsi2,template=$<ID>"`
		_ struct{} `dyn:"pk,index=gsi2,name=back,template=CLERK#$<Clerk>,when=State:back,project=keys"`
		_ struct{} `dyn:"sk,index=gsi2,template=$<ID>"`

		ID     string `dynamodbav:"id"`
		Member string `dynamodbav:"member"`
		Clerk  string `dynamodbav:"clerk"`
		State  string `dynamodbav:"state"`
	}
	LoanHeld struct {
		_ struct{} `dyn:"entity=loanHeld"`
		_ struct{} `dyn:"pk,template=LOANH#$<ID>"`
		_ struct{} `dyn:"sk,template=LOAN"`
		_ struct{} `dyn:"pk,index=gsi3,name=out,template=MEMBER#$<Member>,when=State:out,project=ID+Member+Clerk+State"`
		_ struct{} `dyn:"sk,index=gsi3,template=$<ID>"`
		_ struct{} `dyn:"pk,index=gsi3,name=back,template=MEMBER#$<Clerk>,when=State:back,project=ID+Member+Clerk+State"`
		_ struct{} `dyn:"sk,index=gsi3,template=$<ID>"`

		ID     string `dynamodbav:"id"`
		Member string `dynamodbav:"member"`
		Clerk  string `dynamodbav:"clerk"`
		State  string `dynamodbav:"state"`
	}
)

// TestMistakablePatterns refuses two patterns of an index whose items a query of
// one could not tell from those of the other.
func TestMistakablePatterns(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	_, err := dyn.NewEntity[Loan](svc)
	if want := `index "gsi1" does not hold State, which tells the items of out from those of back; project it`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error\n\t%v, want\n\t%s", err, want)
	}
	entityOf[LoanApart](t, svc)
	held := entityOf[LoanHeld](t, svc)
	ensure(t, svc)
	put(t, held, LoanHeld{ID: "1", Member: "m", State: "out"}, LoanHeld{ID: "2", Clerk: "m", State: "back"})
	out := held.Index("out").Query(dyn.Eq(&dyn.Fields[LoanHeld]().Member, "m"))
	if n, err := out.Count(t.Context()); n != 1 || err != nil {
		t.Errorf("%d items are out: %v", n, err)
	}
	if n, err := out.DeleteAll(t.Context()); n != 1 || err != nil {
		t.Errorf("%d items are deleted: %v", n, err)
	}
}
