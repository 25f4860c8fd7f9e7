package dyn

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/key"
)

// reader decodes items of an entity into T, or into the type of a projection.
type reader struct {
	e    *entity
	typ  reflect.Type
	plan *codec.Plan
	part bool // the type is a projection: requests ask for its attributes only

	// The projection of reads of single items, where it is written once for all:
	// their inputs have copies of the names, but share the text.
	fields *string
	names  map[string]string
}

func (e *entity) reader() reader { return reader{e: e, typ: e.m.typ, plan: e.m.plan} }

// keysReader reads no more than tells whose an item is.
func (e *entity) keysReader() reader {
	return reader{e: e, typ: reflect.TypeFor[struct{}](), plan: noFields, part: true}
}

// projection returns a reader of items as values of t, whose attributes must
// be among the entity's.
func (e *entity) projection(t reflect.Type) (reader, error) {
	if t.Kind() != reflect.Struct {
		return reader{}, fmt.Errorf("%s is not a struct", t)
	}
	plan, err := codec.Compile(t, codec.Options{})
	if err != nil {
		return reader{}, err
	}
	if err := e.m.subset(plan, false); err != nil {
		return reader{}, err
	}
	return reader{e: e, typ: t, plan: plan, part: true}, nil
}

// decode returns a stored item as a value of the reader's type, addressable.
func (r *reader) decode(item record) (reflect.Value, error) {
	if item.slab != nil {
		return item.value()
	}
	v := reflect.New(r.typ)
	if err := r.plan.Decode(item.given(), v.Elem()); err != nil {
		return v.Elem(), err
	}
	return v.Elem(), nil
}

// read decodes an item and runs the type's AfterRead.
func (r *reader) read(ctx context.Context, op string, item record) (reflect.Value, error) {
	v, err := r.decode(item)
	if err == nil {
		err = afterRead(ctx, v.Addr().Interface())
	}
	return v, opError(op, err)
}

func (e *entity) decode(item record) (reflect.Value, error) {
	r := e.reader()
	return r.decode(item)
}

func (e *entity) read(ctx context.Context, op string, item record) (reflect.Value, error) {
	if v := e.newer(op, item); v != nil {
		return reflect.New(e.m.typ).Elem(), v
	}
	r := e.reader()
	return r.read(ctx, op, item)
}

// owns reports whether a stored item is one of e. With bare, the item comes
// from an index that does not hold the entity attribute: its key tells.
func (e *entity) owns(item record, bare bool) bool {
	if !e.marked() || item.ownOf(e) {
		return true
	}
	switch own, blank := item.compare(e.svc.table.EntityAttr, e.m.sch.Entity); {
	case own || !blank:
		return own
	case bare || e.svc.table.Adopt:
		return e.fits(item)
	}
	return false
}

// fits reports whether the primary key of a stored item is one that e writes.
func (e *entity) fits(item record) bool {
	for _, k := range e.primary().keys() {
		if k.tmpl == nil {
			continue
		}
		s, ok := item.get(k.name).(*types.AttributeValueMemberS)
		if !ok {
			return false
		}
		if err := k.parse(s.Value, make([]key.Value, len(k.parts))); err != nil {
			return false
		}
	}
	return true
}

// expired reports whether an item is past its time to live; DynamoDB may take
// days to remove it.
func (e *entity) expired(item record) bool {
	if e.ttl == nil {
		return false
	}
	n, ok := item.number(e.ttl.Name)
	if !ok {
		return false
	}
	at, err := strconv.ParseInt(n, 10, 64)
	return err == nil && at > 0 && at <= e.svc.clock().Unix()
}

// textKey is key of an item whose key is made of templates, in few pieces of
// memory. It returns nil where there is something else to it or wrong with it,
// which key finds out.
func (e *entity) textKey(item reflect.Value) rawItem {
	keys := e.primary().keys()
	var room [256]byte
	var ends [2]int
	text := room[:0]
	for i, k := range keys {
		if k.tmpl == nil {
			return nil
		}
		var ok bool
		var err error
		if text, ok, err = k.appendText(text, item); !ok || err != nil {
			return nil
		}
		ends[i] = len(text)
	}
	all, start := string(text), 0
	values := make([]types.AttributeValueMemberS, len(keys))
	out := make(rawItem, len(keys))
	for i, k := range keys {
		values[i].Value = all[start:ends[i]]
		out[k.name], start = &values[i], ends[i]
	}
	return out
}

// getInput returns the request for the item with a key.
func (r *reader) getInput(ctx context.Context, k rawItem, c *call) *dynamodb.GetItemInput {
	in := &dynamodb.GetItemInput{TableName: r.e.svc.tableRef(ctx), Key: k, ReturnConsumedCapacity: c.capacityMode()}
	if c.consistent {
		in.ConsistentRead = aws.Bool(true)
	}
	if r.part {
		in.ProjectionExpression, in.ExpressionAttributeNames = r.projected()
	}
	return in
}

// keyJSON returns the primary key of item as JSON, nil where there is something
// wrong with it, which key finds out.
func (e *entity) keyJSON(item reflect.Value) []byte {
	var room [128]byte
	json, _, ok := e.packer().appendKey(make([]byte, 0, 128), room[:0], item)
	if !ok {
		return nil
	}
	return json
}

// get reads one item by its key.
func (r *reader) get(ctx context.Context, op string, k map[string]types.AttributeValue, c *call) (reflect.Value, error) {
	return r.getBy(ctx, op, r.getInput(ctx, k, c), r.passage(), c)
}

// getBy reads one item by a request for it.
func (r *reader) getBy(ctx context.Context, op string, in *dynamodb.GetItemInput, p *passage, c *call) (reflect.Value, error) {
	out, err := r.e.svc.getItem(ctx, r.e.primary().about(op, in.TableName), in, p)
	if err != nil {
		return reflect.Value{}, opError(op, err)
	}
	c.consumed(out.ConsumedCapacity)
	item := p.one(out.Item)
	if err := r.e.present(op, item); err != nil {
		return reflect.Value{}, err
	}
	return r.read(ctx, op, item)
}

// passage returns the way for a request that returns one item.
func (r *reader) passage() *passage {
	if !r.e.svc.direct() {
		return nil
	}
	return &passage{sink: r.intake(r.e.primary())}
}

func (e *entity) get(ctx context.Context, op string, k map[string]types.AttributeValue, c *call) (reflect.Value, error) {
	r := e.reader()
	return r.get(ctx, op, k, c)
}

// present returns the error of an item that is missing, of another entity,
// expired, or too new.
func (e *entity) present(op string, item record) error {
	switch {
	case item.empty():
		return opError(op, ErrNotFound)
	case !e.owns(item, false):
		if owner := e.owner(item); owner != "" {
			return opError(op, fmt.Errorf("%w: the item with this key belongs to entity %q", ErrNotFound, owner))
		}
		return opError(op, fmt.Errorf("%w: the item with this key has no %s attribute", ErrNotFound, e.svc.table.EntityAttr))
	case !e.inScope(item, e.primary()):
		return opError(op, ErrNotFound)
	case e.expired(item):
		return opError(op, fmt.Errorf("%w: the item has expired", ErrNotFound))
	}
	if v := e.newer(op, item); v != nil {
		return v
	}
	return nil
}

// isValidation reports whether err is DynamoDB's ValidationException with the
// given text in its message.
func isValidation(err error, text string) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == "ValidationException" && strings.Contains(api.ErrorMessage(), text)
}
