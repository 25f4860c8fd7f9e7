package journal

import "errors"

// ErrLocked is the error of [Lock] for what another process, or this one, has locked.
var ErrLocked = errors.New("in use by another process")
