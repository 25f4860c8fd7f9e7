package wire

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// FuzzResponse answers with any body and compares with the SDK: where the sink gets items, they and the rest of the
// output are the SDK's.
func FuzzResponse(f *testing.F) {
	for _, tt := range responses {
		f.Add([]byte(tt.body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c := newClient(always(200, string(body), nil), func(o *dynamodb.Options) { o.RetryMaxAttempts = 1 })
		sink := &parsed{}
		call := mustClient(t, c).Call(sink)
		got, err := query(c, call.Option())
		want, wantErr := sdk(query, c)
		if errors.Is(wantErr, errPanic) {
			return
		}
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("error %v, SDK's %v", err, wantErr)
		}
		if err != nil {
			return
		}
		if call.Direct() {
			out := got.(dynamodb.QueryOutput)
			out.Items = sink.items
			if sink.items == nil && want.(dynamodb.QueryOutput).Items != nil {
				out.Items = []item{}
			}
			got = out
		}
		compare(t, got, want)
	})
}
