package dynlocal

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/expr"
	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// maxTotalSegments is the service's limit on the parts of a parallel scan.
const maxTotalSegments = 1000000

// listingParams are the parameters of a listing that have to be compiled.
type listingParams struct {
	keyCondition, filter, projection *string
	names                            map[string]string
	values                           map[string]types.AttributeValue
	startKey                         map[string]types.AttributeValue
}

func (v *violations) listing(l *listing) {
	v.name("indexName", l.indexName, minName)
	v.returnConsumedCapacity(l.capacity)
	enum(v, "select", l.mode, "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
}

func newQuery(in *dynamodb.QueryInput) (*listing, *expr.KeyCondition, error) {
	l := &listing{
		tableName: in.TableName, indexName: in.IndexName, limit: aws.ToInt32(in.Limit), mode: in.Select,
		consistent: aws.ToBool(in.ConsistentRead), capacity: in.ReturnConsumedCapacity,
		isQuery: true, backward: in.ScanIndexForward != nil && !*in.ScanIndexForward,
	}
	if err := checkTable(in.TableName); err != nil {
		return nil, nil, err
	}
	var v violations
	v.listing(l)
	if in.Limit != nil && *in.Limit < 1 {
		v.addHidden("Limit", "Member must have value greater than or equal to 1")
	}
	if err := v.err(); err != nil {
		return nil, nil, err
	}
	exprs := []param{
		{"ProjectionExpression", in.ProjectionExpression != nil},
		{"FilterExpression", in.FilterExpression != nil},
		{"KeyConditionExpression", in.KeyConditionExpression != nil},
	}
	if err := refuseLegacy(exprs, param{"AttributesToGet", in.AttributesToGet != nil},
		param{"QueryFilter", in.QueryFilter != nil}, param{"ConditionalOperator", in.ConditionalOperator != ""},
		param{"KeyConditions", in.KeyConditions != nil}); err != nil {
		return nil, nil, err
	}
	cond, err := l.compile(listingParams{
		keyCondition: in.KeyConditionExpression, filter: in.FilterExpression, projection: in.ProjectionExpression,
		names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues, startKey: in.ExclusiveStartKey,
	})
	return l, cond, err
}

func newScan(in *dynamodb.ScanInput) (*listing, error) {
	l := &listing{
		tableName: in.TableName, indexName: in.IndexName, limit: aws.ToInt32(in.Limit), mode: in.Select,
		consistent: aws.ToBool(in.ConsistentRead), capacity: in.ReturnConsumedCapacity,
	}
	if err := checkTable(in.TableName); err != nil {
		return nil, err
	}
	var v violations
	v.listing(l)
	minimum(&v, "limit", in.Limit, 1)
	minimum(&v, "totalSegments", in.TotalSegments, 1)
	maximum(&v, "totalSegments", in.TotalSegments, maxTotalSegments)
	minimum(&v, "segment", in.Segment, 0)
	maximum(&v, "segment", in.Segment, maxTotalSegments-1)
	if err := v.err(); err != nil {
		return nil, err
	}
	exprs := []param{
		{"ProjectionExpression", in.ProjectionExpression != nil}, {"FilterExpression", in.FilterExpression != nil},
	}
	if err := refuseLegacy(exprs, param{"AttributesToGet", in.AttributesToGet != nil},
		param{"ScanFilter", in.ScanFilter != nil}, param{"ConditionalOperator", in.ConditionalOperator != ""}); err != nil {
		return nil, err
	}
	if err := checkSegments(in.Segment, in.TotalSegments); err != nil {
		return nil, err
	}
	_, err := l.compile(listingParams{
		filter: in.FilterExpression, projection: in.ProjectionExpression,
		names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues, startKey: in.ExclusiveStartKey,
	})
	return l, err
}

func checkSegments(segment, total *int32) error {
	switch {
	case segment == nil && total == nil:
		return nil
	case total == nil:
		return invalid("The TotalSegments parameter is required but was not present in the request when Segment parameter is present")
	case segment == nil:
		return invalid("The Segment parameter is required but was not present in the request when parameter TotalSegments is present")
	case *segment >= *total:
		return invalidf("The Segment parameter is zero-based and must be less than parameter TotalSegments: "+
			"Segment: %d is not less than TotalSegments: %d", *segment, *total)
	}
	return nil
}

// compile converts the start key and compiles the expressions.
func (l *listing) compile(p listingParams) (*expr.KeyCondition, error) {
	if err := l.checkSelect(p.projection != nil); err != nil {
		return nil, err
	}
	if p.startKey != nil {
		var err error
		if l.startKey, err = value.FromSDK(p.startKey); err != nil {
			return nil, invalid("The provided starting key is invalid: " + err.Error())
		}
		l.hasStart = true
	}
	exprs := []param{{"FilterExpression", p.filter != nil}, {"ProjectionExpression", p.projection != nil}}
	if l.isQuery {
		exprs = append(exprs[:1:1], param{"KeyConditionExpression", p.keyCondition != nil}, exprs[1])
	}
	env, err := environment(p.names, p.values, exprs...)
	if err != nil {
		return nil, err
	}
	if l.filter, err = condition(expr.FilterExpression, p.filter, env); err != nil {
		return nil, err
	}
	if l.projection, err = projection(p.projection, env); err != nil {
		return nil, err
	}
	var cond *expr.KeyCondition
	if l.isQuery {
		if cond, err = keyCondition(p.keyCondition, env); err != nil {
			return nil, err
		}
	}
	return cond, unused(env)
}

func keyCondition(src *string, env *expr.Env) (*expr.KeyCondition, error) {
	if src == nil {
		return nil, invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	cond, err := expr.ParseKeyCondition(*src, env)
	return cond, valueError(err)
}

// checkSelect checks that Select and the projection agree.
func (l *listing) checkSelect(projected bool) error {
	switch {
	case projected && l.mode != "" && l.mode != types.SelectSpecificAttributes:
		if l.mode == types.SelectCount {
			return invalid("Cannot specify the ProjectionExpression when choosing to get only the Count")
		}
		return invalidf("Cannot specify the ProjectionExpression when choosing to get %s", l.mode)
	case l.mode == types.SelectSpecificAttributes && !projected:
		return invalid("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	case l.mode == types.SelectAllProjectedAttributes && l.indexName == nil:
		return invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
	}
	return nil
}
