package conformance

import (
	"encoding/json"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// sortTies gives items that a query of an index found under the same key, whose order is not defined, a defined one.
func (s *sequence) sortTies(in any, a answer) {
	_, isQuery := in.(*dynamodb.QueryInput)
	all, isList := a.Output.(listed)
	x := s.indexOf(in)
	if !isQuery || !isList || x == nil {
		return
	}
	for from := 0; from < len(all.Items); {
		to := from + 1
		for to < len(all.Items) && same(all.Items[from], all.Items[to], x.rng) {
			to++
		}
		slices.SortFunc(all.Items[from:to], compareText)
		from = to
	}
}

// indexOf gives the index that is queried or scanned, nil for none.
func (s *sequence) indexOf(in any) *indexSpec {
	var table, index *string
	switch in := in.(type) {
	case *dynamodb.QueryInput:
		table, index = in.TableName, in.IndexName
	case *dynamodb.ScanInput:
		table, index = in.TableName, in.IndexName
	}
	for _, t := range s.tables {
		for _, x := range t.indexes {
			if t.name == aws.ToString(table) && x.name == aws.ToString(index) {
				return &x
			}
		}
	}
	return nil
}

// same reports whether two items agree in the attributes, as far as they show them.
func same(a, b any, attrs []attr) bool {
	x, _ := value.ItemFromJSON(a.(json.RawMessage))
	y, _ := value.ItemFromJSON(b.(json.RawMessage))
	for _, at := range attrs {
		v, w := x.Get(at.name), y.Get(at.name)
		if v != w && !v.IsZero() && !w.IsZero() {
			return false
		}
	}
	return true
}
