package dynlocal

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The service's limits on tags.
const (
	maxTags    = 50
	maxTagPage = 10
)

func (c *call) tagResource(in *dynamodb.TagResourceInput) (*dynamodb.TagResourceOutput, error) {
	if err := checkResource(in.ResourceArn); err != nil {
		return nil, err
	}
	var v violations
	v.tags(in.Tags)
	if err := v.err(); err != nil {
		return nil, err
	}
	if len(in.Tags) == 0 {
		return nil, invalid("Atleast one Tag needs to be provided as Input.")
	}
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	t, err := c.table(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	tags := slices.Clone(t.settings.tags)
	for _, tag := range in.Tags {
		tags = append(withoutTags(tags, *tag.Key), *clone(&tag))
	}
	if len(tags) > maxTags {
		return nil, &types.LimitExceededException{Message: aws.String("One or more parameter values were invalid: Too many Tags: the limit is 50")}
	}
	if err := c.setTags(t, tags); err != nil {
		return nil, err
	}
	return &dynamodb.TagResourceOutput{}, nil
}

// setTags defines the table anew, with the tags.
func (c *call) setTags(t *table, tags []types.Tag) error {
	next := *t
	next.settings.tags = tags
	return c.db.commit(&edit{space: c.space, at: c.db.clock(), table: &next})
}

func (c *call) untagResource(in *dynamodb.UntagResourceInput) (*dynamodb.UntagResourceOutput, error) {
	if err := checkResource(in.ResourceArn); err != nil {
		return nil, err
	}
	if len(in.TagKeys) == 0 {
		return nil, invalid("Atleast one Tag Key needs to be provided as Input.")
	}
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	t, err := c.table(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	if err := c.setTags(t, withoutTags(slices.Clone(t.settings.tags), in.TagKeys...)); err != nil {
		return nil, err
	}
	return &dynamodb.UntagResourceOutput{}, nil
}

// withoutTags removes the keys from tags, which it may change.
func withoutTags(tags []types.Tag, keys ...string) []types.Tag {
	return slices.DeleteFunc(tags, func(t types.Tag) bool { return slices.Contains(keys, *t.Key) })
}

func (c *call) listTagsOfResource(in *dynamodb.ListTagsOfResourceInput) (*dynamodb.ListTagsOfResourceOutput, error) {
	if err := checkResource(in.ResourceArn); err != nil {
		return nil, err
	}
	c.db.mu.RLock()
	defer c.db.mu.RUnlock()
	t, err := c.table(in.ResourceArn)
	if err != nil {
		return nil, apiError("AccessDeniedException", "User: arn:aws:iam::"+accountNumber+":root is not authorized to perform: "+
			"dynamodb:ListTagsOfResource on resource: "+*in.ResourceArn)
	}
	all := clone(&struct{ Tags []types.Tag }{t.settings.tags}).Tags
	if token := aws.ToString(in.NextToken); token != "" {
		at := slices.IndexFunc(all, func(t types.Tag) bool { return *t.Key == token })
		all = all[at+1:]
	}
	out := &dynamodb.ListTagsOfResourceOutput{Tags: all}
	if len(all) > maxTagPage {
		out.Tags = all[:maxTagPage]
		out.NextToken = aws.String(*all[maxTagPage-1].Key)
	}
	return out, nil
}

func checkResource(arn *string) error {
	if !strings.HasPrefix(aws.ToString(arn), "arn:") || !strings.Contains(*arn, ":table/") {
		return errTableARN(arn)
	}
	return nil
}
