package dynlocal

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"
)

func TestPutGet(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	in := item{"pk": sv("p"), "sk": sv("s"), "x": nv("1.10")}
	put(t, c, in)
	got, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String("things"), Key: item{"pk": sv("p"), "sk": sv("s")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := item{"pk": sv("p"), "sk": sv("s"), "x": nv("1.1")}
	if diff := cmp.Diff(want, got.Item, sdkOptions); diff != "" {
		t.Error(diff)
	}
}
