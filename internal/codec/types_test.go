package codec

import "github.com/dyntable/dyn/internal/codec/codectest"

type (
	text      = codectest.Text
	octets    = codectest.Octets
	moment    = codectest.Moment
	halfRead  = codectest.HalfRead
	Inner     = codectest.Inner
	Tree      = codectest.Tree
	OnPointer = codectest.OnPointer
	OnValue   = codectest.OnValue
	declined  = codectest.Declined
)
