package expr

import (
	"context"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
	"github.com/dyntable/dyn/internal/randtest"
)

var update = flag.Bool("update", false, "record testdata/answers.tsv anew from DYN_ENDPOINT")

const answersFile = "testdata/answers.tsv"

// TestAnswers puts expressions about sampleItem to the package whose answers by DynamoDB Local 3.3.1 are recorded: per
// line the kind of expression, the expression, and true, false or the item that it made.
func TestAnswers(t *testing.T) {
	if *update {
		recordAnswers(t)
	}
	data, err := os.ReadFile(answersFile)
	if err != nil {
		t.Fatal(err)
	}
	item := sampleItem(t)
	for line := range strings.Lines(string(data)) {
		kind, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		src, want, _ := strings.Cut(rest, "\t")
		if got := answer(kind, src, item); got != want {
			t.Errorf("%s %s\n got %s\nwant %s", kind, src, got, want)
		}
	}
}

func answer(kind, src string, item value.Item) string {
	names, values := placeholders(src)
	if kind == "condition" {
		switch err := evalCondition(src, names, values, item); err {
		case nil:
			return "true"
		case errCondition:
			return "false"
		default:
			return err.Error()
		}
	}
	out, err := applyUpdate(src, names, values, item, types.ReturnValueAllNew)
	if err != nil {
		return err.Error()
	}
	return string(out.AppendJSON(nil))
}

func recordAnswers(t *testing.T) {
	e := newEndpoint(t)
	g := &generator{randtest.New(t)}
	item := sampleItem(t)
	var out strings.Builder
	for want, n := range map[string]int{"true": 200, "false": 150} {
		for n > 0 {
			src := g.condition(3)
			if got := e.condition(src, item); got == want {
				out.WriteString("condition\t" + src + "\t" + got + "\n")
				n--
			}
		}
	}
	for n := 250; n > 0; {
		src := g.update()
		if got := e.update(src, item); got != "" {
			out.WriteString("update\t" + src + "\t" + got + "\n")
			n--
		}
	}
	if err := os.WriteFile(answersFile, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// condition returns true, false, or what is wrong with the condition.
func (e *endpoint) condition(src string, item value.Item) string {
	e.put(item)
	names, values := placeholders(src)
	_, err := e.client.PutItem(context.Background(), &dynamodb.PutItemInput{
		TableName: e.table, Item: item.SDK(), ConditionExpression: &src,
		ExpressionAttributeNames: names, ExpressionAttributeValues: sdkValues(values),
	})
	switch msg := message(err); msg {
	case "":
		return "true"
	case errCondition.Error():
		return "false"
	default:
		return msg
	}
}

// update returns the item that the update makes, or nothing if it fails.
func (e *endpoint) update(src string, item value.Item) string {
	e.put(item)
	names, values := placeholders(src)
	out, err := e.client.UpdateItem(context.Background(), &dynamodb.UpdateItemInput{
		TableName: e.table, Key: e.key(), UpdateExpression: &src, ReturnValues: types.ReturnValueAllNew,
		ExpressionAttributeNames: names, ExpressionAttributeValues: sdkValues(values),
	})
	if err != nil {
		return ""
	}
	it, err := value.FromSDK(out.Attributes)
	if err != nil {
		e.t.Fatal(err)
	}
	return string(it.AppendJSON(nil))
}
