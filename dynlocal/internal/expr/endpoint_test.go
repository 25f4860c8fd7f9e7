package expr

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dyntable/dyn/dynlocal/internal/value"
	"github.com/dyntable/dyn/internal/randtest"
)

// endpoint compares the package with a DynamoDB that DYN_ENDPOINT names, usually DynamoDB Local.
type endpoint struct {
	t      *testing.T
	client *dynamodb.Client
	table  *string
}

func newEndpoint(t *testing.T) *endpoint {
	url := os.Getenv("DYN_ENDPOINT")
	if url == "" {
		t.Skip("DYN_ENDPOINT is not set")
	}
	client := dynamodb.New(dynamodb.Options{
		BaseEndpoint: aws.String(url), Region: "us-east-1", RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("exprtest", "x", ""),
	})
	e := &endpoint{t, client, aws.String("expr" + strconv.FormatInt(time.Now().UnixNano(), 36))}
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: e.table, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: e.table})
		if err != nil {
			t.Error(err)
		}
	})
	return e
}

func (e *endpoint) key() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "k"}}
}

func (e *endpoint) put(item value.Item) {
	_, err := e.client.PutItem(e.t.Context(), &dynamodb.PutItemInput{TableName: e.table, Item: item.SDK()})
	if err != nil {
		e.t.Fatal(err)
	}
}

// message returns what the service says, without what is known to differ.
func message(err error) string {
	if err == nil {
		return ""
	}
	msg := err.Error()
	if api := smithy.APIError(nil); errors.As(err, &api) {
		msg = api.ErrorMessage()
	}
	// The service names a second path that is not the one that overlaps when there are more than two.
	if i := strings.Index(msg, ", path two: "); i >= 0 {
		msg = msg[:i]
	}
	if strings.Contains(msg, "operator or function: attribute_type, operand type: {") {
		msg = "attribute_type of a path"
	}
	if i := strings.Index(msg, ", valid types: "); i >= 0 {
		msg = msg[:i]
	}
	if msg == "DynamoDB only supports precision up to 38 digits" {
		msg = "Attempting to store more than 38 significant digits in a Number"
	}
	// DynamoDB Local says these two as DynamoDB once did.
	if msg == "Conditions can be of length 1 or 2 only" || strings.HasPrefix(msg, "The number of query conditions (") {
		msg = "too many query conditions"
	}
	return strings.TrimPrefix(msg, "Invalid KeyConditionExpression: ")
}

const endpointCases = 2000

func TestConditionsLikeEndpoint(t *testing.T) {
	e := newEndpoint(t)
	g := &generator{randtest.New(t)}
	item := sampleItem(t)
	for range endpointCases {
		src := g.mutate(g.condition(3))
		names, values := g.placeholders(src)
		got := message(evalCondition(src, names, values, item))
		_, err := e.client.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: e.table, Item: item.SDK(), ConditionExpression: &src,
			ExpressionAttributeNames: names, ExpressionAttributeValues: sdkValues(values),
		})
		if want := message(err); got != want && !strings.HasSuffix(got, "reserved keyword: size") {
			t.Errorf("%s\n got %s\nwant %s", src, got, want)
		}
		e.put(item)
	}
}

func TestUpdatesLikeEndpoint(t *testing.T) {
	e := newEndpoint(t)
	g := &generator{randtest.New(t)}
	item := sampleItem(t)
	for range endpointCases {
		src := g.mutate(g.update())
		names, values := g.placeholders(src)
		mode := types.ReturnValueAllNew
		if !strings.ContainsAny(src, ".[") {
			// Of nested paths DynamoDB Local returns the whole attribute, the service only what was named.
			mode = pick(g, types.ReturnValueUpdatedOld, types.ReturnValueUpdatedNew)
		}
		got, err := applyUpdate(src, names, values, item, mode)
		gotErr := message(err)
		e.put(item)
		out, err := e.client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: e.table, Key: e.key(), UpdateExpression: &src, ReturnValues: mode,
			ExpressionAttributeNames: names, ExpressionAttributeValues: sdkValues(values),
		})
		if want := message(err); gotErr != want {
			if clauseCount(src) == 1 || !atRunTime[gotErr] || !atRunTime[want] {
				t.Errorf("%s\n got %s\nwant %s", src, gotErr, want)
			}
			continue
		}
		if err != nil {
			continue
		}
		want, err := value.FromSDK(out.Attributes)
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s: %s\n got %s\nwant %s", src, mode, got.AppendJSON(nil), want.AppendJSON(nil))
		}
	}
}

func clauseCount(src string) int {
	clauses, _, err := parseUpdate(&parser{src: src, tokens: lex(src)})
	if err != nil {
		return 0
	}
	return len(clauses)
}

// atRunTime holds the refusals that depend on the item. Of several the service finds the one whose clause its hash
// table holds first.
var atRunTime = map[string]bool{errNoAttribute.Error(): true, errOperandType.Error(): true, errUpdatePath.Error(): true}

func applyUpdate(src string, names map[string]string, values map[string]value.Value, item value.Item, mode types.ReturnValue) (value.Item, error) {
	env, err := NewEnv(names, values)
	if err != nil {
		return value.Item{}, err
	}
	u, err := ParseUpdate(src, env)
	if err != nil {
		return value.Item{}, err
	}
	if err := env.Unused(); err != nil {
		return value.Item{}, err
	}
	for _, name := range u.TopNames() {
		if name == "pk" {
			return value.Item{}, refuse("One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key")
		}
	}
	out, err := u.Apply(item)
	switch {
	case err != nil:
		return value.Item{}, err
	case mode == types.ReturnValueUpdatedOld:
		return u.Touched(item), nil
	case mode == types.ReturnValueUpdatedNew:
		return u.Touched(out), nil
	}
	return out, nil
}

func TestProjectionsLikeEndpoint(t *testing.T) {
	e := newEndpoint(t)
	g := &generator{randtest.New(t)}
	item := sampleItem(t)
	e.put(item)
	for range endpointCases {
		src := g.mutate(g.projection())
		names, _ := g.placeholders(src)
		var got value.Item
		env, err := NewEnv(names, nil)
		if err == nil {
			var p *Projection
			if p, err = ParseProjection(src, env); err == nil {
				err = env.Unused()
				got = p.Apply(item)
			}
		}
		gotErr := message(err)
		out, err := e.client.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: e.table, Key: e.key(), ProjectionExpression: &src, ExpressionAttributeNames: names,
		})
		if want := message(err); gotErr != want {
			t.Errorf("%s\n got %s\nwant %s", src, gotErr, want)
			continue
		}
		if err != nil {
			continue
		}
		want, err := value.FromSDK(out.Item)
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", src, got.AppendJSON(nil), want.AppendJSON(nil))
		}
	}
}

func TestKeyConditionsLikeEndpoint(t *testing.T) {
	e := newEndpoint(t)
	table := aws.String(*e.table + "range")
	_, err := e.client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: table, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("s"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("n"), AttributeType: types.ScalarAttributeTypeN},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("s"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("n"), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	g := &generator{randtest.New(t)}
	for range endpointCases {
		src := g.mutate(g.keyCondition())
		names, values := g.placeholders(src)
		got := message(matchKeyCondition(src, names, values))
		if i := strings.Index(got, " schema element: "); i >= 0 {
			got = got[:i] + " schema element" // which DynamoDB Local does not name
		}
		_, err = e.client.Query(t.Context(), &dynamodb.QueryInput{
			TableName: table, KeyConditionExpression: &src, ExpressionAttributeNames: names, ExpressionAttributeValues: sdkValues(values),
		})
		want := message(err)
		if strings.HasPrefix(want, "Key attributes must be scalars") {
			continue // a refusal that needs the table and is not this package's
		}
		if got != want && !strings.HasSuffix(got, "reserved keyword: size") {
			t.Errorf("%s\n got %s\nwant %s", src, got, want)
		}
	}
}

func matchKeyCondition(src string, names map[string]string, values map[string]value.Value) error {
	env, err := NewEnv(names, values)
	if err != nil {
		return err
	}
	k, err := ParseKeyCondition(src, env)
	if err != nil {
		return err
	}
	if err := env.Unused(); err != nil {
		return err
	}
	_, _, err = k.Match([]KeyAttr{{"s", value.S}}, []KeyAttr{{"n", value.N}})
	return err
}

// farZero is a zero with an exponent about or beyond the range of numbers: DynamoDB Local takes one or refuses it by how
// it is written, which the documentation says nothing of.
var farZero = regexp.MustCompile(`^[-+]?[0.]+[eE][-+]?1[123]\d$`)

// TestNumbersLikeEndpoint stores random numbers, sums and differences.
func TestNumbersLikeEndpoint(t *testing.T) {
	e := newEndpoint(t)
	g := &generator{randtest.New(t)}
	e.put(sampleItem(t))
	for range endpointCases {
		x, y, sign := g.number(), g.number(), pick(g, "+", "-")
		if farZero.MatchString(x) || farZero.MatchString(y) {
			continue
		}
		want := ""
		out, err := e.client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: e.table, Key: e.key(), UpdateExpression: aws.String("SET a = :x " + sign + " :y"), ReturnValues: types.ReturnValueUpdatedNew,
			ExpressionAttributeValues: map[string]types.AttributeValue{":x": &types.AttributeValueMemberN{Value: x}, ":y": &types.AttributeValueMemberN{Value: y}},
		})
		if err == nil {
			want = out.Attributes["a"].(*types.AttributeValueMemberN).Value
		}
		if i := strings.Index(want, "."); i >= 0 {
			want = strings.TrimRight(strings.TrimRight(want, "0"), ".") // which DynamoDB Local keeps
		}
		got, gotErr := sum(x, y, sign)
		if (gotErr == nil) != (err == nil) || got != want {
			t.Errorf("%s %s %s\n got %s, %v\nwant %s, %v", x, sign, y, got, gotErr, want, err)
		}
	}
}

func sum(x, y, sign string) (string, error) {
	a, err := value.Number(x)
	if err != nil {
		return "", err
	}
	b, err := value.Number(y)
	if err != nil {
		return "", err
	}
	do := value.Add
	if sign == "-" {
		do = value.Sub
	}
	v, err := do(a, b)
	return v.Text(), err
}

func sdkValues(values map[string]value.Value) map[string]types.AttributeValue {
	if values == nil {
		return nil
	}
	out := make(map[string]types.AttributeValue, len(values))
	for k, v := range values {
		out[k] = v.SDK()
	}
	return out
}
