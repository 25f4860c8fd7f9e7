package dyn_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

// The types of the tests below; each shows one kind of index.
type (
	// album has a local index, an inverted one and a projection.
	album struct {
		_ struct{} `dyn:"entity=album"`
		_ struct{} `dyn:"pk,template=ARTIST#$<Artist>"`
		_ struct{} `dyn:"sk,template=ALBUM#$<Title>"`
		_ struct{} `dyn:"pk,index=inverted"`
		_ struct{} `dyn:"sk,index=inverted"`
		_ struct{} `dyn:"pk,index=gsi1,name=byGenre,template=GENRE#$<Genre>,project=Year+Plays"`
		_ struct{} `dyn:"sk,index=gsi1,template=ALBUM#$<Title>"`
		_ struct{} `dyn:"sk,index=lsi1,local,name=byYear,field=Year,project=keys"`

		Artist string `dynamodbav:"artist"`
		Title  string `dynamodbav:"title"`
		Genre  string `dynamodbav:"genre"`
		Year   int    `dynamodbav:"year"`
		Plays  int    `dynamodbav:"plays"`
	}
	// match has an index of several attributes.
	match struct {
		_ struct{} `dyn:"entity=match"`
		_ struct{} `dyn:"pk,template=MATCH#$<ID>"`
		_ struct{} `dyn:"sk,template=META"`
		_ struct{} `dyn:"pk,index=byRound,field=Cup,part=1"`
		_ struct{} `dyn:"pk,index=byRound,field=Region,part=2"`
		_ struct{} `dyn:"sk,index=byRound,field=Round,part=1"`
		_ struct{} `dyn:"sk,index=byRound,field=At,part=2"`

		ID     string    `dynamodbav:"id"`
		Cup    string    `dynamodbav:"cup"`
		Region string    `dynamodbav:"region"`
		Round  int       `dynamodbav:"round"`
		At     time.Time `dynamodbav:"at,unixtime"`
	}
	// session expires.
	session struct {
		_ struct{} `dyn:"entity=session"`
		_ struct{} `dyn:"pk,template=SESSION#$<ID>"`
		_ struct{} `dyn:"sk,template=META"`

		ID      string    `dynamodbav:"id"`
		Expires time.Time `dynamodbav:"expires,unixtime" dyn:"ttl"`
	}
	// reading is a plain item of a table with raw keys and no templates.
	reading struct {
		Sensor []byte `dynamodbav:"sensor" dyn:"pk"`
		At     int64  `dynamodbav:"at" dyn:"sk"`
	}
	// setting has no sort key.
	setting struct {
		Name  string `dynamodbav:"name" dyn:"pk"`
		Value string `dynamodbav:"value"`
	}
)

var inverted = map[string]dyn.IndexKeys{"inverted": {PK: "sk", SK: "pk"}}

// registers returns a function that registers T.
func registers[T any](s *dyn.Service) error { _, err := dyn.NewEntity[T](s); return err }

func TestCreateTableInput(t *testing.T) {
	t.Parallel()
	type register = func(*dyn.Service) error
	tests := []struct {
		name  string
		table dyn.Table
		types []register
		want  string
	}{
		{
			name: "index", types: []register{registers[Card]},
			want: `
app PAY_PER_REQUEST
attributes gsi1pk S, gsi1sk S, pk S, sk S
key pk HASH, sk RANGE
global gsi1: gsi1pk HASH, gsi1sk RANGE; ALL`,
		},
		{
			name: "names", types: []register{registers[Card]},
			table: dyn.Table{PK: "PK", SK: "SK", Indexes: map[string]dyn.IndexKeys{"gsi1": {PK: "GSI1PK", SK: "GSI1SK"}}},
			want: `
app PAY_PER_REQUEST
attributes GSI1PK S, GSI1SK S, PK S, SK S
key PK HASH, SK RANGE
global gsi1: GSI1PK HASH, GSI1SK RANGE; ALL`,
		},
		{
			name: "local, inverted, projected", table: dyn.Table{Indexes: inverted}, types: []register{registers[album]},
			want: `
app PAY_PER_REQUEST
attributes gsi1pk S, gsi1sk S, pk S, sk S, year N
key pk HASH, sk RANGE
global gsi1: gsi1pk HASH, gsi1sk RANGE; INCLUDE _entity _version plays year
global inverted: sk HASH, pk RANGE; ALL
local lsi1: pk HASH, year RANGE; KEYS_ONLY`,
		},
		{
			name: "several attributes", types: []register{registers[match]},
			want: `
app PAY_PER_REQUEST
attributes at N, cup S, pk S, region S, round N, sk S
key pk HASH, sk RANGE
global byRound: cup HASH, region HASH, round RANGE, at RANGE; ALL`,
		},
		{
			name: "the widest projection wins", table: dyn.Table{Indexes: inverted}, types: []register{registers[album], registers[Card]},
			want: `
app PAY_PER_REQUEST
attributes gsi1pk S, gsi1sk S, pk S, sk S, year N
key pk HASH, sk RANGE
global gsi1: gsi1pk HASH, gsi1sk RANGE; ALL
global inverted: sk HASH, pk RANGE; ALL
local lsi1: pk HASH, year RANGE; KEYS_ONLY`,
		},
		{
			name: "raw keys", types: []register{registers[reading]},
			want: `
app PAY_PER_REQUEST
attributes at N, sensor B
key sensor HASH, at RANGE`,
		},
		{
			name: "no sort key", types: []register{registers[setting]},
			want: `
app PAY_PER_REQUEST
attributes name S
key name HASH`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.table.Name = "app"
			svc := serviceOn(t, nil, tt.table)
			for _, register := range tt.types {
				if err := register(svc); err != nil {
					t.Fatal(err)
				}
			}
			in, err := svc.CreateTableInput()
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(strings.TrimSpace(tt.want), tableText(in)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			again, err := svc.CreateTableInput()
			if err != nil || tableText(again) != tableText(in) {
				t.Errorf("the second input differs: %s, %v", tableText(again), err)
			}
		})
	}
}

func TestTableWithoutEntities(t *testing.T) {
	t.Parallel()
	svc := serviceOn(t, newClient(t), dyn.Table{Name: "app"})
	const why = "no entity is registered; call NewEntity or Bind first"
	_, err := svc.CreateTableInput()
	errorText(t, err, "dyn: create table app: "+why)
	errorText(t, svc.EnsureTable(t.Context()), "dyn: create table app: "+why)
	errorText(t, svc.CheckTable(t.Context()), "dyn: check table app: "+why)
}

func errorText(t *testing.T, err error, want string) {
	t.Helper()
	got := "no error"
	if err != nil {
		got = err.Error()
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

// tableText writes everything that a table definition says.
func tableText(in *dynamodb.CreateTableInput) string {
	var b strings.Builder
	var defs []string
	for _, d := range in.AttributeDefinitions {
		defs = append(defs, fmt.Sprintf("%s %s", *d.AttributeName, d.AttributeType))
	}
	slices.Sort(defs)
	fmt.Fprintf(&b, "%s %s\nattributes %s\nkey %s", *in.TableName, in.BillingMode, strings.Join(defs, ", "), keysText(in.KeySchema))
	for _, ix := range in.GlobalSecondaryIndexes {
		fmt.Fprintf(&b, "\nglobal %s: %s; %s", *ix.IndexName, keysText(ix.KeySchema), projectionText(ix.Projection))
	}
	for _, ix := range in.LocalSecondaryIndexes {
		fmt.Fprintf(&b, "\nlocal %s: %s; %s", *ix.IndexName, keysText(ix.KeySchema), projectionText(ix.Projection))
	}
	return b.String()
}

func keysText(keys []types.KeySchemaElement) string {
	var out []string
	for _, k := range keys {
		out = append(out, fmt.Sprintf("%s %s", *k.AttributeName, k.KeyType))
	}
	return strings.Join(out, ", ")
}

func projectionText(p *types.Projection) string {
	return strings.TrimSpace(string(p.ProjectionType) + " " + strings.Join(p.NonKeyAttributes, " "))
}

func TestCheckTable(t *testing.T) {
	t.Parallel()
	global := func(in *dynamodb.CreateTableInput, name string) *types.GlobalSecondaryIndex {
		i := slices.IndexFunc(in.GlobalSecondaryIndexes, func(ix types.GlobalSecondaryIndex) bool { return *ix.IndexName == name })
		return &in.GlobalSecondaryIndexes[i]
	}
	retype := func(in *dynamodb.CreateTableInput, name string, to types.ScalarAttributeType) {
		for i := range in.AttributeDefinitions {
			if *in.AttributeDefinitions[i].AttributeName == name {
				in.AttributeDefinitions[i].AttributeType = to
			}
		}
	}
	tests := []struct {
		name   string
		change func(*dynamodb.CreateTableInput)
		ttl    string // attribute by which items expire
		want   string // of the error; "" for none
	}{
		{name: "as the model", ttl: "expires", change: func(*dynamodb.CreateTableInput) {}},
		{
			name: "more than the model", ttl: "expires",
			change: func(in *dynamodb.CreateTableInput) {
				in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String("x"), AttributeType: "N"})
				in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
					IndexName: aws.String("other"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
					KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("x"), KeyType: types.KeyTypeHash}},
				})
				global(in, "gsi1").Projection = &types.Projection{ProjectionType: types.ProjectionTypeAll}
			},
		},
		{
			name: "other key", ttl: "expires",
			change: func(in *dynamodb.CreateTableInput) {
				in.KeySchema[0].AttributeName, in.KeySchema[1].AttributeName = aws.String("sk"), aws.String("pk")
				in.LocalSecondaryIndexes[0].KeySchema[0].AttributeName = aws.String("sk")
			},
			want: `the table has the key sk (HASH, S) and pk (RANGE, S); the model needs pk (HASH, S) and sk (RANGE, S)
	index "lsi1" has the key sk (HASH, S) and year (RANGE, N); the model needs pk (HASH, S) and year (RANGE, N)`,
		},
		{
			name: "other types", ttl: "expires",
			change: func(in *dynamodb.CreateTableInput) {
				retype(in, "year", types.ScalarAttributeTypeS)
				retype(in, "gsi1sk", types.ScalarAttributeTypeB)
			},
			want: `index "gsi1" has the key gsi1pk (HASH, S) and gsi1sk (RANGE, B); the model needs gsi1pk (HASH, S) and gsi1sk (RANGE, S)
	index "lsi1" has the key pk (HASH, S) and year (RANGE, S); the model needs pk (HASH, S) and year (RANGE, N)`,
		},
		{
			name: "no indexes", ttl: "expires",
			change: func(in *dynamodb.CreateTableInput) {
				in.GlobalSecondaryIndexes, in.LocalSecondaryIndexes = nil, nil
				in.AttributeDefinitions = slices.DeleteFunc(in.AttributeDefinitions, func(d types.AttributeDefinition) bool {
					return *d.AttributeName != "pk" && *d.AttributeName != "sk"
				})
			},
			want: `index "gsi1" is missing
	index "inverted" is missing
	index "lsi1" is missing; a local index can't be added to a table that exists`,
		},
		{
			name: "narrow projections", ttl: "expires",
			change: func(in *dynamodb.CreateTableInput) {
				global(in, "gsi1").Projection.NonKeyAttributes = []string{"plays", "_entity"}
				global(in, "inverted").Projection = &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly}
			},
			want: `index "gsi1" does not hold _version, year
	index "inverted" does not hold _entity, _version, artist, genre, plays, title, year`,
		},
		{
			name: "global for local", ttl: "expires",
			change: func(in *dynamodb.CreateTableInput) {
				l := in.LocalSecondaryIndexes[0]
				in.LocalSecondaryIndexes = nil
				in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{IndexName: l.IndexName, KeySchema: l.KeySchema, Projection: l.Projection})
			},
			want: `index "lsi1" is global; the model needs a local one`,
		},
		{
			name:   "no expiry",
			change: func(*dynamodb.CreateTableInput) {},
			want:   `time to live is off; the model's items expire by expires`,
		},
		{
			name: "other expiry", ttl: "until",
			change: func(in *dynamodb.CreateTableInput) {
				global(in, "gsi1").Projection.NonKeyAttributes = []string{"plays"}
			},
			want: `index "gsi1" does not hold _entity, _version, year
	items expire by until; the model's by expires`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t)
			svc := serviceOn(t, client, dyn.Table{Name: "app", Indexes: inverted})
			entityOf[album](t, svc)
			entityOf[session](t, svc)
			in, err := svc.CreateTableInput()
			if err != nil {
				t.Fatal(err)
			}
			tt.change(in)
			createTable(t, client, in, tt.ttl)
			if err := svc.CheckTable(t.Context()); tt.want != "" {
				errorText(t, err, "dyn: check table app: "+tt.want)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func createTable(t *testing.T, client *dynamodb.Client, in *dynamodb.CreateTableInput, ttl string) {
	t.Helper()
	if _, err := client.CreateTable(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if ttl == "" {
		return
	}
	_, err := client.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{
		TableName:               in.TableName,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(ttl), Enabled: aws.Bool(true)},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCheckMissingTable(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	entityOf[Card](t, svc)
	err := svc.CheckTable(t.Context())
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) {
		t.Fatalf("no ResourceNotFoundException in %v", err)
	}
	if want := "dyn: check table app: the table does not exist; EnsureTable creates it: "; !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %q does not start with %q", err, want)
	}
}

// TestEnsureTable finds that what EnsureTable creates is what CheckTable wants.
func TestEnsureTable(t *testing.T) {
	t.Parallel()
	svc := serviceOn(t, newClient(t), dyn.Table{Name: "app", Indexes: inverted})
	entityOf[album](t, svc)
	entityOf[match](t, svc)
	entityOf[session](t, svc)
	for range 2 { // the second time it is there
		ensure(t, svc)
		if err := svc.CheckTable(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEnsureForeignTable leaves a table alone that somebody else made, but for
// what it lacks to let items expire.
func TestEnsureForeignTable(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	svc := serviceOn(t, client, dyn.Table{Name: "app"})
	entityOf[Card](t, svc)
	entityOf[session](t, svc)
	createTable(t, client, &dynamodb.CreateTableInput{
		TableName: aws.String("app"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: "N"}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	}, "")
	ensure(t, svc)
	errorText(t, svc.CheckTable(t.Context()), `dyn: check table app: the table has the key id (HASH, N); the model needs pk (HASH, S) and sk (RANGE, S)
	index "gsi1" is missing`)
}

// TestEnsureTableOfContext creates the table that the context names.
func TestEnsureTableOfContext(t *testing.T) {
	t.Parallel()
	type tenant struct{}
	svc := newService(t, dyn.WithTable(func(ctx context.Context) string {
		name, _ := ctx.Value(tenant{}).(string)
		return name
	}))
	cards := entityOf[Card](t, svc)
	acme := context.WithValue(t.Context(), tenant{}, "acme")
	if err := svc.EnsureTable(acme); err != nil {
		t.Fatal(err)
	}
	if err := svc.CheckTable(acme); err != nil {
		t.Error(err)
	}
	if _, err := cards.Put(acme, Card{CardID: "1", UserID: "u"}); err != nil {
		t.Error(err)
	}
	var missing *types.ResourceNotFoundException
	if err := svc.CheckTable(t.Context()); !errors.As(err, &missing) {
		t.Errorf("the table of the service: %v", err)
	}
}

func TestTwoExpiryAttributes(t *testing.T) {
	t.Parallel()
	type lease struct {
		_     struct{}  `dyn:"entity=lease"`
		_     struct{}  `dyn:"pk,template=LEASE#$<ID>"`
		_     struct{}  `dyn:"sk,template=META"`
		ID    string    `dynamodbav:"id"`
		Until time.Time `dynamodbav:"until,unixtime" dyn:"ttl"`
	}
	svc := newService(t)
	entityOf[session](t, svc)
	_, err := dyn.NewEntity[lease](svc)
	errorText(t, err, "dyn: lease: items expire by attribute until here, by expires in session; a table has one such attribute")
}

// scripted is a client that describes the table as told, in turn, the last one
// for good.
type scripted struct {
	dyn.Client
	describe []any // *types.TableDescription or error
	create   error
	calls    []string
}

func (s *scripted) DescribeTable(ctx context.Context, _ *dynamodb.DescribeTableInput, _ ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	s.calls = append(s.calls, "describe")
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	next := s.describe[0]
	s.describe = s.describe[min(1, len(s.describe)-1):]
	if err, ok := next.(error); ok {
		return nil, err
	}
	return &dynamodb.DescribeTableOutput{Table: next.(*types.TableDescription)}, nil
}

func (s *scripted) CreateTable(context.Context, *dynamodb.CreateTableInput, ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error) {
	s.calls = append(s.calls, "create")
	return &dynamodb.CreateTableOutput{}, s.create
}

func described(table types.TableStatus, index types.IndexStatus) *types.TableDescription {
	return &types.TableDescription{
		TableStatus:            table,
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndexDescription{{IndexName: aws.String("gsi1"), IndexStatus: index}},
	}
}

func TestEnsureTableWaits(t *testing.T) {
	t.Parallel()
	denied := errors.New("access denied")
	absent := &types.ResourceNotFoundException{Message: aws.String("no table")}
	ready := described("ACTIVE", "ACTIVE")
	tests := []struct {
		name     string
		describe []any
		create   error
		timeout  time.Duration
		want     string // of the error
		calls    string
		took     time.Duration
	}{
		{name: "there", describe: []any{ready}, calls: "describe describe"},
		{
			name:     "new",
			describe: []any{absent, absent, described("CREATING", "CREATING"), described("ACTIVE", "CREATING"), ready},
			calls:    "describe create describe describe describe describe", took: 350 * time.Millisecond,
		},
		{
			name:     "another program was faster",
			describe: []any{absent, described("CREATING", "CREATING"), ready}, create: &types.ResourceInUseException{},
			calls: "describe create describe describe", took: 50 * time.Millisecond,
		},
		{
			name: "no right to create", describe: []any{absent}, create: denied,
			want: "dyn: ensure table app: access denied", calls: "describe create",
		},
		{
			name: "no right to describe", describe: []any{denied},
			want: "dyn: ensure table app: access denied", calls: "describe",
		},
		{
			name: "out of time", describe: []any{described("CREATING", "CREATING")}, timeout: time.Second,
			want:  "dyn: ensure table app: waiting for the table to become active: context deadline exceeded",
			calls: "describe describe describe describe describe describe", took: time.Second,
		},
		{
			name: "cancelled", describe: []any{ready}, timeout: -1,
			want: "dyn: ensure table app: context deadline exceeded", calls: "describe",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := &scripted{describe: tt.describe, create: tt.create}
				svc := serviceOn(t, client, dyn.Table{Name: "app"})
				entityOf[Card](t, svc)
				ctx, cancel := context.WithTimeout(t.Context(), cmp.Or(tt.timeout, time.Hour))
				defer cancel()
				start := time.Now()
				err := svc.EnsureTable(ctx)
				errorText(t, err, cmp.Or(tt.want, "no error"))
				if diff := gocmp.Diff(tt.calls, strings.Join(client.calls, " ")); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
				if took := time.Since(start); took != tt.took {
					t.Errorf("it took %s, want %s", took, tt.took)
				}
			})
		})
	}
}

func TestCheckTableStatus(t *testing.T) {
	t.Parallel()
	live := func(table types.TableStatus, index types.IndexStatus) *types.TableDescription {
		d := described(table, index)
		key := func(pk, sk string) []types.KeySchemaElement {
			return []types.KeySchemaElement{{AttributeName: aws.String(pk), KeyType: "HASH"}, {AttributeName: aws.String(sk), KeyType: "RANGE"}}
		}
		d.KeySchema = key("pk", "sk")
		for _, name := range []string{"pk", "sk", "gsi1pk", "gsi1sk"} {
			d.AttributeDefinitions = append(d.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: "S"})
		}
		d.GlobalSecondaryIndexes[0].KeySchema = key("gsi1pk", "gsi1sk")
		d.GlobalSecondaryIndexes[0].Projection = &types.Projection{ProjectionType: types.ProjectionTypeAll}
		return d
	}
	tests := []struct {
		name  string
		table types.TableStatus
		index types.IndexStatus
		want  string
	}{
		{name: "active", table: "ACTIVE", index: "ACTIVE", want: "no error"},
		{name: "updating", table: "UPDATING", index: "UPDATING", want: "no error"},
		{name: "index in the making", table: "UPDATING", index: "CREATING", want: `dyn: check table app: index "gsi1" is CREATING`},
		{
			name: "going", table: "DELETING", index: "DELETING",
			want: "dyn: check table app: the table is DELETING\n\tindex \"gsi1\" is DELETING",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			svc := serviceOn(t, &scripted{describe: []any{live(tt.table, tt.index)}}, dyn.Table{Name: "app"})
			entityOf[Card](t, svc)
			errorText(t, svc.CheckTable(t.Context()), tt.want)
		})
	}
	svc := serviceOn(t, &scripted{describe: []any{errors.New("access denied")}}, dyn.Table{Name: "app"})
	entityOf[Card](t, svc)
	errorText(t, svc.CheckTable(t.Context()), "dyn: check table app: access denied")
}

func TestNoTable(t *testing.T) {
	t.Parallel()
	cards := entityOf[Card](t, newService(t))
	_, err := cards.Put(t.Context(), Card{CardID: "1", UserID: "u"})
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) {
		t.Fatalf("no ResourceNotFoundException in %v", err)
	}
	if want := `dyn: put card: there is no table "app"; EnsureTable creates it: `; !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %q does not start with %q", err, want)
	}
}
