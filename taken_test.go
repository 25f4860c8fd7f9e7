package dyn_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

// seal decodes itself, and keeps the bytes that it is given.
type seal []byte

// UnmarshalDynamoDBAttributeValue implements [attributevalue.Unmarshaler].
func (s *seal) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	b, ok := av.(*types.AttributeValueMemberB)
	if !ok {
		return errors.New("a seal is B")
	}
	*s = b.Value
	return nil
}

// letter has a value that takes over what it is decoded from.
type letter struct {
	_ struct{} `dyn:"entity=letter"`
	_ struct{} `dyn:"pk,template=LETTER#$<ID>"`
	_ struct{} `dyn:"sk,template=LETTER"`

	ID   string `dynamodbav:"id"`
	Seal seal   `dynamodbav:"seal"`
}

// TestTakenValues changes a value in place that took over what it was decoded from: Modify sees the difference, and
// nobody else who reads the item at the same time does.
func TestTakenValues(t *testing.T) {
	t.Parallel()
	key := letter{ID: "1"}
	for i, svc := range tiers(t, dynlocal.Start(t).HTTPClient()) {
		letters := entityOf[letter](t, svc)
		if i == 0 {
			ensure(t, svc)
		}
		put(t, letters, letter{ID: "1", Seal: seal("abc")})
		if _, err := letters.Modify(t.Context(), key, func(l *letter) error { l.Seal[0] = 'X'; return nil }); err != nil {
			t.Fatal(err)
		}
		loader := letters.Loader(t.Context())
		mine, err := loader.Get(t.Context(), key)
		if err != nil || string(mine.Seal) != "Xbc" {
			t.Fatalf("tier %d: modified, it is %q, %v", i, mine.Seal, err)
		}
		mine.Seal[1] = 'Y'
		if other, err := loader.Get(t.Context(), key); err != nil || string(other.Seal) != "Xbc" {
			t.Errorf("tier %d: the loader's next item has %q, %v", i, other.Seal, err)
		}
		for name, get := range map[string]func(...dyn.FetchItem) error{
			"batch":       func(f ...dyn.FetchItem) error { return svc.BatchGet(t.Context(), f...) },
			"transaction": func(f ...dyn.FetchItem) error { return svc.TransactGet(t.Context(), f...) },
		} {
			var a, b *letter
			if err := get(dyn.Fetch(letters, key, &a), dyn.Fetch(letters, key, &b)); err != nil {
				t.Fatal(err)
			}
			if a.Seal[1] = 'Y'; string(b.Seal) != "Xbc" {
				t.Errorf("tier %d: another item of the %s has %q", i, name, b.Seal)
			}
		}
	}
}
