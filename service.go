package dyn

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn/internal/key"
)

// Client is the part of the SDK's client that dyn calls. *dynamodb.Client has
// it, and so have DAX and what tests put in their place.
type Client interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	BatchWriteItem(context.Context, *dynamodb.BatchWriteItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error)
	TransactGetItems(context.Context, *dynamodb.TransactGetItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
	CreateTable(context.Context, *dynamodb.CreateTableInput, ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error)
	DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
	UpdateTimeToLive(context.Context, *dynamodb.UpdateTimeToLiveInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateTimeToLiveOutput, error)
	DescribeTimeToLive(context.Context, *dynamodb.DescribeTimeToLiveInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTimeToLiveOutput, error)
}

// Service joins a client, a table, and the entities that live in it. It is safe
// for concurrent use once its entities are bound. A program may have many.
type Service struct {
	client   Client
	table    Table
	clock    func() time.Time
	random   io.Reader
	validate func(any) error
	sealer   *sealer
	rate     *limiter

	namespace     string
	tableOf       func(context.Context) string
	middleware    []Middleware
	clientOptions []func(*dynamodb.Options)
	lean          bool // tier 2 is asked for
	route         route

	mu       sync.RWMutex
	entities []*entity // in order of registration
}

// ServiceOption changes a Service as [NewService] makes it.
type ServiceOption func(*Service) error

// WithClock makes dyn take the time for timestamps and expiry from now instead
// of [time.Now].
func WithClock(now func() time.Time) ServiceOption {
	return func(s *Service) error { s.clock = now; return nil }
}

// WithRandom makes dyn take the random bytes of generated ids and tokens from r
// instead of crypto/rand. Reads of r are serialised.
func WithRandom(r io.Reader) ServiceOption {
	return func(s *Service) error { s.random = &lockedReader{r: r}; return nil }
}

// WithValidator makes every Put, Create, Upsert and Modify pass the item,
// a pointer to a struct, to check before it is written, after dyn's own rules.
func WithValidator(check func(any) error) ServiceOption {
	return func(s *Service) error { s.validate = check; return nil }
}

// NewService describes a table and how to reach it. It does no I/O.
func NewService(client Client, table Table, opts ...ServiceOption) (*Service, error) {
	s := &Service{client: client, table: table.withDefaults(), clock: time.Now, random: rand.Reader}
	errs := table.check()
	for _, o := range opts {
		if err := o(s); err != nil {
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, opError("new service", err)
	}
	s.route = s.newRoute()
	return s, nil
}

type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(p)
}

// Bind makes all the handles of a program at once: it sets the fields of the
// struct that store points to, of the types *[Entity], *[Index] and
// *[Collection], leaving fields of other types alone. An Index and a
// Collection name their access pattern in a dyn tag:
//
//	type Store struct {
//		Cards    *dyn.Entity[Card]
//		ByUser   *dyn.Index[Card]           `dyn:"byUser"`
//		Activity *dyn.Collection[Activity]  `dyn:"activity"`
//	}
//
// The errors of all fields are reported together.
func Bind(s *Service, store any) error {
	v := reflect.ValueOf(store)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("dyn: bind: %T is not a pointer to a struct", store)
	}
	v = v.Elem()
	var errs []error
	for i := range v.NumField() {
		if h, ok := reflect.Zero(v.Field(i).Type()).Interface().(handle); ok {
			err := bindField(s, v, i, h)
			said := func(have error) bool { return have.Error() == err.Error() }
			if err != nil && !slices.ContainsFunc(errs, said) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// handle is what the pointer types that Bind fills have in common. The method
// works on a nil receiver.
type handle interface {
	bind(s *Service, name string) (any, error)
}

func bindField(s *Service, store reflect.Value, i int, h handle) error {
	f := store.Type().Field(i)
	if !f.IsExported() {
		return fmt.Errorf("dyn: bind: %s.%s is unexported and can't be set", store.Type(), f.Name)
	}
	bound, err := h.bind(s, f.Tag.Get("dyn"))
	if err != nil {
		return err
	}
	store.Field(i).Set(reflect.ValueOf(bound))
	return nil
}

// register adds the entity of type m to the service, once.
func (s *Service) register(m *model) (*entity, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.entities {
		if e.m == m {
			return e, nil
		}
	}
	if len(m.errs) > 0 {
		return nil, &SchemaError{Type: m.name(), Errors: m.errs}
	}
	e, errs := s.newEntity(m)
	if len(errs) == 0 {
		for _, other := range s.entities {
			errs = append(errs, e.conflicts(other)...)
		}
	}
	if len(errs) > 0 {
		return nil, &SchemaError{Type: m.name(), Errors: errs}
	}
	s.entities = append(s.entities, e)
	return e, nil
}

// conflicts lists what keeps e and other from living in one table.
func (e *entity) conflicts(other *entity) []error {
	var errs []error
	if e.m.sch.Entity != "" && e.m.sch.Entity == other.m.sch.Entity && e.m.sch.Version == other.m.sch.Version {
		errs = append(errs, fmt.Errorf("entity %q version %d is also that of %s", e.name, e.m.sch.Version, other.m.name()))
	}
	for _, ix := range e.indexes {
		i := slices.IndexFunc(other.indexes, func(o *index) bool { return o.name == ix.name })
		if i >= 0 {
			errs = append(errs, ix.disagreements(other.indexes[i])...)
		}
	}
	errs = append(append(errs, e.strays(other)...), other.strays(e)...)
	if e.ttl != nil && other.ttl != nil && e.ttl.Name != other.ttl.Name {
		errs = append(errs, fmt.Errorf("items expire by attribute %s here, by %s in %s; a table has one such attribute", e.ttl.Name, other.ttl.Name, other.m.name()))
	}
	if err := e.overlap(other); err != nil {
		errs = append(errs, err)
	}
	return errs
}

// strays lists the attributes of e that an index of other would take for its
// own keys. An ordinary attribute may be one if it has the type of the key.
func (e *entity) strays(other *entity) []error {
	var errs []error
	for _, name := range other.keyNames {
		f := e.m.plan.ByName(name)
		if f == nil || e.keyed[name] || f.Codec.Attr() == other.rawType(name) {
			continue
		}
		errs = append(errs, fmt.Errorf("field %s.%s has the attribute name %s, which is a key of %s; rename one of them, or give them one type", e.m.name(), f.Go, name, other.m.name()))
	}
	return errs
}

// rawType returns the type of a key that is an ordinary attribute as well, "" for
// keys made of templates.
func (e *entity) rawType(name string) string {
	for _, ix := range e.indexes {
		for _, k := range ix.keys() {
			if k.name == name && k.tmpl == nil {
				return k.typ
			}
		}
	}
	return ""
}

// disagreements lists where two entities' views of one index differ.
func (ix *index) disagreements(o *index) []error {
	var errs []error
	a, b := ix.keys(), o.keys()
	if len(ix.pk) != len(o.pk) || len(ix.sk) != len(o.sk) {
		return []error{fmt.Errorf("%s has %d and %d key attributes here, %d and %d in %s", ix.describe(), len(ix.pk), len(ix.sk), len(o.pk), len(o.sk), o.e.m.name())}
	}
	for i := range a {
		if a[i].name != b[i].name || a[i].typ != b[i].typ {
			errs = append(errs, fmt.Errorf("%s has the key attribute %s (%s) here, %s (%s) in %s", ix.describe(), a[i].name, a[i].typ, b[i].name, b[i].typ, o.e.m.name()))
		}
	}
	if ix.sch.Local != o.sch.Local {
		errs = append(errs, fmt.Errorf("%s is local in only one of %s and %s", ix.describe(), ix.e.m.typ, o.e.m.name()))
	}
	return errs
}

// overlap returns an error when items of the two entities can have the same
// primary key.
func (e *entity) overlap(other *entity) error {
	a, b := e.primary(), other.primary()
	if e.name == other.name && e.m.sch.Entity != "" || a.sch.Overlap || b.sch.Overlap {
		return nil // versions of one entity, or told so
	}
	if len(a.keys()) != len(b.keys()) {
		return nil // which is a mistake of its own
	}
	sample, ok := overlapping(a.keys(), b.keys())
	if !ok {
		return nil
	}
	return fmt.Errorf("an item of %s can have the same primary key as one of %s, such as %s; give the templates different text, or say `overlap` on the sk row", e.m.name(), other.m.name(), strings.Join(sample, ", "))
}

// overlapping reports whether two items can have the same keys, and when.
func overlapping(a, b []*keyAttr) (sample []string, ok bool) {
	n := min(len(a), len(b))
	for i := range n {
		if a[i].apart(b[i]) { // which is mostly so, and found without a search
			return nil, false
		}
	}
	sample = make([]string, n)
	for i, k := range slices.Backward(a[:n]) { // the sort keys of one table differ more than its partition keys
		if sample[i], ok = k.overlaps(b[i]); !ok {
			return nil, false
		}
	}
	return sample, true
}

// apart reports whether two keys begin with different text.
func (k *keyAttr) apart(o *keyAttr) bool {
	if k.tmpl == nil || o.tmpl == nil {
		return false
	}
	x, y := k.tmpl.Literal(0), o.tmpl.Literal(0)
	return !strings.HasPrefix(x, y) && !strings.HasPrefix(y, x)
}

// overlaps reports whether two keys can be the same, and when.
func (k *keyAttr) overlaps(o *keyAttr) (string, bool) {
	x, y := cmp.Or(k.tmpl, o.tmpl), cmp.Or(o.tmpl, k.tmpl)
	switch {
	case k.typ != o.typ:
		return "", false
	case x == nil:
		return "any " + k.name, true
	}
	text, ok := key.Overlap(x, y)
	return fmt.Sprintf("%s=%q", k.name, text), ok
}
