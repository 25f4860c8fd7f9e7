package dynlocal

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// tableDefinition is all of a table but its items, for the log.
type tableDefinition struct {
	Name, ID      string
	Created       time.Time
	Attributes    []types.AttributeDefinition
	Key           []types.KeySchemaElement
	Indexes       []indexDefinition `json:",omitempty"`
	Billing       types.BillingMode `json:",omitempty"`
	Throughput    types.ProvisionedThroughput
	OnDemand      *types.OnDemandThroughput  `json:",omitempty"`
	OnDemandSince time.Time                  `json:",omitzero"`
	Stream        *types.StreamSpecification `json:",omitempty"`
	StreamARN     string                     `json:",omitempty"`
	Class         types.TableClass           `json:",omitempty"`
	Protected     bool                       `json:",omitempty"`
	KMSKey        string                     `json:",omitempty"`
	Tags          []types.Tag                `json:",omitempty"`
	TTL           string                     `json:",omitempty"`
}

type indexDefinition struct {
	Name       string
	Local      bool `json:",omitempty"`
	Key        []types.KeySchemaElement
	Projection types.Projection
	Throughput types.ProvisionedThroughput
	OnDemand   *types.OnDemandThroughput `json:",omitempty"`
}

func (t *table) definition() *tableDefinition {
	s := &t.settings
	d := &tableDefinition{
		Name: t.name, ID: t.id, Created: t.created, Attributes: t.attributes, Key: t.key.elements,
		Billing: s.billing, Throughput: s.throughput, OnDemand: s.onDemand, OnDemandSince: s.onDemandSince,
		Stream: s.stream, StreamARN: t.streamARN, Class: s.class, Protected: s.deletionProtection, KMSKey: s.kmsKey,
		Tags: s.tags, TTL: t.ttl,
	}
	for _, x := range t.indexes {
		d.Indexes = append(d.Indexes, indexDefinition{x.name, x.local, x.key.elements, x.projection, x.throughput, x.onDemand})
	}
	return d
}

// table makes the table. Items, and what indexes have of them, come from the table that was defined before, if there is one.
func (d *tableDefinition) table(s *space, before *table) *table {
	t := &table{
		name: d.Name, arn: s.arn("table/" + d.Name), id: d.ID, created: d.Created,
		kinds: attributeKinds(d.Attributes), attributes: d.Attributes, rows: newTree(),
		settings: settings{
			billing: d.Billing, throughput: d.Throughput, onDemand: d.OnDemand, onDemandSince: d.OnDemandSince,
			stream: d.Stream, class: d.Class, deletionProtection: d.Protected, kmsKey: d.KMSKey, tags: d.Tags,
		},
		ttl: d.TTL, streamARN: d.StreamARN,
	}
	t.key = newKeySchema(d.Key, t.kinds)
	if before != nil {
		t.rows, t.bytes = before.rows, before.bytes
	}
	for i := range d.Indexes {
		t.addIndex(d.Indexes[i].index(t, before))
	}
	return t
}

func (d *indexDefinition) index(t, before *table) *index {
	x := newIndex(t, d.Name, d.Local, d.Key, &d.Projection)
	x.throughput, x.onDemand = d.Throughput, d.OnDemand
	if before != nil {
		if known := before.index(d.Name); known != nil {
			x.rows, x.bytes = known.rows, known.bytes
		} else {
			x.fill(t)
		}
	}
	return x
}

// streamDefinition is all of a stream but its records, for the log.
type streamDefinition struct {
	ARN, Table string
	View       types.StreamViewType
	Key        []types.KeySchemaElement
	Created    time.Time
	Closed     time.Time `json:",omitzero"`
	Next       uint64
}

func (st *stream) definition() *streamDefinition {
	return &streamDefinition{st.arn, st.table, st.view, st.key, st.created, st.closed, st.next}
}

func (d *streamDefinition) stream() *stream {
	return &stream{
		arn: d.ARN, table: d.Table, view: d.View, key: d.Key, created: d.Created, closed: d.Closed, next: d.Next,
		records: newStreamRecords(),
	}
}
