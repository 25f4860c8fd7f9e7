package dynlocal

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The service's default quotas of provisioned capacity, in units.
const (
	accountCapacity = 80000
	tableCapacity   = 40000
)

func (c *call) describeLimits(*dynamodb.DescribeLimitsInput) (*dynamodb.DescribeLimitsOutput, error) {
	return &dynamodb.DescribeLimitsOutput{
		AccountMaxReadCapacityUnits: aws.Int64(accountCapacity), AccountMaxWriteCapacityUnits: aws.Int64(accountCapacity),
		TableMaxReadCapacityUnits: aws.Int64(tableCapacity), TableMaxWriteCapacityUnits: aws.Int64(tableCapacity),
	}, nil
}

func (c *call) describeEndpoints(*dynamodb.DescribeEndpointsInput) (*dynamodb.DescribeEndpointsOutput, error) {
	return &dynamodb.DescribeEndpointsOutput{Endpoints: []types.Endpoint{{
		Address: aws.String("dynamodb." + c.space.id.region + ".amazonaws.com"), CachePeriodInMinutes: 24 * 60,
	}}}, nil
}
