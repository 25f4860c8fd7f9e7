package dynlocal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/expr"
	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// violations collects the breaches of the constraints that the service's model declares. They are checked before
// anything else and reported together.
type violations struct{ texts []string }

func (v *violations) add(shown, member, constraint string) {
	v.texts = append(v.texts, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: %s", shown, member, constraint))
}

// addHidden is add for the members whose value the service's messages leave out.
func (v *violations) addHidden(member, constraint string) {
	v.texts = append(v.texts, fmt.Sprintf("Value at '%s' failed to satisfy constraint: %s", member, constraint))
}

// err gives the collected breaches as one error, nil if there are none.
func (v *violations) err() error {
	switch len(v.texts) {
	case 0:
		return nil
	case 1:
		return invalid("1 validation error detected: " + v.texts[0])
	}
	return invalidf("%d validation errors detected: %s", len(v.texts), strings.Join(v.texts, "; "))
}

func quoted(s string) string { return "'" + s + "'" }

// required checks that a member is present, and reports whether it is.
func (v *violations) required(member string, present bool) bool {
	if !present {
		v.add("null", member, "Member must not be null")
	}
	return present
}

// enum checks that a member is one of the values. The zero value is an absent member.
func enum[T ~string](v *violations, member string, got T, values ...T) {
	if got == "" || slices.Contains(values, got) {
		return
	}
	names := make([]string, len(values))
	for i, x := range values {
		names[i] = string(x)
	}
	v.add(quoted(string(got)), member, "Member must satisfy enum value set: ["+strings.Join(names, ", ")+"]")
}

// minimum checks a number's lower bound.
func minimum[T int32 | int64](v *violations, member string, n *T, least T) {
	if n != nil && *n < least {
		v.add(quoted(fmt.Sprint(*n)), member, fmt.Sprintf("Member must have value greater than or equal to %d", least))
	}
}

// maximum checks a number's upper bound.
func maximum[T int32 | int64](v *violations, member string, n *T, most T) {
	if n != nil && *n > most {
		v.add(quoted(fmt.Sprint(*n)), member, fmt.Sprintf("Member must have value less than or equal to %d", most))
	}
}

// Limits of names, by the service's model.
const (
	minName     = 3
	maxName     = 255
	maxAttrName = 65535
	namePattern = "[a-zA-Z0-9_.-]+"
)

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-'
}

func matchesName(s string) bool {
	for i := range len(s) {
		if !isNameByte(s[i]) {
			return false
		}
	}
	return s != ""
}

// name checks the name of a table or an index.
func (v *violations) name(member string, s *string, least int) {
	if s == nil {
		return
	}
	if len(*s) < least {
		v.add(quoted(*s), member, fmt.Sprintf("Member must have length greater than or equal to %d", least))
	}
	if len(*s) > maxName {
		v.add(quoted(*s), member, fmt.Sprintf("Member must have length less than or equal to %d", maxName))
	}
	if *s != "" && !matchesName(*s) {
		v.add(quoted(*s), member, "Member must satisfy regular expression pattern: "+namePattern)
	}
}

// length checks the length of a text.
func (v *violations) length(member string, s *string, least, most int) {
	switch {
	case s == nil:
	case len(*s) < least:
		v.add(quoted(*s), member, fmt.Sprintf("Member must have length greater than or equal to %d", least))
	case len(*s) > most:
		v.add(quoted(*s), member, fmt.Sprintf("Member must have length less than or equal to %d", most))
	}
}

// checkTable checks a required name or ARN of an existing table. The service looks at nothing else before it.
func checkTable(s *string) error {
	var v violations
	switch {
	case s == nil:
		v.required("tableName", false)
	case *s == "":
		return invalid("1 validation error detected: Value at 'TableName' failed to satisfy constraint: " +
			"Member must have length greater than or equal to 1")
	case !strings.HasPrefix(*s, "arn:"):
		v.name("tableName", s, 1)
	}
	return v.err()
}

// item checks the attribute names of a required item or key.
func (v *violations) item(member string, m map[string]types.AttributeValue) {
	if !v.required(member, m != nil) {
		return
	}
	for name := range m {
		if len(name) > maxAttrName {
			v.add(quoted(name), member, fmt.Sprintf(
				"Map keys must satisfy constraint: [Member must have length less than or equal to %d]", maxAttrName))
		}
	}
}

func (v *violations) returnConsumedCapacity(r types.ReturnConsumedCapacity) {
	enum(v, "returnConsumedCapacity", r, "INDEXES", "TOTAL", "NONE")
}

func (v *violations) returnItemCollectionMetrics(r types.ReturnItemCollectionMetrics) {
	enum(v, "returnItemCollectionMetrics", r, "SIZE", "NONE")
}

func (v *violations) returnValues(r types.ReturnValue) {
	enum(v, "returnValues", r, "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW")
}

func (v *violations) returnOnFailure(r types.ReturnValuesOnConditionCheckFailure) {
	enum(v, "returnValuesOnConditionCheckFailure", r, "ALL_OLD", "NONE")
}

// param is a parameter of a request, by the service's name for it.
type param struct {
	name    string
	present bool
}

// refuseLegacy refuses the parameters that expressions replaced: with the service's text where a request mixes both,
// else because they are not implemented here, and to ignore a condition would be worse.
func refuseLegacy(expressions []param, legacy ...param) error {
	old, now := presentNames(legacy), presentNames(expressions)
	if len(old) == 0 {
		return nil
	}
	if len(now) > 0 {
		return invalidf("Can not use both expression and non-expression parameters in the same request: "+
			"Non-expression parameters: {%s} Expression parameters: {%s}", strings.Join(old, ", "), strings.Join(now, ", "))
	}
	return invalidf("The parameter %s is not supported by dynlocal; use expressions", old[0])
}

func presentNames(params []param) []string {
	var names []string
	for _, p := range params {
		if p.present {
			names = append(names, p.name)
		}
	}
	return names
}

// environment converts the names and values of a request's expressions, of which exprs are all that the operation
// knows. It is nil for a request without expressions.
func environment(
	names map[string]string, values map[string]types.AttributeValue, exprs ...param,
) (*expr.Env, error) {
	if len(presentNames(exprs)) == 0 {
		if names != nil {
			return nil, invalid("ExpressionAttributeNames can only be specified when using expressions")
		}
		if values != nil {
			return nil, invalid(valuesWithoutExpression + ": " + areNull(exprs))
		}
		return nil, nil
	}
	converted, err := expr.ValuesFromSDK(values)
	if err != nil {
		return nil, valueError(err)
	}
	env, err := expr.NewEnv(names, converted)
	return env, valueError(err)
}

const valuesWithoutExpression = "ExpressionAttributeValues can only be specified when using expressions"

func areNull(exprs []param) string {
	names := make([]string, len(exprs))
	for i, p := range exprs {
		names[i] = p.name
	}
	if len(names) == 1 {
		return names[0] + " is null"
	}
	return strings.Join(names, " and ") + " are null"
}

// condition parses an optional condition.
func condition(paramName string, src *string, env *expr.Env) (*expr.Condition, error) {
	if src == nil {
		return nil, nil
	}
	c, err := expr.ParseCondition(paramName, *src, env)
	return c, valueError(err)
}

// projection parses an optional projection.
func projection(src *string, env *expr.Env) (*expr.Projection, error) {
	if src == nil {
		return nil, nil
	}
	p, err := expr.ParseProjection(*src, env)
	return p, valueError(err)
}

// unused refuses names and values that no expression of the request used.
func unused(env *expr.Env) error {
	if env == nil {
		return nil
	}
	return valueError(env.Unused())
}

// valueError gives an error of the value and expression packages its place among the service's.
func valueError(err error) error {
	switch e := err.(type) {
	case nil:
		return nil
	case *value.ValidationError:
		return worded(e)
	case *value.SerializationError:
		return apiError("SerializationException", e.Message)
	}
	return err
}
