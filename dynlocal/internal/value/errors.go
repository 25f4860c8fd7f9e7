package value

// ValidationError is a refusal that the service answers with the code ValidationException.
type ValidationError struct{ Message string }

// Error returns the service's message.
func (e *ValidationError) Error() string { return e.Message }

// SerializationError is a refusal that the service answers with the code SerializationException.
type SerializationError struct{ Message string }

// Error returns the service's message.
func (e *SerializationError) Error() string { return e.Message }
