package jsonscan

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
)

// Text reads a string.
func (s *Scanner) Text() string {
	if s.Peek() == '"' {
		return s.Quoted()
	}
	s.mismatch("String")
	return ""
}

// Bool reads a boolean, or one of the words that the service takes for one.
func (s *Scanner) Bool() bool {
	switch s.Peek() {
	case 't', 'f':
		return s.Literal() == "true"
	case '"':
		switch strings.ToLower(s.Quoted()) {
		case "true", "yes", "1":
			return true
		case "false", "no", "0":
			return false
		}
		s.Fail("Unexpected token received from parser")
		return false
	}
	s.mismatch("Boolean")
	return false
}

// Int reads a whole number between the bounds; scalar is what the service calls the type. Fractions are cut off and what
// is out of bounds becomes the bound, as in a Java cast.
func (s *Scanner) Int(scalar string, least, most int64) int64 {
	if c := s.Peek(); c != '-' && (c < '0' || c > '9') {
		s.mismatch(scalar)
		return 0
	}
	text := s.Number()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f, _ := strconv.ParseFloat(text, 64)
		n = cast(f)
	}
	return min(max(n, least), most)
}

// cast turns a float into an integer as Java does.
func cast(f float64) int64 {
	switch {
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

// Float reads a number; scalar is what the service calls the type.
func (s *Scanner) Float(scalar string) float64 {
	if c := s.Peek(); c != '-' && (c < '0' || c > '9') {
		s.mismatch(scalar)
		return 0
	}
	f, _ := strconv.ParseFloat(s.Number(), 64)
	return f
}

// Blob reads base64, and gives the bytes as a string.
func (s *Scanner) Blob() string {
	switch s.Peek() {
	case '"':
	case '{', '[':
		s.mismatch("")
		return ""
	default:
		s.Misplaced("only base-64-encoded strings are convertible to bytes")
		return ""
	}
	text := s.Quoted()
	if len(text)%4 != 0 {
		s.Fail("Base64 encoded length is expected a multiple of 4 bytes but found: " + strconv.Itoa(len(text)))
		return ""
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		s.Fail("Invalid last non-pad Base64 character dectected")
	}
	return string(raw)
}

// mismatch fails because the next token is no value of the scalar type; "" stands for a blob.
func (s *Scanner) mismatch(scalar string) {
	switch c := s.Peek(); c {
	case '{':
		s.Fail(UnexpectedStructure)
	case '[':
		class := "java.lang." + scalar
		if scalar == "" {
			class = "java.nio.ByteBuffer"
		}
		s.Fail("Unrecognized collection type class " + class)
	case 't', 'f', 'n':
		s.Fail(strings.ToUpper(s.Literal()) + "_VALUE cannot be converted to " + scalar)
	case '"':
		s.Fail("STRING_VALUE cannot be converted to " + scalar)
	default:
		token := "NUMBER"
		if strings.ContainsAny(s.Number(), ".eE") {
			token = "DECIMAL"
		}
		s.Fail(token + "_VALUE cannot be converted to " + scalar)
	}
}
