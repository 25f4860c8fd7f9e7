package dyn_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
)

// CardTitle is a projection of Card.
type CardTitle struct {
	Status Status  `dynamodbav:"status"`
	Nick   *string `dynamodbav:"nick"`
}

// Signal is what ranges are for: a padded number, a coarse time, several rows
// of one partition.
type Signal struct {
	_ struct{} `dyn:"entity=signal"`
	_ struct{} `dyn:"pk,template=DEVICE#$<Device>#$<At:2006-01>"`
	_ struct{} `dyn:"sk,template=EV#$<Kind>#$<Seq:05>#$<At>"`
	_ struct{} `dyn:"pk,index=gsi1,name=byKind,template=KIND#$<Kind>,project=Level"`
	_ struct{} `dyn:"sk,index=gsi1,template=$<Seq:05>#$<Device>"`
	_ struct{} `dyn:"sk,index=lsi1,name=byLevel,local,field=Level,project=keys"`
	_ struct{} `dyn:"pk,index=gsi2,name=open,template=OPEN,when=State:new|seen"`
	_ struct{} `dyn:"sk,index=gsi2,template=$<Note>"`
	_ struct{} `dyn:"pk,index=gsi3,name=place,field=City,part=1"`
	_ struct{} `dyn:"pk,index=gsi3,field=Street,part=2"`
	_ struct{} `dyn:"sk,index=gsi3,field=Kind,part=1"`
	_ struct{} `dyn:"sk,index=gsi3,field=Seq,part=2"`

	Device    string    `dynamodbav:"device"`
	Kind      string    `dynamodbav:"kind"`
	Seq       int       `dynamodbav:"seq"`
	At        time.Time `dynamodbav:"at"`
	Level     int       `dynamodbav:"level"`
	State     string    `dynamodbav:"state"`
	Note      string    `dynamodbav:"note"`
	City      string    `dynamodbav:"city,omitempty"`
	Street    string    `dynamodbav:"street,omitempty"`
	ExpiresAt int64     `dynamodbav:"expiresAt" dyn:"ttl"`
}

var signalF = dyn.Fields[Signal]()

// SignalLevel is what the index byKind holds.
type SignalLevel struct {
	Level int `dynamodbav:"level"`
}

func TestGoldenQuery(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, fixedClock())
	cards, events := entityOf[Card](t, svc), entityOf[Signal](t, svc)
	card := dyn.Put(cards, Card{CardID: "1", UserID: "u1", Likes: 2})
	event := Signal{Device: "d", Kind: "boot", Seq: 7, At: day, Level: 3, State: "new", Note: "b!", City: "Oslo", Street: "Main"}
	put := dyn.Put(events, event)
	byUser, byKind, byLevel, open, place := cards.Index("byUser"), events.Index("byKind"), events.Index("byLevel"), events.Index("open"), events.Index("place")
	user, device := dyn.Eq(&cardF.UserID, "u1"), dyn.Eq(&signalF.Device, "d")
	month := dyn.Between(&signalF.At, day.Add(-time.Hour), day.Add(time.Hour))
	at := dyn.Eq(&signalF.At, day)
	boot := dyn.Eq(&signalF.Kind, "boot")
	levels := func(q dyn.Query[Signal]) dyn.Query[SignalLevel] { return dyn.Project[SignalLevel](q) }
	var used types.ConsumedCapacity
	golden(t, svc, c, "query.txt", []request{
		read("the table", cards.Query(dyn.Eq(&cardF.CardID, "1")), card),
		read("an index", byUser.Query(user), card),
		read("conditions in And", byUser.Query(dyn.And(user, dyn.And(dyn.Ge(&cardF.CreatedAt, day)))), card),
		read("a range of times", byUser.Query(user, dyn.Lt(&cardF.CreatedAt, day)), card),
		read("every part", byUser.Query(user, dyn.Eq(&cardF.CreatedAt, day), dyn.Eq(&cardF.CardID, "1")), card),
		read("filter", byUser.Query(user).Filter(dyn.Eq(&cardF.Status, Draft)).Filter(dyn.Gt(&cardF.Likes, 1), dyn.Or(dyn.Exists(&cardF.Nick), dyn.NotExists(&cardF.Nick))), card),
		read("a filter of what may not be true", byUser.Query(user).Filter(dyn.Between(&cardF.Likes, 3, 1)), card),
		read("options", cards.Query(dyn.Eq(&cardF.CardID, "1")).Descending().Consistent().PageSize(10).Capacity(&used), card),
		read("limit", byUser.Query(user).Limit(3), card),
		read("limit and page size", byUser.Query(user).Limit(3).PageSize(50), card),
		read("projection", dyn.Project[CardTitle](byUser.Query(user)), card),
		read("projection to the key alone", dyn.Project[struct{}](byUser.Query(user)), card),
		read("a coarse time", events.Query(device, at), put),
		read("a coarse time by a range", events.Query(device, month), put),
		read("a number that is padded", events.Query(device, at, boot, dyn.Gt(&signalF.Seq, 6)), put),
		read("text", events.Query(device, at, dyn.BeginsWith(&signalF.Kind, "bo")), put),
		read("text less than", events.Query(device, at, dyn.Lt(&signalF.Kind, "boot")), put),
		read("text at most", events.Query(device, at, dyn.Le(&signalF.Kind, "boot")), put),
		read("text greater than", events.Query(device, at, dyn.Gt(&signalF.Kind, "boo")), put),
		read("text at least", events.Query(device, at, dyn.Ge(&signalF.Kind, "boot")), put),
		read("text between", events.Query(device, at, dyn.Between(&signalF.Kind, "a", "c")), put),
		read("text between, the wrong way round", events.Query(device, at, dyn.Between(&signalF.Kind, "c", "a")), put),
		read("a local index", dyn.Project[SignalLevel](byLevel.Query(device, at, dyn.Ge(&signalF.Level, 2))).Consistent(), put),
		read("a local index between, the wrong way round", dyn.Project[SignalLevel](byLevel.Query(device, at, dyn.Between(&signalF.Level, 5, 2))), put),
		read("an index with a part of the attributes", levels(byKind.Query(boot, dyn.Between(&signalF.Seq, 1, 7))), put),
		read("hydrated", byKind.Query(boot).Hydrate(), put),
		read("a filter on what the index holds", levels(byKind.Query(boot).Filter(dyn.Eq(&signalF.Level, 3))), put),
		read("a constant partition", open.Query(dyn.Ge(&signalF.Note, "b")), put),
		read("several attributes", place.Query(dyn.Eq(&signalF.City, "Oslo"), dyn.Eq(&signalF.Street, "Main"), boot, dyn.Le(&signalF.Seq, 7)), put),
		read("find in the table", cards.Find(dyn.Eq(&cardF.CardID, "1"), dyn.Eq(&cardF.Likes, 2)), card),
		read("find in an index", cards.Find(user, dyn.Gt(&cardF.Likes, 1)), card),
		read("no partition key", byUser.Query()),
		read("part of the partition key", events.Query(device)),
		read("a gap", byUser.Query(user, dyn.Eq(&cardF.CardID, "1"))),
		read("a range before the last", byUser.Query(user, dyn.Gt(&cardF.CreatedAt, day), dyn.Eq(&cardF.CardID, "1"))),
		read("two ranges", byUser.Query(user, dyn.Gt(&cardF.CreatedAt, day), dyn.Lt(&cardF.CreatedAt, day))),
		read("not of the key", byUser.Query(user, dyn.Eq(&cardF.Likes, 1))),
		read("not for a key", byUser.Query(user, dyn.Ne(&cardF.CreatedAt, day))),
		read("or", byUser.Query(dyn.Or(user, user))),
		read("an empty value", byUser.Query(dyn.Eq(&cardF.UserID, ""))),
		read("two months", events.Query(device, dyn.Between(&signalF.At, day, day.AddDate(0, 1, 0)))),
		read("half a range on a coarse time", events.Query(device, dyn.Gt(&signalF.At, day))),
		read("a filter on a key", byLevel.Query(device, at).Filter(dyn.Eq(&signalF.Level, 1))),
		read("a filter on what the index lacks", levels(byKind.Query(boot).Filter(dyn.Eq(&signalF.State, "new")))),
		read("an index that lacks attributes", byKind.Query(boot)),
		read("consistent on an index", byUser.Query(user).Consistent()),
		read("a negative limit", byUser.Query(user).Limit(-1)),
		read("find without an index", cards.Find(dyn.Eq(&cardF.Likes, 1))),
		read("a foreign pointer", byUser.Query(dyn.Eq(&signalF.Kind, "x"))),
		read("a projection of what is not there", dyn.Project[Author](byUser.Query(user))),
		read("a damaged cursor", byUser.Query(user).After("nonsense")),
	})
}

func TestGoldenScan(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, fixedClock())
	cards, events := entityOf[Card](t, svc), entityOf[Signal](t, svc)
	card := dyn.Put(cards, Card{CardID: "1", UserID: "u1", Likes: 2})
	event := Signal{Device: "d", Kind: "boot", Seq: 7, At: day, Level: 3, State: "new", Note: "b"}
	expired := Signal{Device: "e", Kind: "boot", Seq: 7, At: day, ExpiresAt: day.Unix()}
	puts := []dyn.Op{card, dyn.Put(events, event), dyn.Put(events, expired)}
	var used types.ConsumedCapacity
	golden(t, svc, c, "scan.txt", []request{
		read("all", cards.Scan(), puts...),
		read("without what has expired", events.Scan(), puts...),
		read("filter", cards.Scan().Filter(dyn.Or(dyn.Eq(&cardF.Likes, 1), dyn.Eq(&cardF.CardID, "1"))), puts...),
		read("options", cards.Scan().Consistent().PageSize(5).Capacity(&used), puts...),
		read("limit", cards.Scan().Limit(3), puts...),
		read("segments", cards.Scan().Segments(4), puts...),
		read("an index", cards.Index("byUser").Scan(), puts...),
		read("an index with when", events.Index("open").Scan(), puts...),
		read("an index that lacks attributes", events.Index("byLevel").Scan()),
		read("too many segments", cards.Scan().Segments(1_000_001)),
		read("a damaged cursor", cards.Scan().After("nonsense")),
	})
}
