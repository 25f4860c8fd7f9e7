package dynlocal

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

func TestExportImport(t *testing.T) {
	t.Parallel()
	from, c := newTestTable(t)
	for i := range 20 {
		put(t, c, item{
			"pk": sv(fmt.Sprint(i % 3)), "sk": sv(fmt.Sprint(i)), "a": sv("ä\"\n"),
			"x": &types.AttributeValueMemberL{Value: []types.AttributeValue{nv("1.50"), &types.AttributeValueMemberB{Value: []byte{0}}}},
		})
	}
	var lines bytes.Buffer
	if err := from.Export(&lines, "things"); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(lines.String(), "\n"); n != 20 || !strings.HasPrefix(lines.String(), `{"Item":{"a":{"S":"`) {
		t.Errorf("%d lines: %s", n, lines.String())
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(lines.Bytes())
	_ = w.Close()
	for name, text := range map[string]string{"plain": lines.String(), "packed": packed.String()} {
		to, c := newTestTable(t)
		put(t, c, item{"pk": sv("0"), "sk": sv("0"), "old": sv("replaced")})
		if err := to.Import(strings.NewReader(text), "things"); err != nil {
			t.Fatal(name, err)
		}
		var again bytes.Buffer
		if err := to.Export(&again, "things"); err != nil {
			t.Fatal(name, err)
		}
		if diff := cmp.Diff(lines.String(), again.String()); diff != "" {
			t.Error(name, diff)
		}
	}
}

func TestImportErrors(t *testing.T) {
	t.Parallel()
	const good = `{"Item":{"pk":{"S":"p"},"sk":{"S":"s"}}}` + "\n"
	tests := map[string]struct{ in, want string }{
		"empty":        {"", ""},
		"no JSON":      {good + "x", "dynlocal: import things: object 2: invalid character 'x' looking for beginning of value"},
		"cut off":      {good + `{"Item":`, "dynlocal: import things: object 2: unexpected EOF"},
		"wrong shape":  {`{"Item":{"pk":"p"}}`, "dynlocal: import things: object 1: Unexpected value type in payload"},
		"no key":       {`{"Item":{"pk":{"S":"p"}}}`, "dynlocal: import things: object 1: api error ValidationException: One or more parameter values were invalid: Missing the key sk in the item"},
		"no value":     {`{"Item":{"pk":{}}}`, "dynlocal: import things: object 1: api error ValidationException: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
		"no gzip":      {"\x1f\x8bxx", "dynlocal: import things: unexpected EOF"},
		"no such item": {"{}", "dynlocal: import things: object 1: api error ValidationException: One or more parameter values were invalid: Missing the key pk in the item"},
	}
	for name, tt := range tests {
		db, _ := newTestTable(t)
		if got := errorString(db.Import(strings.NewReader(tt.in), "things")); got != tt.want {
			t.Errorf("%s: got %s\nwant %s", name, got, tt.want)
		}
	}
	if got, want := errorString(New().Import(strings.NewReader(good), "none")), "dynlocal: import none: object 1: ResourceNotFoundException: Requested resource not found"; got != want {
		t.Errorf("got %s", got)
	}
}

func errorString(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestExportErrors(t *testing.T) {
	t.Parallel()
	db, c := newTestTable(t)
	put(t, c, item{"pk": sv("p"), "sk": sv("s")})
	broken := errors.New("disk full")
	if err := db.Export(failingWriter{broken}, "things"); !errors.Is(err, broken) {
		t.Error(err)
	}
	if got, want := errorString(db.Export(io.Discard, "none")), "dynlocal: export none: ResourceNotFoundException: Requested resource not found"; got != want {
		t.Errorf("got %s", got)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

const testSeed = `
{"Table": {"TableName": "seeded", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}}
{"Item": {"id": {"S": "1"}}}
{"Item": {"id": {"S": "2"}}}
`

func TestSeed(t *testing.T) {
	t.Parallel()
	db := New()
	before := db.Client(func(o *dynamodb.Options) { o.Region = "eu-west-1" })
	if got := countSeeded(t, before); got != "ResourceNotFoundException: Requested resource not found" {
		t.Errorf("before: %s", got)
	}
	if err := db.Seed(strings.NewReader(testSeed)); err != nil {
		t.Fatal(err)
	}
	clients := map[string]*dynamodb.Client{
		"default": db.Client(),
		"wire":    db.HTTPClient(),
		"other":   db.Client(func(o *dynamodb.Options) { o.Credentials = credentials.NewStaticCredentialsProvider("other", "x", "") }),
	}
	for name, c := range clients {
		if got := countSeeded(t, c); got != "2" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := countSeeded(t, before); got != "ResourceNotFoundException: Requested resource not found" {
		t.Errorf("in use already: %s", got)
	}
	if _, err := clients["default"].DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: aws.String("seeded")}); err != nil {
		t.Fatal(err)
	}
	if got := countSeeded(t, clients["default"]); got == "2" {
		t.Error("the seed was planted twice")
	}
	db.Reset()
	if got := countSeeded(t, clients["default"]); got != "2" {
		t.Errorf("after Reset: %s", got)
	}
}

// countSeeded gives the number of items in the table of testSeed, or the error.
func countSeeded(t *testing.T, c *dynamodb.Client) string {
	t.Helper()
	out, err := c.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("seeded")})
	if err != nil {
		return errorText(err)
	}
	return fmt.Sprint(out.Count)
}

func TestSeedErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"no table":    {`{"Item":{"id":{"S":"1"}}}`, `dynlocal: seed: object 1: neither "Table", nor "Item" after a table`},
		"nothing":     {testSeed + `{}`, `dynlocal: seed: object 4: neither "Table", nor "Item" after a table`},
		"wrong item":  {testSeed + `{"Item":{"x":{"S":"1"}}}`, "dynlocal: seed: object 4: api error ValidationException: One or more parameter values were invalid: Missing the key id in the item"},
		"wrong table": {`{"Table":{"TableName":"ab"}}`, "dynlocal: seed: object 1: api error ValidationException: 1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3"},
		"no JSON":     {`[1`, "dynlocal: seed: object 1: unexpected EOF"},
	}
	for name, tt := range tests {
		if got := errorString(New().Seed(strings.NewReader(tt.in))); got != tt.want {
			t.Errorf("%s: got %s\nwant %s", name, got, tt.want)
		}
	}
}
