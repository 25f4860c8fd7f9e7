package value

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// FromSDK validates and converts an item; errors are *[ValidationError].
func FromSDK(m map[string]types.AttributeValue) (Item, error) { panic("todo") }

// ValueFromSDK validates and converts one value; errors are *[ValidationError].
func ValueFromSDK(av types.AttributeValue) (Value, error) { panic("todo") }

// SDK returns the item as the SDK represents it.
func (it Item) SDK() map[string]types.AttributeValue { panic("todo") }

// SDK returns the value as the SDK represents it, nil for the zero Value.
func (v Value) SDK() types.AttributeValue { panic("todo") }
