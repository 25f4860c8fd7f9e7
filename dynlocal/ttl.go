package dynlocal

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (c *call) updateTimeToLive(in *dynamodb.UpdateTimeToLiveInput) (*dynamodb.UpdateTimeToLiveOutput, error) {
	if err := checkTable(in.TableName); err != nil {
		return nil, err
	}
	var v violations
	spec := in.TimeToLiveSpecification
	if v.required("timeToLiveSpecification", spec != nil) {
		v.required("timeToLiveSpecification.enabled", spec.Enabled != nil)
		if v.required("timeToLiveSpecification.attributeName", spec.AttributeName != nil) && *spec.AttributeName == "" {
			v.add("''", "timeToLiveSpecification.attributeName", "Member must have length greater than or equal to 1")
		}
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	t, err := c.namedTable(in.TableName)
	if err != nil {
		return nil, err
	}
	next := *t
	if err := next.setTTL(*spec.Enabled, *spec.AttributeName); err != nil {
		return nil, err
	}
	if err := c.db.commit(&edit{space: c.space, at: c.db.clock(), table: &next}); err != nil {
		return nil, err
	}
	return &dynamodb.UpdateTimeToLiveOutput{TimeToLiveSpecification: &types.TimeToLiveSpecification{
		Enabled: aws.Bool(*spec.Enabled), AttributeName: aws.String(*spec.AttributeName),
	}}, nil
}

func (t *table) setTTL(enabled bool, name string) error {
	switch {
	case enabled && t.ttl == name:
		return invalid("TimeToLive is already enabled")
	case enabled && t.ttl != "":
		return invalidf("TimeToLive is active on a different AttributeName: current AttributeName is %s", t.ttl)
	case !enabled && t.ttl == "":
		return invalid("TimeToLive is already disabled")
	case !enabled && t.ttl != name:
		return invalidf("TimeToLive is active on a different AttributeName: current AttributeName is %s", t.ttl)
	}
	t.ttl = ""
	if enabled {
		t.ttl = name
	}
	return nil
}

func (c *call) describeTimeToLive(in *dynamodb.DescribeTimeToLiveInput) (*dynamodb.DescribeTimeToLiveOutput, error) {
	if err := checkTable(in.TableName); err != nil {
		return nil, err
	}
	c.db.mu.RLock()
	defer c.db.mu.RUnlock()
	t, err := c.namedTable(in.TableName)
	if err != nil {
		return nil, err
	}
	d := &types.TimeToLiveDescription{TimeToLiveStatus: types.TimeToLiveStatusDisabled}
	if t.ttl != "" {
		d.TimeToLiveStatus, d.AttributeName = types.TimeToLiveStatusEnabled, aws.String(t.ttl)
	}
	return &dynamodb.DescribeTimeToLiveOutput{TimeToLiveDescription: d}, nil
}
