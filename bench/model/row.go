package model

import "time"

// SmallRow is Small as a program without dyn has it: with its keys and what
// tells entities apart.
type SmallRow struct {
	PK      string    `dynamodbav:"pk" dynamo:"pk" docstore:"pk"`
	SK      string    `dynamodbav:"sk" dynamo:"sk" docstore:"sk"`
	Entity  string    `dynamodbav:"_entity" dynamo:"_entity" docstore:"_entity"`
	Schema  int       `dynamodbav:"_version" dynamo:"_version" docstore:"_version"`
	ID      string    `dynamodbav:"id" dynamo:"id" docstore:"id"`
	Name    string    `dynamodbav:"name" dynamo:"name" docstore:"name"`
	Count   int       `dynamodbav:"count" dynamo:"count" docstore:"count"`
	Active  bool      `dynamodbav:"active" dynamo:"active" docstore:"active"`
	Created time.Time `dynamodbav:"created" dynamo:"created" docstore:"created"`
}

// OrderRow is Order as a program without dyn has it.
type OrderRow struct {
	PK       string         `dynamodbav:"pk" dynamo:"pk"`
	SK       string         `dynamodbav:"sk" dynamo:"sk"`
	Entity   string         `dynamodbav:"_entity" dynamo:"_entity"`
	Schema   int            `dynamodbav:"_version" dynamo:"_version"`
	OrderID  string         `dynamodbav:"order_id" dynamo:"order_id"`
	Customer string         `dynamodbav:"customer" dynamo:"customer"`
	Email    string         `dynamodbav:"email" dynamo:"email"`
	Status   Status         `dynamodbav:"status" dynamo:"status"`
	Total    float64        `dynamodbav:"total" dynamo:"total"`
	Items    int            `dynamodbav:"items" dynamo:"items"`
	Version  int64          `dynamodbav:"version" dynamo:"version"`
	Paid     bool           `dynamodbav:"paid" dynamo:"paid"`
	Created  time.Time      `dynamodbav:"created_at" dynamo:"created_at"`
	Updated  time.Time      `dynamodbav:"updated_at" dynamo:"updated_at"`
	Expires  time.Time      `dynamodbav:"expires,unixtime" dynamo:"expires,unixtime"`
	Tags     []string       `dynamodbav:"tags,stringset" dynamo:"tags,set"`
	Address  Address        `dynamodbav:"address" dynamo:"address"`
	Scores   map[string]int `dynamodbav:"scores" dynamo:"scores"`
	Note     *string        `dynamodbav:"note" dynamo:"note"`
}

// WideRow is Wide as a program without dyn has it.
type WideRow struct {
	PK     string `dynamodbav:"pk" dynamo:"pk" docstore:"pk"`
	SK     string `dynamodbav:"sk" dynamo:"sk" docstore:"sk"`
	Entity string `dynamodbav:"_entity" dynamo:"_entity" docstore:"_entity"`
	Schema int    `dynamodbav:"_version" dynamo:"_version" docstore:"_version"`

	S01, S02, S03, S04, S05, S06, S07, S08, S09, S10, S11, S12, S13, S14, S15, S16, S17, S18, S19, S20 string
	N01, N02, N03, N04, N05, N06, N07, N08, N09, N10, N11, N12, N13, N14, N15                          int
	F01, F02, F03, F04, F05, F06, F07, F08, F09, F10                                                   float64
	B01, B02, B03, B04, B05                                                                            bool
	T01, T02, T03, T04, T05                                                                            time.Time
	L01, L02, L03, L04, L05                                                                            []string
}

func smallRow(s *Small) SmallRow {
	return SmallRow{"NAME#" + s.Name, "ITEM#" + s.ID, "small", 1, s.ID, s.Name, s.Count, s.Active, s.Created}
}

func orderRow(o *Order) OrderRow {
	return OrderRow{
		"CUSTOMER#" + o.Customer, "ORDER#2026-03-04#" + o.OrderID, "order", 1,
		o.OrderID, o.Customer, o.Email, o.Status, o.Total, o.Items, o.Version, o.Paid,
		o.Created, o.Updated, o.Expires, o.Tags, o.Address, o.Scores, o.Note,
	}
}

func wideRow(w *Wide) WideRow {
	return WideRow{
		"GROUP#" + w.S01, "WIDE#" + w.S02, "wide", 1,
		w.S01, w.S02, w.S03, w.S04, w.S05, w.S06, w.S07, w.S08, w.S09, w.S10,
		w.S11, w.S12, w.S13, w.S14, w.S15, w.S16, w.S17, w.S18, w.S19, w.S20,
		w.N01, w.N02, w.N03, w.N04, w.N05, w.N06, w.N07, w.N08, w.N09, w.N10, w.N11, w.N12, w.N13, w.N14, w.N15,
		w.F01, w.F02, w.F03, w.F04, w.F05, w.F06, w.F07, w.F08, w.F09, w.F10,
		w.B01, w.B02, w.B03, w.B04, w.B05, w.T01, w.T02, w.T03, w.T04, w.T05, w.L01, w.L02, w.L03, w.L04, w.L05,
	}
}
