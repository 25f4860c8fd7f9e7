// Package dynlocal is Amazon DynamoDB in process: the real SDK client on one side, an exact engine on the other, and no
// socket, container or credentials between them.
//
//	db := dynlocal.New()
//	client := db.Client() // a *dynamodb.Client
//
// In a test, [Start] gives a database of the test's own. Every operation is validated as the service does, with its
// error codes and texts, and the client retries and classifies errors as it does against AWS.
package dynlocal
