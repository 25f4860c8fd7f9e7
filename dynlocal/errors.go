package dynlocal

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// invalidParameter begins the text of many validation errors.
const invalidParameter = "One or more parameter values were invalid: "

// apiError is an error that the service's model gives no type of its own.
func apiError(code, message string) smithy.APIError {
	return &smithy.GenericAPIError{Code: code, Message: message}
}

// invalid is the service's ValidationException.
func invalid(message string) smithy.APIError { return apiError("ValidationException", message) }

func invalidf(format string, args ...any) error { return invalid(fmt.Sprintf(format, args...)) }

// wordedError is a validation error that operations word in one of two ways.
type wordedError struct {
	smithy.APIError
	older string
}

// worded gives an error of the value and expression packages its place among the service's.
func worded(e *value.ValidationError) error {
	if e.Older == "" {
		return invalid(e.Message)
	}
	return &wordedError{invalid(e.Message), e.Older}
}

// wordedFor decides how an operation words an error.
func wordedFor(op string, err error) error {
	w, ok := err.(*wordedError)
	if !ok {
		return err
	}
	switch op {
	case "BatchWriteItem", "Scan", "TransactGetItems", "TransactWriteItems":
		return invalid(w.older)
	}
	return w.APIError
}

// asMember gives an error of a single write that is found before the table is looked up the form of one about a member.
func asMember(err error) error {
	ae, ok := err.(smithy.APIError)
	if !ok || ae.ErrorCode() != "ValidationException" || memberForm.MatchString(ae.ErrorMessage()) {
		return err
	}
	text := ae.ErrorMessage()
	if strings.HasPrefix(text, valuesWithoutExpression) {
		text = valuesWithoutExpression // single writes don't say which expression is missing
	}
	return invalid("1 validation error detected: " + text)
}

var memberForm = regexp.MustCompile(`^\d+ validation errors? detected: `)

func tableNotFound() error {
	return &types.ResourceNotFoundException{Message: aws.String("Requested resource not found")}
}

func namedTableNotFound(name string) error {
	return &types.ResourceNotFoundException{Message: aws.String("Requested resource not found: Table: " + name + " not found")}
}

func conditionFailed(item map[string]types.AttributeValue) error {
	return &types.ConditionalCheckFailedException{Message: aws.String("The conditional request failed"), Item: item}
}

// statusOf gives the HTTP status that the service sends with an error.
func statusOf(err error) int {
	var ae smithy.APIError
	if errors.As(err, &ae) && ae.ErrorFault() != smithy.FaultServer {
		return http.StatusBadRequest
	}
	if ae != nil && ae.ErrorCode() == "ServiceUnavailable" {
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// responseError wraps an error of the service as the SDK wraps one that came over HTTP. An error that is none of the
// service's, a broken connection, stays as it is.
func responseError(err error, requestID string) error {
	if ae := smithy.APIError(nil); !errors.As(err, &ae) {
		return err
	}
	status := statusOf(err)
	return &awshttp.ResponseError{
		RequestID: requestID,
		ResponseError: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{
				StatusCode: status,
				Status:     fmt.Sprintf("%d %s", status, http.StatusText(status)),
				Header:     http.Header{"X-Amzn-Requestid": []string{requestID}},
				Body:       http.NoBody,
			}},
			Err: err,
		},
	}
}
