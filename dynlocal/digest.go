package dynlocal

import (
	"crypto/sha256"
	"hash"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// digest gives a fingerprint of the parts of a transaction that must be the same when its token is used again.
// The items have been checked: their values convert.
func digest(items []types.TransactWriteItem) [sha256.Size]byte {
	d := digester{sha256.New()}
	for _, it := range items {
		switch {
		case it.Put != nil:
			d.text("put", it.Put.TableName, it.Put.ConditionExpression)
			d.values(it.Put.Item, it.Put.ExpressionAttributeValues)
			d.names(it.Put.ExpressionAttributeNames)
		case it.Delete != nil:
			d.text("delete", it.Delete.TableName, it.Delete.ConditionExpression)
			d.values(it.Delete.Key, it.Delete.ExpressionAttributeValues)
			d.names(it.Delete.ExpressionAttributeNames)
		case it.Update != nil:
			d.text("update", it.Update.TableName, it.Update.UpdateExpression, it.Update.ConditionExpression)
			d.values(it.Update.Key, it.Update.ExpressionAttributeValues)
			d.names(it.Update.ExpressionAttributeNames)
		case it.ConditionCheck != nil:
			d.text("check", it.ConditionCheck.TableName, it.ConditionCheck.ConditionExpression)
			d.values(it.ConditionCheck.Key, it.ConditionCheck.ExpressionAttributeValues)
			d.names(it.ConditionCheck.ExpressionAttributeNames)
		}
	}
	return [sha256.Size]byte(d.h.Sum(nil))
}

// digester writes strings with their lengths, so that no two sequences run together.
type digester struct{ h hash.Hash }

func (d digester) string(s string) {
	_, _ = io.WriteString(d.h, strconv.Itoa(len(s))+":"+s)
}

func (d digester) text(kind string, parts ...*string) {
	d.string(kind)
	for _, p := range parts {
		if p == nil {
			d.string("-")
		} else {
			d.string("+" + *p)
		}
	}
}

func (d digester) values(maps ...map[string]types.AttributeValue) {
	for _, m := range maps {
		item, _ := value.FromSDK(m)
		d.string(string(item.AppendJSON(nil)))
	}
}

func (d digester) names(m map[string]string) {
	d.string(strconv.Itoa(len(m)))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		d.string(k)
		d.string(m[k])
	}
}
