package ddbjson

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
)

var (
	sdkProtocol = awsjson.New10(schemas.DynamoDB_20120810)
	getItem     = smithy.NewOperationSchema(schemas.GetItem, schemas.GetItemInput, schemas.GetItemOutput)
)

var errPanic = errors.New("panic")

// sdkItem returns what the SDK makes of an item's JSON.
func sdkItem(item []byte) (m map[string]types.AttributeValue, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	body := io.NopCloser(bytes.NewReader([]byte(`{"Item":` + string(item) + `}`)))
	resp := &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusOK, Body: body}}
	var out dynamodb.GetItemOutput
	err = sdkProtocol.DeserializeResponse(context.Background(), getItem, dynamodb.TypeRegistry, resp, &out)
	return out.Item, err
}

// sdkEncode returns an item's JSON as the SDK writes it.
func sdkEncode(m map[string]types.AttributeValue) []byte {
	req, err := smithyhttp.NewStackRequest().(*smithyhttp.Request), error(nil)
	req.Request.URL = &url.URL{}
	if err = sdkProtocol.SerializeRequest(context.Background(), putItem, &dynamodb.PutItemInput{Item: m}, req); err != nil {
		panic(err)
	}
	body, err := io.ReadAll(req.GetStream())
	if err != nil {
		panic(err)
	}
	return body
}

var putItem = smithy.NewOperationSchema(schemas.PutItem, schemas.PutItemInput, schemas.PutItemOutput)
