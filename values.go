package dyn

import (
	"bytes"
	"encoding/base64"
	"math/big"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxItem is the most bytes an item may have, names included.
const maxItem = 400 * 1024

// itemSize returns the size of an item as DynamoDB counts it.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
func itemSize(item map[string]types.AttributeValue) int {
	n := 0
	for name, av := range item {
		n += len(name) + valueSize(av)
	}
	return n
}

func valueSize(av types.AttributeValue) int {
	n := 0
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return numberSize(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberSS:
		for _, s := range v.Value {
			n += len(s)
		}
	case *types.AttributeValueMemberNS:
		for _, s := range v.Value {
			n += numberSize(s)
		}
	case *types.AttributeValueMemberBS:
		for _, s := range v.Value {
			n += len(s)
		}
	case *types.AttributeValueMemberL:
		n = 3
		for _, e := range v.Value {
			n += 1 + valueSize(e)
		}
	case *types.AttributeValueMemberM:
		n = 3
		for name, e := range v.Value {
			n += len(name) + 1 + valueSize(e)
		}
	default:
		return 1 // BOOL, NULL
	}
	return n
}

// numberSize counts two digits a byte, without leading and trailing zeros.
func numberSize(s string) int {
	negative := strings.HasPrefix(s, "-")
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		s = s[:i]
	}
	whole, frac, _ := strings.Cut(strings.TrimLeft(s, "+-"), ".")
	whole, frac = strings.TrimLeft(whole, "0"), strings.TrimRight(frac, "0")
	if frac == "" {
		whole = strings.TrimRight(whole, "0")
	}
	n := 1 + (len(whole)+1)/2 + (len(frac)+1)/2
	if negative {
		n++
	}
	return n
}

// wireSize returns about how many bytes an item has in a request, as JSON, not
// less.
func wireSize(item rawItem) int {
	n := len("{}")
	for name, av := range item {
		n += textSize(name) + len(":,") + valueWireSize(av)
	}
	return n
}

func valueWireSize(av types.AttributeValue) int {
	const typed = len(`{"SS":},`)
	n := typed + len("[]")
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		n += textSize(v.Value)
	case *types.AttributeValueMemberN:
		n += textSize(v.Value)
	case *types.AttributeValueMemberB:
		n += binarySize(v.Value)
	case *types.AttributeValueMemberSS:
		for _, s := range v.Value {
			n += textSize(s)
		}
	case *types.AttributeValueMemberNS:
		for _, s := range v.Value {
			n += textSize(s)
		}
	case *types.AttributeValueMemberBS:
		for _, s := range v.Value {
			n += binarySize(s)
		}
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			n += valueWireSize(e)
		}
	case *types.AttributeValueMemberM:
		n += wireSize(v.Value)
	default:
		n += len(`"BOOL":false`)
	}
	return n
}

// textSize counts quotes, a comma, and what may be written as an escape.
func textSize(s string) int {
	n := len(s) + len(`"",`)
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c == 0x7f || c == '<' || c == '>' || c == '&' || c == 0xe2: // U+2028 starts so
			n += len(`\u0000`) - 1
		case c == '"' || c == '\\':
			n++
		}
	}
	return n
}

func binarySize(b []byte) int { return base64.StdEncoding.EncodedLen(len(b)) + len(`"",`) }

// less reports whether a sorts before b; both are of one type: S, N or B.
func less(a, b types.AttributeValue) bool {
	switch a := a.(type) {
	case *types.AttributeValueMemberS:
		b, ok := b.(*types.AttributeValueMemberS)
		return ok && a.Value < b.Value
	case *types.AttributeValueMemberB:
		b, ok := b.(*types.AttributeValueMemberB)
		return ok && bytes.Compare(a.Value, b.Value) < 0
	case *types.AttributeValueMemberN:
		b, ok := b.(*types.AttributeValueMemberN)
		if !ok {
			return false
		}
		x, okX := new(big.Rat).SetString(a.Value)
		y, okY := new(big.Rat).SetString(b.Value)
		return okX && okY && x.Cmp(y) < 0
	}
	return false
}
