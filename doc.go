// Package dyn is single-table design for Amazon DynamoDB.
package dyn
