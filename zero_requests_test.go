package dyn_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn"
)

// TestZeroRequests holds what is asked of DynamoDB for every kind, and every value
// of it that might be taken for nothing. What a Put asks is to store what
// TestZeroValues says.
func TestZeroRequests(t *testing.T) {
	t.Parallel()
	zeros := entityOf[Zero](t, serviceOn(t, nil, dyn.Table{Name: "app"}, fixedClock()))
	var b strings.Builder
	row := func(cells ...string) { renderRow(&b, 60, cells) }
	row("", "Upsert", "Set", "SetFrom")
	for _, z := range zeroCases() {
		attr := strings.ToLower(z.field[:1]) + z.field[1:]
		patched := ""
		if p, ok := z.patch(); ok {
			patched = clauseOn(t, dyn.Update(zeros, Zero{ID: "1"}, dyn.SetFrom(p)), attr)
		}
		row(z.name(), clauseOn(t, dyn.Upsert(zeros, z.item()), attr), clauseOn(t, dyn.Update(zeros, Zero{ID: "1"}, z.set), attr), patched)
	}
	compareFile(t, "zero_requests.txt", b.String())
}

var section = regexp.MustCompile(`(SET|REMOVE|ADD|DELETE) `)

// clauseOn returns the part of an update that changes an attribute.
func clauseOn(t *testing.T, op dyn.Op, attr string) string {
	t.Helper()
	in, err := op.Input()
	if err != nil {
		return err.Error()
	}
	u := in.(*dynamodb.UpdateItemInput)
	text := aws.ToString(u.UpdateExpression)
	var found []string
	for _, at := range section.FindAllStringSubmatchIndex(text, -1) {
		rest := text[at[1]:]
		if next := section.FindStringIndex(rest); next != nil {
			rest = rest[:next[0]]
		}
		depth := 0
		for _, clause := range strings.FieldsFunc(rest, func(r rune) bool {
			depth += strings.Count("(", string(r)) - strings.Count(")", string(r))
			return r == ',' && depth == 0
		}) {
			clause = strings.TrimSpace(clause)
			if name := placeholder.FindString(clause); u.ExpressionAttributeNames[name] == attr {
				found = append(found, text[at[2]:at[3]]+" "+placeholder.ReplaceAllStringFunc(clause, func(p string) string {
					if p[0] == '#' {
						return u.ExpressionAttributeNames[p]
					}
					return renderValue(u.ExpressionAttributeValues[p])
				}))
			}
		}
	}
	if found == nil {
		return "-"
	}
	return strings.Join(found, "; ")
}
