package model

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
)

// Account is a collection of four types of items, which share a partition.
type Account struct {
	Carts    []Cart
	Letters  []Letter
	Payments []Payment
	Visits   []Visit
}

// Cart is a member of Account. The members serve dyn and the others alike.
type Cart struct {
	_       struct{}  `dyn:"entity=cart"`
	PK      string    `dynamodbav:"pk" dynamo:"pk" dyn:"pk,template=ACCOUNT#$<Account>,collection=account"`
	SK      string    `dynamodbav:"sk" dynamo:"sk" dyn:"sk,template=CART#$<ID>"`
	Account string    `dynamodbav:"account" dynamo:"account"`
	ID      string    `dynamodbav:"id" dynamo:"id"`
	Total   float64   `dynamodbav:"total" dynamo:"total"`
	Goods   []string  `dynamodbav:"goods" dynamo:"goods"`
	Opened  time.Time `dynamodbav:"opened" dynamo:"opened"`
	Gift    bool      `dynamodbav:"gift" dynamo:"gift"`
}

// Letter is a member of Account.
type Letter struct {
	_       struct{}  `dyn:"entity=letter"`
	PK      string    `dynamodbav:"pk" dynamo:"pk" dyn:"pk,template=ACCOUNT#$<Account>,collection=account"`
	SK      string    `dynamodbav:"sk" dynamo:"sk" dyn:"sk,template=LETTER#$<ID>"`
	Account string    `dynamodbav:"account" dynamo:"account"`
	ID      string    `dynamodbav:"id" dynamo:"id"`
	Subject string    `dynamodbav:"subject" dynamo:"subject"`
	Body    string    `dynamodbav:"body" dynamo:"body"`
	Sent    time.Time `dynamodbav:"sent" dynamo:"sent"`
	Read    bool      `dynamodbav:"read" dynamo:"read"`
}

// Payment is a member of Account.
type Payment struct {
	_        struct{}  `dyn:"entity=payment"`
	PK       string    `dynamodbav:"pk" dynamo:"pk" dyn:"pk,template=ACCOUNT#$<Account>,collection=account"`
	SK       string    `dynamodbav:"sk" dynamo:"sk" dyn:"sk,template=PAYMENT#$<ID>"`
	Account  string    `dynamodbav:"account" dynamo:"account"`
	ID       string    `dynamodbav:"id" dynamo:"id"`
	Cents    int64     `dynamodbav:"cents" dynamo:"cents"`
	Currency string    `dynamodbav:"currency" dynamo:"currency"`
	Method   string    `dynamodbav:"method" dynamo:"method"`
	Paid     time.Time `dynamodbav:"paid" dynamo:"paid"`
}

// Visit is a member of Account.
type Visit struct {
	_       struct{}       `dyn:"entity=visit"`
	PK      string         `dynamodbav:"pk" dynamo:"pk" dyn:"pk,template=ACCOUNT#$<Account>,collection=account"`
	SK      string         `dynamodbav:"sk" dynamo:"sk" dyn:"sk,template=VISIT#$<ID>"`
	Account string         `dynamodbav:"account" dynamo:"account"`
	ID      string         `dynamodbav:"id" dynamo:"id"`
	Browser string         `dynamodbav:"browser" dynamo:"browser"`
	Clicks  map[string]int `dynamodbav:"clicks" dynamo:"clicks"`
	Seconds int            `dynamodbav:"seconds" dynamo:"seconds"`
	Began   time.Time      `dynamodbav:"began" dynamo:"began"`
}

// AccountKey is the partition key of NewAccount's items.
const AccountKey = "ACCOUNT#account-42"

var cartF = dyn.Fields[Cart]()

// AccountPartition selects NewAccount's items.
func AccountPartition() dyn.Cond { return dyn.Eq(&cartF.Account, "account-42") }

// NewAccount returns n items of each type.
func NewAccount(n int) Account {
	a := Account{make([]Cart, n), make([]Letter, n), make([]Payment, n), make([]Visit, n)}
	for i := range n {
		id := fmt.Sprintf("%08d", i)
		a.Carts[i] = Cart{PK: AccountKey, SK: "CART#" + id, Account: "account-42", ID: id, Total: 99.5, Goods: []string{"lamp", "sofa"}, Opened: day(i), Gift: true}
		a.Letters[i] = Letter{PK: AccountKey, SK: "LETTER#" + id, Account: "account-42", ID: id, Subject: "your order", Body: "It is on its way to you.", Sent: day(i)}
		a.Payments[i] = Payment{PK: AccountKey, SK: "PAYMENT#" + id, Account: "account-42", ID: id, Cents: 9950, Currency: "NOK", Method: "card", Paid: day(i)}
		a.Visits[i] = Visit{PK: AccountKey, SK: "VISIT#" + id, Account: "account-42", ID: id, Browser: "lynx", Clicks: map[string]int{"top": i}, Seconds: 30, Began: day(i)}
	}
	return a
}

// StoredAccount returns the items of NewAccount as the table has them, in the
// order of their keys.
func StoredAccount(n int) ([]Item, error) {
	a := NewAccount(n)
	var out []Item
	var err error
	add := func(entity string, v any) {
		item, e := attributevalue.MarshalMap(v)
		if e != nil {
			err = e
			return
		}
		item["_entity"], item["_version"] = text(entity), &types.AttributeValueMemberN{Value: "1"}
		out = append(out, item)
	}
	for _, c := range a.Carts {
		add("cart", c)
	}
	for _, l := range a.Letters {
		add("letter", l)
	}
	for _, p := range a.Payments {
		add("payment", p)
	}
	for _, v := range a.Visits {
		add("visit", v)
	}
	return out, err
}

// Add decodes an item by hand and adds it to what it is one of.
func (a *Account) Add(item Item) error {
	r := reader{item: item}
	pk, sk, account, id := r.text("pk"), r.text("sk"), r.text("account"), r.text("id")
	switch r.text("_entity") {
	case "cart":
		a.Carts = append(a.Carts, Cart{
			PK: pk, SK: sk, Account: account, ID: id,
			Total: r.fraction("total"), Goods: r.list("goods"), Opened: r.moment("opened"), Gift: r.boolean("gift"),
		})
	case "letter":
		a.Letters = append(a.Letters, Letter{
			PK: pk, SK: sk, Account: account, ID: id,
			Subject: r.text("subject"), Body: r.text("body"), Sent: r.moment("sent"), Read: r.boolean("read"),
		})
	case "payment":
		a.Payments = append(a.Payments, Payment{
			PK: pk, SK: sk, Account: account, ID: id,
			Cents: r.whole("cents"), Currency: r.text("currency"), Method: r.text("method"), Paid: r.moment("paid"),
		})
	case "visit":
		v := Visit{PK: pk, SK: sk, Account: account, ID: id, Browser: r.text("browser"), Seconds: int(r.whole("seconds")), Began: r.moment("began")}
		if m, ok := attribute[*types.AttributeValueMemberM](&r, "clicks"); ok {
			in := reader{item: m.Value}
			v.Clicks = make(map[string]int, len(m.Value))
			for name := range m.Value {
				v.Clicks[name] = int(in.whole(name))
			}
			r.fail(in.err)
		}
		a.Visits = append(a.Visits, v)
	}
	return r.err
}
