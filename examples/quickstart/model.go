package main

import (
	"time"

	"github.com/dyntable/dyn"
)

// Status of a card.
type Status string

// The values that Card.Status takes.
const (
	Draft     Status = "draft"
	Published Status = "published"
)

// Card is found by its id, and by its user in the order in which cards were made.
type Card struct {
	_ struct{} `dyn:"entity=card,version=1"`
	_ struct{} `dyn:"pk,template=CARD#$<CardID>"`
	_ struct{} `dyn:"sk,template=META"`
	_ struct{} `dyn:"pk,index=gsi1,name=byUser,template=USER#$<UserID>,collection=activity"`
	_ struct{} `dyn:"sk,index=gsi1,template=CARD#$<CreatedAt>#$<CardID>"`

	CardID    string    `dynamodbav:"cardId"`
	UserID    string    `dynamodbav:"userId"    dyn:"required"`
	Status    Status    `dynamodbav:"status"    dyn:"default=draft,enum=draft|published"`
	Likes     int       `dynamodbav:"likes"`
	Tags      []string  `dynamodbav:"tags,stringset"`
	CreatedAt time.Time `dynamodbav:"createdAt" dyn:"created"`
	UpdatedAt time.Time `dynamodbav:"updatedAt" dyn:"updated"`
}

// Stats counts what a user does in a month.
type Stats struct {
	_ struct{} `dyn:"entity=stats"`
	_ struct{} `dyn:"pk,template=USER#$<UserID>"`
	_ struct{} `dyn:"sk,template=STATS#$<Month>"`

	UserID string `dynamodbav:"userId"`
	Month  string `dynamodbav:"month"` // such as 2026-03
	Total  int    `dynamodbav:"total"`
}

// The prototypes, whose fields name attributes in conditions and clauses.
var (
	cardF  = dyn.Fields[Card]()
	statsF = dyn.Fields[Stats]()
)

// Store is every handle that the program needs.
type Store struct {
	Cards  *dyn.Entity[Card]
	Stats  *dyn.Entity[Stats]
	ByUser *dyn.Index[Card] `dyn:"byUser"`
}
