package dyn

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

type claimed struct {
	_ struct{} `dyn:"entity=claimed"`
	_ struct{} `dyn:"pk,template=C#$<ID>"`
	_ struct{} `dyn:"sk,template=C"`

	ID    string `dynamodbav:"id"`
	Email string `dynamodbav:"email"`
}

// recorder is a client that records transactions and cancels them as told.
type recorder struct {
	Client
	in      *dynamodb.TransactWriteItemsInput
	reasons []types.CancellationReason
}

func (r *recorder) TransactWriteItems(_ context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	r.in = in
	if r.reasons != nil {
		return nil, &types.TransactionCanceledException{CancellationReasons: r.reasons}
	}
	return &dynamodb.TransactWriteItemsOutput{}, nil
}

var errTaken = errors.New("the email is taken")

// withClaim builds a Put with a companion write.
func withClaim(t *testing.T, e *Entity[claimed], item claimed) *request {
	t.Helper()
	r := &request{room: &room{wanted: true}}
	if err := Put(e, item).request(t.Context(), e.e.svc, r, (*request).transactable); err != nil {
		t.Fatal(err)
	}
	key := rawItem{"pk": &types.AttributeValueMemberS{Value: "EMAIL#" + item.Email}, "sk": &types.AttributeValueMemberS{Value: "EMAIL"}}
	r.companions = append(r.companions, companion{
		item:    types.TransactWriteItem{Put: &types.Put{TableName: r.table, Item: key}},
		key:     key,
		refused: func(_ rawItem, err error) error { return opError(r.w.op(), &wrapped{errTaken, err}) },
	})
	return r
}

// TestCompanions is about writes that come with an operation: they make a
// transaction of it, count in one, and their failure is the operation's.
func TestCompanions(t *testing.T) {
	t.Parallel()
	client := &recorder{}
	svc, err := NewService(client, Table{Name: "app"})
	if err != nil {
		t.Fatal(err)
	}
	e, err := NewEntity[claimed](svc)
	if err != nil {
		t.Fatal(err)
	}
	r := withClaim(t, e, claimed{ID: "1", Email: "a@b"})
	if _, err := r.send(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(client.in.TransactItems) != 2 || aws.ToString(client.in.ClientRequestToken) == "" {
		t.Errorf("sent %d items with token %q", len(client.in.TransactItems), aws.ToString(client.in.ClientRequestToken))
	}
	client.reasons = []types.CancellationReason{{Code: aws.String("None")}, {Code: aws.String(conditionFailed)}}
	_, err = r.send(t.Context())
	if want := "dyn: put claimed: the email is taken"; err == nil || err.Error() != want || !errors.Is(err, errTaken) {
		t.Errorf("error\n%v\nwant\n%s", err, want)
	}

	second := withClaim(t, e, claimed{ID: "2", Email: "a@b"})
	parts := transactParts([]*request{r, second})
	err = (&transaction{}).check([]*request{r, second}, parts)
	if want := "ops[0]: put claimed and ops[1]: put claimed are on the same item; a transaction takes one operation on each"; err == nil || err.Error() != want {
		t.Errorf("error\n%v\nwant\n%s", err, want)
	}
	if want := "a batch has no conditions; use Transact, or the entity's method"; second.batchable() == nil || second.batchable().Error() != want {
		t.Errorf("a batch says %v", second.batchable())
	}
	err = cancelled("transact", "ops", parts, &types.TransactionCanceledException{CancellationReasons: []types.CancellationReason{
		{Code: aws.String("None")}, {Code: aws.String("None")}, {Code: aws.String("None")}, {Code: aws.String(conditionFailed)},
	}})
	var te *TransactionError
	if !errors.As(err, &te) || len(te.Reasons) != 1 || te.Reasons[0].Op != 1 || !errors.Is(err, errTaken) {
		t.Errorf("error %v", err)
	}
}

// TestWireSize compares with the JSON that encoding/json makes of the same.
func TestWireSize(t *testing.T) {
	t.Parallel()
	s := func(text string) types.AttributeValue { return &types.AttributeValueMemberS{Value: text} }
	item := rawItem{
		"text": s("a\"b\\c\n\x01<&> \u2028 é 日本"), "empty": s(""), "long": s(strings.Repeat("\x02", 5000)),
		"n": &types.AttributeValueMemberN{Value: "-12.5"}, "bool": &types.AttributeValueMemberBOOL{Value: false}, "null": &types.AttributeValueMemberNULL{Value: true},
		"bin": &types.AttributeValueMemberB{Value: make([]byte, 1000)}, "bs": &types.AttributeValueMemberBS{Value: [][]byte{{1}, {2, 3}}},
		"ss": &types.AttributeValueMemberSS{Value: []string{"a", "b"}}, "ns": &types.AttributeValueMemberNS{Value: []string{"1", "22"}},
		"list": &types.AttributeValueMemberL{Value: []types.AttributeValue{s("x"), &types.AttributeValueMemberNULL{Value: true}}},
		"map":  &types.AttributeValueMemberM{Value: rawItem{"a": s("b"), "c": &types.AttributeValueMemberM{Value: rawItem{}}}},
	}
	for name, av := range item {
		one := rawItem{name: av}
		text, err := json.Marshal(jsonForm(&types.AttributeValueMemberM{Value: one})["M"])
		if err != nil {
			t.Fatal(err)
		}
		if got := wireSize(one); got < len(text) || got > len(text)+len(text)/2+60 {
			t.Errorf("%s: %d bytes of %d: %.80s", name, got, len(text), text)
		}
	}
}

// jsonForm returns a value as the wire has it.
func jsonForm(av types.AttributeValue) map[string]any {
	v := reflect.ValueOf(av).Elem().FieldByName("Value").Interface()
	switch x := v.(type) {
	case map[string]types.AttributeValue:
		m := map[string]any{}
		for k, e := range x {
			m[k] = jsonForm(e)
		}
		v = m
	case []types.AttributeValue:
		l := []any{}
		for _, e := range x {
			l = append(l, jsonForm(e))
		}
		v = l
	}
	return map[string]any{strings.TrimPrefix(reflect.TypeOf(av).Elem().Name(), "AttributeValueMember"): v}
}

// TestSameNumber holds texts of one number, each with its form.
func TestSameNumber(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, s := range []string{"1.10", "11e-1", "1.1", "0", "-0", "0.0", "007", "7", "-7.0", "1E3", "12", "-5", "x", ""} {
		got[s] = sameNumber(s)
	}
	want := map[string]string{
		"1.10": "11/10", "11e-1": "11/10", "1.1": "11/10", "0": "0", "-0": "0", "0.0": "0", "007": "7", "7": "7",
		"-7.0": "-7", "1E3": "1000", "12": "12", "-5": "-5", "x": "x", "": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("forms (-want +got):\n%s", diff)
	}
}

// TestMiddlewareThatDoesNothing is an error, not a missing answer.
func TestMiddlewareThatDoesNothing(t *testing.T) {
	t.Parallel()
	svc, err := NewService(&recorder{}, Table{Name: "app"}, WithMiddleware(func(context.Context, *OpInfo, func(context.Context) error) error { return nil }))
	if err != nil {
		t.Fatal(err)
	}
	e, err := NewEntity[claimed](svc)
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Get(t.Context(), claimed{ID: "1"})
	if want := "dyn: get claimed: a middleware returned without an error, but did not call next"; err == nil || err.Error() != want {
		t.Errorf("error\n%v\nwant\n%s", err, want)
	}
}
