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

// Int32 reads a whole number of 32 bits. Fractions are cut off, and what is out of bounds becomes the bound.
func (s *Scanner) Int32() int64 {
	return min(max(s.integer("Integer"), math.MinInt32), math.MaxInt32)
}

// Int64 reads a whole number of 64 bits, as [Scanner.Int32] does.
func (s *Scanner) Int64() int64 { return s.integer("Long") }

func (s *Scanner) integer(scalar string) int64 {
	if !s.atNumber() {
		s.mismatch(scalar)
		return 0
	}
	text := s.Number()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f, _ := strconv.ParseFloat(text, 64)
		return cast(f)
	}
	return n
}

func (s *Scanner) atNumber() bool {
	c := s.Peek()
	return c == '-' || '0' <= c && c <= '9'
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
	if !s.atNumber() {
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
