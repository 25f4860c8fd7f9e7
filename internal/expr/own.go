package expr

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Owned returns c with values of its own where it compares a path with values.
func (c Cond) Owned() Cond {
	c.Shared = true
	c.Args = slices.Clone(c.Args)
	for i := range c.Args {
		c.Args[i].Value = Own(c.Args[i].Value)
	}
	return c
}

// Own returns a copy of a value that is part of many requests, for one of them:
// who is shown a request may change what it holds.
func Own(av types.AttributeValue) types.AttributeValue {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		return &types.AttributeValueMemberS{Value: v.Value}
	case *types.AttributeValueMemberN:
		return &types.AttributeValueMemberN{Value: v.Value}
	case *types.AttributeValueMemberB:
		return &types.AttributeValueMemberB{Value: slices.Clone(v.Value)}
	case *types.AttributeValueMemberBOOL:
		return &types.AttributeValueMemberBOOL{Value: v.Value}
	case *types.AttributeValueMemberNULL:
		return &types.AttributeValueMemberNULL{Value: v.Value}
	case *types.AttributeValueMemberSS:
		return &types.AttributeValueMemberSS{Value: slices.Clone(v.Value)}
	case *types.AttributeValueMemberNS:
		return &types.AttributeValueMemberNS{Value: slices.Clone(v.Value)}
	case *types.AttributeValueMemberBS:
		own := slices.Clone(v.Value)
		for i := range own {
			own[i] = slices.Clone(own[i])
		}
		return &types.AttributeValueMemberBS{Value: own}
	case *types.AttributeValueMemberL:
		own := slices.Clone(v.Value)
		for i := range own {
			own[i] = Own(own[i])
		}
		return &types.AttributeValueMemberL{Value: own}
	case *types.AttributeValueMemberM:
		own := maps.Clone(v.Value)
		for name := range own {
			own[name] = Own(own[name])
		}
		return &types.AttributeValueMemberM{Value: own}
	}
	return av
}
