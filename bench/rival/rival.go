// Package rival has the contenders: the ways in which a program may do the
// same work on DynamoDB.
package rival

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn/bench/model"
)

// Op is an operation that is measured.
type Op struct {
	Name  string
	Items int // read or written
	Write bool
}

// The operations.
var (
	Get            = Op{"Get", 1, false}
	Query1         = Op{"Query 1", 1, false}
	Query100       = Op{"Query 100", 100, false}
	Query1000      = Op{"Query 1000", 1000, false}
	Scan           = Op{"Scan 100", 100, false}
	Put            = Op{"Put", 1, true}
	Update         = Op{"Update", 1, true}
	BatchWrite25   = Op{"BatchWrite 25", 25, true}
	BatchWrite1000 = Op{"BatchWrite 1000", 1000, true}
	BatchGet       = Op{"BatchGet 100", 100, false}
	Collection     = Op{"Collection of 4 types, 100", 100, false}

	Ops = []Op{Get, Query1, Query100, Query1000, Scan, Put, Update, BatchWrite25, BatchWrite1000, BatchGet, Collection}
)

// Do does an operation and returns what it read, or what it changed.
type Do func(context.Context) (any, error)

// Contender is one way to do the operations. It need not know all.
type Contender struct {
	Name string
	Do   map[Op]Do
	// Legacy are operations whose requests have members that the service has
	// deprecated and dynlocal does not know.
	Legacy map[Op]bool
	// Close, if any, ends its use.
	Close func() error
}

// Of returns how c does op. A query is done alike whatever it finds.
func (c Contender) Of(op Op) (Do, bool) {
	if strings.HasPrefix(op.Name, "Query") {
		op = Query100
	}
	do, ok := c.Do[op]
	return do, ok
}

// Baseline is the name of the contender that the others are compared with.
const Baseline = "SDK + attributevalue"

// Workload is an entity with those who contend.
type Workload struct {
	Attributes int
	// Contenders returns all, the baseline first, working with a client.
	Contenders func(*dynamodb.Client) ([]Contender, error)
	// Stored returns the first n items of the table.
	Stored func(n int) ([]model.Item, error)
	// Plain turns what a Do returns into what all contenders return.
	Plain func(any) any
}

// Workloads returns those of 5, 17 and 60 attributes.
func Workloads() []Workload {
	return []Workload{workload(model.Smalls), workload(model.Orders), workload(model.Wides)}
}

// Documents is the workload of items of so many lines.
func Documents(lines int) Workload { return workload(model.Documents(lines)) }

// Texts returns the workloads of items of 1 to 200 text attributes.
func Texts() []Workload {
	return []Workload{
		workload(model.Texts[model.Text1]()), workload(model.Texts[model.Text10]()), workload(model.Texts[model.Text50]()),
		workload(model.Texts[model.Text100]()), workload(model.Texts[model.Text200]()),
	}
}

// reads are the functions of reads of many, which the table makes differ.
func (c *Contender) reads(query, scan, batchGet Do) {
	c.Do[Query100], c.Do[Scan], c.Do[BatchGet] = query, scan, batchGet
}

func workload[T, R any](k model.Kind[T, R]) Workload {
	return Workload{
		Attributes: k.Attributes,
		Stored:     k.Stored,
		Contenders: func(client *dynamodb.Client) ([]Contender, error) {
			out := []Contender{sdk(k, client), hand(k, client)}
			for _, t := range Tiers {
				c, err := dynamic(k, t, client)
				if err != nil {
					return nil, err
				}
				out = append(out, c)
			}
			out = append(out, guregu(k, client))
			c, err := goCloud(k, client)
			if err != nil {
				return nil, err
			}
			return append(out, c), nil
		},
		Plain: func(v any) any {
			switch v := v.(type) {
			case T:
				return k.Row(&v)
			case []T:
				rows := make([]R, len(v))
				for i := range v {
					rows[i] = k.Row(&v[i])
				}
				return rows
			}
			return v
		},
	}
}
