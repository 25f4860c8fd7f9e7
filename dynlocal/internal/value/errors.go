package value

// ValidationError is a refusal that the service answers with the code ValidationException. The service checks values in
// one of two ways, by operation, and they differ in some messages.
type ValidationError struct {
	Message string
	Older   string // the message of the older way, "" if it is the same
}

// Error returns the service's message.
func (e *ValidationError) Error() string { return e.Message }

// OlderError returns the message of the older way.
func (e *ValidationError) OlderError() string {
	if e.Older != "" {
		return e.Older
	}
	return e.Message
}

// SerializationError is a refusal that the service answers with the code SerializationException.
type SerializationError struct{ Message string }

// Error returns the service's message.
func (e *SerializationError) Error() string { return e.Message }

const invalidPrefix = "One or more parameter values were invalid: "

func invalidParameter(what string) error {
	return &ValidationError{Message: invalidPrefix + what}
}

var (
	errEmptyName  = &ValidationError{Message: "Empty attribute name"}
	errEmptyValue = &ValidationError{Message: "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"}
	errManyTypes  = &ValidationError{Message: "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"}
	errNesting    = &ValidationError{Message: "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"}
	errNull       = &ValidationError{Message: "One or more parameter values were invalid: Null attribute value types must have the value of true"}
	errOverflow   = &ValidationError{Message: "Number overflow. Attempting to store a number with magnitude larger than supported range"}
	errUnderflow  = &ValidationError{Message: "Number underflow. Attempting to store a number with magnitude smaller than supported range"}
	errPrecision  = &ValidationError{Message: "Attempting to store more than 38 significant digits in a Number"}
)
