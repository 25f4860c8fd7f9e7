package value

// ItemFromJSON decodes an item from DynamoDB JSON: an object of attribute values. Errors are *[SerializationError] when
// the shape is wrong, else *[ValidationError].
func ItemFromJSON(data []byte) (Item, error) { panic("todo") }

// FromJSON decodes one attribute value from DynamoDB JSON; errors are as for [ItemFromJSON].
func FromJSON(data []byte) (Value, error) { panic("todo") }

// AppendJSON appends the item in DynamoDB JSON.
func (it Item) AppendJSON(dst []byte) []byte { panic("todo") }

// AppendJSON appends the value in DynamoDB JSON.
func (v Value) AppendJSON(dst []byte) []byte { panic("todo") }
