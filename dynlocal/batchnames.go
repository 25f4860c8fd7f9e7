package dynlocal

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
	"github.com/dyntable/dyn/dynlocal/internal/wire"
)

// mapKeys is the constraint on the names of tables in a batch.
const mapKeys = "Map keys must satisfy constraint: [Member must have length less than or equal to 255, " +
	"Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: " + namePattern + "]"

func isTableKey(name string) bool {
	return strings.HasPrefix(name, "arn:") || len(name) >= minName && len(name) <= maxName && matchesName(name)
}

// tableNames checks the names of tables in a batch of reads, which the service shows as the wire had them.
func (v *violations) tableNames(requests map[string]types.KeysAndAttributes) {
	for name := range requests {
		if !isTableKey(name) {
			v.add("'"+shownReads(requests)+"'", "requestItems", mapKeys)
			return
		}
	}
}

func shownReads(requests map[string]types.KeysAndAttributes) string {
	text := []byte{'{'}
	for i, name := range slices.Sorted(maps.Keys(requests)) {
		if i > 0 {
			text = append(text, ',')
		}
		ka := requests[name]
		text = wire.Append(append(strconv.AppendQuote(text, name), ':'), &ka)
	}
	return string(append(text, '}'))
}

// checkRequestNames checks the names of tables in a batch of writes, after all else about members.
func checkRequestNames(requests map[string][]types.WriteRequest) error {
	for _, name := range slices.Sorted(maps.Keys(requests)) {
		if !isTableKey(name) {
			var v violations
			v.add(shownRequests(name, requests[name]), "requestItems", mapKeys)
			return v.err()
		}
	}
	return nil
}

// maxShown is how many requests of a batch are shown.
const maxShown = 1

// shownRequests gives requests in about the form in which the service shows them.
func shownRequests(table string, requests []types.WriteRequest) string {
	var parts []string
	for _, r := range requests[:min(len(requests), maxShown)] {
		switch {
		case r.PutRequest != nil:
			parts = append(parts, "WriteRequest(putRequest=PutRequest(item="+shownItem(r.PutRequest.Item)+"), deleteRequest=null)")
		case r.DeleteRequest != nil:
			parts = append(parts, "WriteRequest(putRequest=null, deleteRequest=DeleteRequest(key="+shownItem(r.DeleteRequest.Key)+"))")
		}
	}
	if len(requests) > maxShown {
		parts = append(parts, "...")
	}
	return "'{" + table + "=[" + strings.Join(parts, ", ") + "]}'"
}

func shownItem(item map[string]types.AttributeValue) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(item)) {
		text := []byte("null")
		if v, err := value.ValueFromSDK(item[name]); err == nil {
			text = v.AppendJSON(nil)
		}
		parts = append(parts, name+"="+string(text))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
