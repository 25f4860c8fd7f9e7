package model

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Item is an item of the SDK.
type Item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func whole(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}
func boolean(b bool) types.AttributeValue     { return &types.AttributeValueMemberBOOL{Value: b} }
func moment(t time.Time) types.AttributeValue { return text(t.Format(time.RFC3339Nano)) }

func fraction(f float64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatFloat(f, 'f', -1, 64)}
}

func list(l []string) types.AttributeValue {
	out := make([]types.AttributeValue, len(l))
	for i, s := range l {
		out[i] = text(s)
	}
	return &types.AttributeValueMemberL{Value: out}
}

// reader reads the attributes of an item and keeps the first error.
type reader struct {
	item Item
	err  error
}

// attribute returns an attribute as one kind, or the kind's zero.
func attribute[A types.AttributeValue](r *reader, name string) (a A, ok bool) {
	av, present := r.item[name]
	if !present {
		return a, false
	}
	if a, ok = av.(A); !ok {
		r.fail(fmt.Errorf("%s is %T", name, av))
	}
	return a, ok
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *reader) text(name string) string {
	if a, ok := attribute[*types.AttributeValueMemberS](r, name); ok {
		return a.Value
	}
	return ""
}

func (r *reader) whole(name string) int64 {
	a, ok := attribute[*types.AttributeValueMemberN](r, name)
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(a.Value, 10, 64)
	if err != nil {
		r.fail(err)
	}
	return n
}

func (r *reader) fraction(name string) float64 {
	a, ok := attribute[*types.AttributeValueMemberN](r, name)
	if !ok {
		return 0
	}
	f, err := strconv.ParseFloat(a.Value, 64)
	if err != nil {
		r.fail(err)
	}
	return f
}

func (r *reader) boolean(name string) bool {
	a, ok := attribute[*types.AttributeValueMemberBOOL](r, name)
	return ok && a.Value
}

func (r *reader) moment(name string) time.Time {
	s := r.text(name)
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		r.fail(err)
	}
	return t
}

func (r *reader) list(name string) []string {
	a, ok := attribute[*types.AttributeValueMemberL](r, name)
	if !ok {
		return nil
	}
	out := make([]string, len(a.Value))
	for i, av := range a.Value {
		s, ok := av.(*types.AttributeValueMemberS)
		if !ok {
			r.fail(fmt.Errorf("%s has a %T", name, av))
			return nil
		}
		out[i] = s.Value
	}
	return out
}

func encodeSmall(s *SmallRow) Item {
	return Item{
		"pk": text(s.PK), "sk": text(s.SK), "_entity": text(s.Entity), "_version": whole(int64(s.Schema)),
		"id": text(s.ID), "name": text(s.Name), "count": whole(int64(s.Count)), "active": boolean(s.Active), "created": moment(s.Created),
	}
}

func decodeSmall(item Item) (SmallRow, error) {
	r := reader{item: item}
	s := SmallRow{
		r.text("pk"), r.text("sk"), r.text("_entity"), int(r.whole("_version")),
		r.text("id"), r.text("name"), int(r.whole("count")), r.boolean("active"), r.moment("created"),
	}
	return s, r.err
}

func encodeOrder(o *OrderRow) Item {
	item := Item{
		"pk": text(o.PK), "sk": text(o.SK), "_entity": text(o.Entity), "_version": whole(int64(o.Schema)),
		"order_id": text(o.OrderID), "customer": text(o.Customer), "email": text(o.Email), "status": text(string(o.Status)),
		"total": fraction(o.Total), "items": whole(int64(o.Items)), "version": whole(o.Version), "paid": boolean(o.Paid),
		"created_at": moment(o.Created), "updated_at": moment(o.Updated), "expires": whole(o.Expires.Unix()),
		"tags": &types.AttributeValueMemberSS{Value: o.Tags},
		"address": &types.AttributeValueMemberM{Value: Item{
			"street": text(o.Address.Street), "city": text(o.Address.City), "zip": text(o.Address.Zip), "lat": fraction(o.Address.Lat),
		}},
	}
	scores := make(Item, len(o.Scores))
	for name, n := range o.Scores {
		scores[name] = whole(int64(n))
	}
	item["scores"] = &types.AttributeValueMemberM{Value: scores}
	if o.Note != nil {
		item["note"] = text(*o.Note)
	}
	return item
}

func decodeOrder(item Item) (OrderRow, error) {
	r := reader{item: item}
	o := OrderRow{
		PK: r.text("pk"), SK: r.text("sk"), Entity: r.text("_entity"), Schema: int(r.whole("_version")),
		OrderID: r.text("order_id"), Customer: r.text("customer"), Email: r.text("email"), Status: Status(r.text("status")),
		Total: r.fraction("total"), Items: int(r.whole("items")), Version: r.whole("version"), Paid: r.boolean("paid"),
		Created: r.moment("created_at"), Updated: r.moment("updated_at"), Expires: time.Unix(r.whole("expires"), 0),
	}
	if a, ok := attribute[*types.AttributeValueMemberSS](&r, "tags"); ok {
		o.Tags = a.Value
	}
	if a, ok := attribute[*types.AttributeValueMemberM](&r, "address"); ok {
		in := reader{item: a.Value}
		o.Address = Address{in.text("street"), in.text("city"), in.text("zip"), in.fraction("lat")}
		r.fail(in.err)
	}
	if a, ok := attribute[*types.AttributeValueMemberM](&r, "scores"); ok {
		in := reader{item: a.Value}
		o.Scores = make(map[string]int, len(a.Value))
		for name := range a.Value {
			o.Scores[name] = int(in.whole(name))
		}
		r.fail(in.err)
	}
	if a, ok := attribute[*types.AttributeValueMemberS](&r, "note"); ok {
		o.Note = &a.Value
	}
	return o, r.err
}
