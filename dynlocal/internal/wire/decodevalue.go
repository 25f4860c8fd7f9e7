package wire

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/jsonscan"
)

const valueClass = "com.amazonaws.dynamodb.v20120810.AttributeValue"

// maxDepth is how deeply lists and maps are read. Values beyond what the service stores must still reach it to be
// refused, but not take the stack with them.
const maxDepth = 200

// readValue decodes an attribute value that lies in depth lists and maps.
func readValue(s *jsonscan.Scanner, depth int, otherwise string) types.AttributeValue {
	var v types.AttributeValue
	n := 0
	s.Object("class "+valueClass, otherwise, func(name string) {
		if s.Null() {
			return
		}
		if member := readMember(s, name, depth); member != nil {
			v = member
			n++
		}
	})
	if n > 1 {
		return &types.UnknownUnionMember{}
	}
	return v
}

// readValues decodes an object of attribute values.
func readValues(s *jsonscan.Scanner, depth int, otherwise string) map[string]types.AttributeValue {
	m := map[string]types.AttributeValue{}
	s.Object("java.util.Map<java.lang.String, "+valueClass+">", otherwise, func(name string) {
		m[name] = readValue(s, depth, jsonscan.UnexpectedValue)
	})
	return m
}

// readMember decodes what follows the type's name. It gives nil for a name that is none.
func readMember(s *jsonscan.Scanner, name string, depth int) types.AttributeValue {
	switch name {
	case "S":
		return &types.AttributeValueMemberS{Value: s.Text()}
	case "N":
		return &types.AttributeValueMemberN{Value: s.Text()}
	case "B":
		return &types.AttributeValueMemberB{Value: []byte(s.Blob())}
	case "BOOL":
		return &types.AttributeValueMemberBOOL{Value: s.Bool()}
	case "NULL":
		return &types.AttributeValueMemberNULL{Value: s.Bool()}
	case "SS":
		return &types.AttributeValueMemberSS{Value: readTexts(s)}
	case "NS":
		return &types.AttributeValueMemberNS{Value: readTexts(s)}
	case "BS":
		blobs := [][]byte{}
		s.Array(jsonscan.UnexpectedField, func() { blobs = append(blobs, []byte(s.Blob())) })
		return &types.AttributeValueMemberBS{Value: blobs}
	case "L", "M":
		return readDocument(s, name, depth+1)
	}
	s.Skip()
	return nil
}

func readTexts(s *jsonscan.Scanner) []string {
	texts := []string{}
	s.Array(jsonscan.UnexpectedField, func() { texts = append(texts, s.Text()) })
	return texts
}

func readDocument(s *jsonscan.Scanner, name string, depth int) types.AttributeValue {
	if depth > maxDepth {
		s.Fail("")
		return nil
	}
	if name == "M" {
		return &types.AttributeValueMemberM{Value: readValues(s, depth, jsonscan.UnexpectedField)}
	}
	elems := []types.AttributeValue{}
	s.Array(jsonscan.UnexpectedField, func() { elems = append(elems, readValue(s, depth, jsonscan.UnexpectedValue)) })
	return &types.AttributeValueMemberL{Value: elems}
}
