package conformance

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// show writes an input as it would be seen on the wire.
func show(in any) string {
	text, err := json.Marshal(normal(reflect.ValueOf(in)))
	if err != nil {
		return fmt.Sprintf("%#v", in)
	}
	return operationName(in) + " " + string(text)
}
