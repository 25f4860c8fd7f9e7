package dynhttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynhttp"
	"github.com/dyntable/dyn/dynlocal"
)

func clientOf(url string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(url), RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	})
}

// A handler leaves the answer to an error to dynhttp, and the error to its log.
func ExampleError() {
	ctx := context.Background()
	svc, err := dyn.NewService(dynlocal.New().Client(), dyn.Table{Name: "hotel"})
	if err != nil {
		log.Fatal(err)
	}
	guests, err := dyn.NewEntity[Guest](svc)
	if err != nil {
		log.Fatal(err)
	}
	if err := svc.EnsureTable(ctx); err != nil {
		log.Fatal(err)
	}
	handler := func(w http.ResponseWriter, r *http.Request) {
		guest, err := guests.Get(r.Context(), Guest{Email: r.FormValue("email")})
		if err != nil {
			dynhttp.Error(w, err)
			return
		}
		_ = json.NewEncoder(w).Encode(guest)
	}

	w := httptest.NewRecorder()
	handler(w, httptest.NewRequest("GET", "/guest?email=ann@example.com", nil))
	fmt.Println(w.Code, w.Body)

	if _, err := guests.Put(ctx, Guest{Email: "ann@example.com", Name: "Ann", Room: "large"}); err != nil {
		log.Fatal(err)
	}
	w = httptest.NewRecorder()
	handler(w, httptest.NewRequest("GET", "/guest?email=ann@example.com", nil))
	fmt.Println(w.Code, w.Body)
	// Output:
	// 404 not found
	//
	// 200 {"Email":"ann@example.com","Name":"Ann","Room":"large"}
}
