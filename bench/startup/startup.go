// Package startup has a service of 30 entities, to measure what starting a
// program takes.
package startup

import (
	"time"

	"github.com/dyntable/dyn"
)

// base has the 20 attributes of each entity.
type base struct {
	Tenant   string            `dynamodbav:"tenant" dyn:"required"`
	ID       string            `dynamodbav:"id"`
	Name     string            `dynamodbav:"name"`
	Status   string            `dynamodbav:"status" dyn:"default=new,enum=new|open|closed"`
	Owner    string            `dynamodbav:"owner"`
	Email    string            `dynamodbav:"email,omitempty"`
	Phone    *string           `dynamodbav:"phone"`
	Count    int               `dynamodbav:"count"`
	Cents    int64             `dynamodbav:"cents"`
	Weight   float64           `dynamodbav:"weight"`
	Active   bool              `dynamodbav:"active"`
	Tags     []string          `dynamodbav:"tags,stringset"`
	Numbers  []int             `dynamodbav:"numbers"`
	Labels   map[string]string `dynamodbav:"labels"`
	Picture  []byte            `dynamodbav:"picture"`
	Address  address           `dynamodbav:"address"`
	Previous []address         `dynamodbav:"previous"`
	Due      time.Time         `dynamodbav:"due,unixtime"`
	Created  time.Time         `dynamodbav:"created" dyn:"created"`
	Updated  time.Time         `dynamodbav:"updated" dyn:"updated"`
}

type address struct {
	Street string `dynamodbav:"street"`
	City   string `dynamodbav:"city"`
	Zip    string `dynamodbav:"zip"`
}

type (
	entity01 struct {
		_ struct{} `dyn:"entity=e01"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E01#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E01#$<Created>#$<ID>"`
		base
	}
	entity02 struct {
		_ struct{} `dyn:"entity=e02"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E02#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E02#$<Created>#$<ID>"`
		base
	}
	entity03 struct {
		_ struct{} `dyn:"entity=e03"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E03#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E03#$<Created>#$<ID>"`
		base
	}
	entity04 struct {
		_ struct{} `dyn:"entity=e04"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E04#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E04#$<Created>#$<ID>"`
		base
	}
	entity05 struct {
		_ struct{} `dyn:"entity=e05"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E05#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E05#$<Created>#$<ID>"`
		base
	}
	entity06 struct {
		_ struct{} `dyn:"entity=e06"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E06#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E06#$<Created>#$<ID>"`
		base
	}
	entity07 struct {
		_ struct{} `dyn:"entity=e07"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E07#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E07#$<Created>#$<ID>"`
		base
	}
	entity08 struct {
		_ struct{} `dyn:"entity=e08"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E08#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E08#$<Created>#$<ID>"`
		base
	}
	entity09 struct {
		_ struct{} `dyn:"entity=e09"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E09#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E09#$<Created>#$<ID>"`
		base
	}
	entity10 struct {
		_ struct{} `dyn:"entity=e10"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E10#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E10#$<Created>#$<ID>"`
		base
	}
	entity11 struct {
		_ struct{} `dyn:"entity=e11"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E11#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E11#$<Created>#$<ID>"`
		base
	}
	entity12 struct {
		_ struct{} `dyn:"entity=e12"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E12#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E12#$<Created>#$<ID>"`
		base
	}
	entity13 struct {
		_ struct{} `dyn:"entity=e13"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E13#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E13#$<Created>#$<ID>"`
		base
	}
	entity14 struct {
		_ struct{} `dyn:"entity=e14"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E14#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E14#$<Created>#$<ID>"`
		base
	}
	entity15 struct {
		_ struct{} `dyn:"entity=e15"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E15#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E15#$<Created>#$<ID>"`
		base
	}
	entity16 struct {
		_ struct{} `dyn:"entity=e16"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E16#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E16#$<Created>#$<ID>"`
		base
	}
	entity17 struct {
		_ struct{} `dyn:"entity=e17"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E17#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E17#$<Created>#$<ID>"`
		base
	}
	entity18 struct {
		_ struct{} `dyn:"entity=e18"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E18#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E18#$<Created>#$<ID>"`
		base
	}
	entity19 struct {
		_ struct{} `dyn:"entity=e19"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E19#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E19#$<Created>#$<ID>"`
		base
	}
	entity20 struct {
		_ struct{} `dyn:"entity=e20"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E20#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E20#$<Created>#$<ID>"`
		base
	}
	entity21 struct {
		_ struct{} `dyn:"entity=e21"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E21#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E21#$<Created>#$<ID>"`
		base
	}
	entity22 struct {
		_ struct{} `dyn:"entity=e22"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E22#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E22#$<Created>#$<ID>"`
		base
	}
	entity23 struct {
		_ struct{} `dyn:"entity=e23"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E23#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E23#$<Created>#$<ID>"`
		base
	}
	entity24 struct {
		_ struct{} `dyn:"entity=e24"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E24#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E24#$<Created>#$<ID>"`
		base
	}
	entity25 struct {
		_ struct{} `dyn:"entity=e25"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E25#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E25#$<Created>#$<ID>"`
		base
	}
	entity26 struct {
		_ struct{} `dyn:"entity=e26"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E26#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E26#$<Created>#$<ID>"`
		base
	}
	entity27 struct {
		_ struct{} `dyn:"entity=e27"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E27#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E27#$<Created>#$<ID>"`
		base
	}
	entity28 struct {
		_ struct{} `dyn:"entity=e28"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E28#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E28#$<Created>#$<ID>"`
		base
	}
	entity29 struct {
		_ struct{} `dyn:"entity=e29"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E29#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E29#$<Created>#$<ID>"`
		base
	}
	entity30 struct {
		_ struct{} `dyn:"entity=e30"`
		_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
		_ struct{} `dyn:"sk,template=E30#$<ID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
		_ struct{} `dyn:"sk,index=gsi1,template=E30#$<Created>#$<ID>"`
		base
	}
)

var entities = []func(*dyn.Service) error{
	add[entity01], add[entity02], add[entity03], add[entity04], add[entity05],
	add[entity06], add[entity07], add[entity08], add[entity09], add[entity10],
	add[entity11], add[entity12], add[entity13], add[entity14], add[entity15],
	add[entity16], add[entity17], add[entity18], add[entity19], add[entity20],
	add[entity21], add[entity22], add[entity23], add[entity24], add[entity25],
	add[entity26], add[entity27], add[entity28], add[entity29], add[entity30],
}

func add[T any](s *dyn.Service) error {
	_, err := dyn.NewEntity[T](s)
	return err
}

// Service makes the service with its first n entities, as a program does when
// it starts.
func Service(n int) error {
	s, err := dyn.NewService(nil, dyn.Table{Name: "app"})
	if err != nil {
		return err
	}
	for _, add := range entities[:n] {
		if err := add(s); err != nil {
			return err
		}
	}
	return nil
}
