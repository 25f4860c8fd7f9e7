package wire

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dyntable/dyn/internal/sigv4"
)

// signer signs requests as the SDK's own signer, which takes a sixth of a small call. What is not the request that the
// SDK makes for DynamoDB it leaves to that one.
type signer struct {
	sdk *v4.Signer
	own sigv4.Signer
}

// SignHTTP implements [dynamodb.HTTPSignerV4].
func (s *signer) SignHTTP(
	ctx context.Context, creds aws.Credentials, r *http.Request, hash, service, region string, at time.Time,
	options ...func(*v4.SignerOptions),
) error {
	var o v4.SignerOptions
	for _, fn := range options {
		fn(&o)
	}
	o.Logger = nil
	if o != (v4.SignerOptions{}) || !s.sign(&creds, r, hash, sigv4.Scope{Region: region, Service: service}, at) {
		return s.sdk.SignHTTP(ctx, creds, r, hash, service, region, at, options...)
	}
	return nil
}

// sign signs a request. It does nothing to one that has anything unusual.
func (s *signer) sign(creds *aws.Credentials, r *http.Request, hash string, sc sigv4.Scope, at time.Time) bool {
	var payload sigv4.Sum
	if u := r.URL; r.Method != http.MethodPost || u.EscapedPath() != "/" || u.RawQuery != "" || u.Opaque != "" ||
		copy(payload[:], hash) != len(hash) || len(hash) != len(payload) {
		return false
	}
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	if strings.HasSuffix(host, ":80") || strings.HasSuffix(host, ":443") {
		return false // it may be that the port is not signed
	}
	var room [16]sigv4.Field
	fields := append(room[:0], sigv4.Field{Name: "host", Value: host})
	if r.ContentLength > 0 {
		fields = insert(fields, "content-length", strconv.FormatInt(r.ContentLength, 10))
	}
	values := []string{s.own.Date(at), "", creds.SessionToken}
	fields = insert(fields, "x-amz-date", values[0])
	if creds.SessionToken != "" {
		fields = insert(fields, "x-amz-security-token", creds.SessionToken)
	}
	for name, v := range r.Header {
		switch name {
		case "Authorization", "User-Agent", "X-Amzn-Trace-Id", "Expect", "Transfer-Encoding", "Content-Length":
			continue // not signed, or not from here
		case "X-Amz-Date":
			continue // set anew
		case "X-Amz-Security-Token":
			if creds.SessionToken != "" {
				continue
			}
		}
		lower, ok := lowerNames[name]
		if !ok || len(v) != 1 || len(fields) == len(room) {
			return false
		}
		fields = insert(fields, lower, v[0])
	}
	values[1] = s.own.Authorization(creds, sc, "/", values[0], fields, payload)
	r.Header["X-Amz-Date"], r.Header["Authorization"] = values[0:1:1], values[1:2:2]
	if creds.SessionToken != "" {
		r.Header["X-Amz-Security-Token"] = values[2:3:3]
	}
	return true
}

// lowerNames are the headers that the SDK sets in requests of DynamoDB, and which are signed.
var lowerNames = map[string]string{
	"Accept-Encoding": "accept-encoding", "Amz-Sdk-Invocation-Id": "amz-sdk-invocation-id",
	"Amz-Sdk-Request": "amz-sdk-request", "Content-Type": "content-type", "X-Amz-Target": "x-amz-target",
}

// insert puts a field in its place among others, which are in the order of their names.
func insert(fields []sigv4.Field, name, value string) []sigv4.Field {
	i := len(fields)
	fields = append(fields, sigv4.Field{})
	for ; i > 0 && fields[i-1].Name > name; i-- {
		fields[i] = fields[i-1]
	}
	fields[i] = sigv4.Field{Name: name, Value: value}
	return fields
}

// fastSchemes returns the authentication of a client with a signer of ours in the place of the SDK's own, nil if it has
// another one.
func fastSchemes(o *dynamodb.Options) []smithyhttp.AuthScheme {
	sdk := signerOf(o.AuthSchemes)
	if sdk == nil {
		return nil
	}
	s := &signer{sdk: sdk}
	if !s.same() {
		return nil
	}
	mine := dynamodb.New(dynamodb.Options{
		HTTPSignerV4: s, Logger: o.Logger, ClientLogMode: o.ClientLogMode, Region: o.Region, Retryer: aws.NopRetryer{},
	}).Options().AuthSchemes
	if len(mine) != 1 || reflect.TypeOf(mine[0]) != reflect.TypeOf(o.AuthSchemes[0]) || mine[0].SchemeID() != o.AuthSchemes[0].SchemeID() {
		return nil
	}
	return mine
}

// signerOf returns the SDK's own signer if a client signs with nothing else. It is found in a type of the SDK that
// cannot be named.
func signerOf(schemes []smithyhttp.AuthScheme) *v4.Signer {
	if len(schemes) != 1 || schemes[0] == nil {
		return nil
	}
	reference := plainOptions().AuthSchemes
	if len(reference) != 1 || reflect.TypeOf(schemes[0]) != reflect.TypeOf(reference[0]) {
		return nil
	}
	adapter, usual := schemes[0].Signer(), reference[0].Signer()
	if reflect.TypeOf(adapter) != reflect.TypeOf(usual) {
		return nil
	}
	v := reflect.Indirect(reflect.ValueOf(adapter))
	if v.Kind() != reflect.Struct {
		return nil
	}
	field := v.FieldByName("Signer")
	if !field.IsValid() || !field.CanInterface() {
		return nil
	}
	s, _ := field.Interface().(*v4.Signer)
	return s
}

// same reports whether the SDK's signer makes of a trial request what ours does.
func (s *signer) same() bool {
	creds := aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret", SessionToken: " token  with spaces"}
	at := time.Unix(1_750_000_000, 0)
	trial := func(sign func(r *http.Request) bool) http.Header {
		r, err := http.NewRequest(http.MethodPost, "https://trial.invalid/", http.NoBody)
		if err != nil {
			return nil
		}
		r.ContentLength = 2
		for name := range lowerNames {
			r.Header.Set(name, " a  value of "+name)
		}
		if !sign(r) {
			return nil
		}
		return r.Header
	}
	hash := sigv4.Hash([]byte("{}"))
	own := trial(func(r *http.Request) bool {
		return s.sign(&creds, r, string(hash[:]), sigv4.Scope{Region: "r", Service: "s"}, at)
	})
	sdk := trial(func(r *http.Request) bool {
		return s.sdk.SignHTTP(context.Background(), creds, r, string(hash[:]), "s", "r", at) == nil
	})
	return own != nil && reflect.DeepEqual(own, sdk)
}
