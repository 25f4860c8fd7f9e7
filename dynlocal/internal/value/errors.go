package value

// ValidationError is a refusal that the service answers with the code ValidationException.
type ValidationError struct{ Message string }

// Error returns the service's message.
func (e *ValidationError) Error() string { return e.Message }

// SerializationError is a refusal that the service answers with the code SerializationException.
type SerializationError struct{ Message string }

// Error returns the service's message.
func (e *SerializationError) Error() string { return e.Message }

func invalidParameter(what string) error {
	return &ValidationError{"One or more parameter values were invalid: " + what}
}

var (
	errEmptyValue = &ValidationError{"Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"}
	errManyTypes  = &ValidationError{"Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"}
	errNesting    = &ValidationError{"Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"}
	errNull       = &ValidationError{"One or more parameter values were invalid: Null attribute value types must have the value of true"}
	errOverflow   = &ValidationError{"Number overflow. Attempting to store a number with magnitude larger than supported range"}
	errUnderflow  = &ValidationError{"Number underflow. Attempting to store a number with magnitude smaller than supported range"}
	errPrecision  = &ValidationError{"Attempting to store more than 38 significant digits in a Number"}
)
