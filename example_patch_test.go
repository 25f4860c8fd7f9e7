package dyn_test

import (
	"encoding/json"
	"fmt"

	"github.com/dyntable/dyn"
)

// SetFrom sets what a PATCH request holds and leaves the rest alone. The fields
// of the patch are checked against the entity's.
func Example_patch() {
	type Profile struct {
		_ struct{} `dyn:"entity=profile"`
		_ struct{} `dyn:"pk,template=USER#$<UserID>"`
		_ struct{} `dyn:"sk,template=PROFILE"`

		UserID string `dynamodbav:"userId"`
		Name   string `dynamodbav:"name"`
		City   string `dynamodbav:"city"`
		Public bool   `dynamodbav:"public"`
	}
	type ProfilePatch struct {
		Name   *string `dynamodbav:"name"   json:"name"`
		City   *string `dynamodbav:"city"   json:"city"`
		Public *bool   `dynamodbav:"public" json:"public"`
	}
	var store struct{ Profiles *dyn.Entity[Profile] }
	open(&store)
	_, err := store.Profiles.Put(ctx, Profile{UserID: "u1", Name: "Bo", City: "Oslo", Public: true})
	check(err)

	var patch ProfilePatch
	check(json.Unmarshal([]byte(`{"city": "Bergen", "public": false}`), &patch))
	p, err := store.Profiles.Update(ctx, Profile{UserID: "u1"}, dyn.SetFrom(patch))
	check(err)
	fmt.Println(p.Name, p.City, p.Public)
	// Output: Bo Bergen false
}
