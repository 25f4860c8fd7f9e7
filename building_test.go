package dyn_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

// echo is a client whose items tell with which key they were asked for.
type echo struct{ dyn.Client }

func (echo) GetItem(_ context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	pk := in.Key["pk"].(*types.AttributeValueMemberS).Value
	for k := range in.ExpressionAttributeNames { // they are the client's
		in.ExpressionAttributeNames[k] = "changed"
	}
	return &dynamodb.GetItemOutput{Item: rawItem{
		"pk": in.Key["pk"], "sk": in.Key["sk"], "_entity": &types.AttributeValueMemberS{Value: "card"}, "_version": &types.AttributeValueMemberN{Value: "1"},
		"cardId": &types.AttributeValueMemberS{Value: strings.TrimPrefix(pk, "CARD#")}, "likes": &types.AttributeValueMemberN{Value: "3"},
	}}, nil
}

// CardHead is a projection of Card.
type CardHead struct {
	CardID string `dynamodbav:"cardId"`
	Likes  int    `dynamodbav:"likes"`
}

// TestKeysOfReads reads by many keys at a time, which share memory one after the
// other.
func TestKeysOfReads(t *testing.T) {
	t.Parallel()
	cards := entityOf[Card](t, serviceOn(t, echo{}, dyn.Table{Name: "app"}))
	heads := dyn.View[CardHead](cards)
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 200 {
				id := fmt.Sprint(n, "-", i)
				c, err := cards.Get(t.Context(), Card{CardID: id})
				h, herr := heads.Get(t.Context(), Card{CardID: id, UserID: "left alone"})
				if err != nil || herr != nil || c.CardID != id || h != (CardHead{id, 3}) {
					t.Errorf("%s: %s, %+v, %v, %v", id, c.CardID, h, err, herr)
					return
				}
			}
		}()
	}
	wg.Wait()
	if _, err := heads.Get(t.Context(), Card{UserID: "u"}); err == nil || err.Error() != "dyn: get card: key field CardID is empty" {
		t.Errorf("a key without a part: %v", err)
	}
}

// TestInputsAreTheCallers changes all that an input holds: neither the query or
// operation nor what it is made of may notice.
func TestInputsAreTheCallers(t *testing.T) {
	t.Parallel()
	cards := entityOf[Card](t, newService(t, fixedClock()))
	q := cards.Query(dyn.Eq(&cardF.CardID, "1")).Filter(dyn.Gt(&cardF.Likes, 3))
	op := dyn.Update(cards, Card{CardID: "1"}, dyn.Set(&cardF.Likes, 300), dyn.If(dyn.Eq(&cardF.Status, Draft)))
	show := func() string {
		in, err := q.Input()
		up, uerr := op.Input()
		if err != nil || uerr != nil {
			t.Fatal(err, uerr)
		}
		u := up.(*dynamodb.UpdateItemInput)
		text, err := json.Marshal([]any{in, u})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*string{in.KeyConditionExpression, in.FilterExpression, u.UpdateExpression, u.ConditionExpression} {
			*s = "changed"
		}
		for _, names := range []map[string]string{in.ExpressionAttributeNames, u.ExpressionAttributeNames} {
			for k := range names {
				names[k] = "changed"
			}
		}
		for _, values := range []rawItem{in.ExpressionAttributeValues, u.ExpressionAttributeValues, u.Key} {
			clear(values)
		}
		return string(text)
	}
	if first, second := show(), show(); first != second {
		t.Errorf("the second time (-first +second):\n%s", gocmp.Diff(first, second))
	}
}

// TestBuildingAllocs bounds what requests cost that are built and not sent.
func TestBuildingAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	cards := entityOf[Card](t, serviceOn(t, echo{}, dyn.Table{Name: "app"}))
	heads := dyn.View[CardHead](cards)
	byUser := cards.Index("byUser")
	for _, tt := range []struct {
		name string
		most float64
		do   func() error
	}{
		{"a get of a view", 16, func() error {
			_, err := heads.Get(context.Background(), Card{CardID: "1"})
			return err
		}},
		{"a query", 13, func() error {
			_, err := byUser.Query(dyn.Eq(&cardF.UserID, "u")).Filter(dyn.Gt(&cardF.Likes, 1000)).Input()
			return err
		}},
		{"an update", 37, func() error {
			_, err := dyn.Update(cards, Card{CardID: "1"}, dyn.Set(&cardF.Author.City, "Oslo"), dyn.Add(&cardF.Likes, 1), dyn.If(dyn.Eq(&cardF.Status, Draft))).Input()
			return err
		}},
	} {
		var err error
		if n := testing.AllocsPerRun(100, func() { err = tt.do() }); n > tt.most || err != nil {
			t.Errorf("%s makes %.0f allocations, at most %.0f were expected; %v", tt.name, n, tt.most, err)
		}
	}
}
