//go:build race

package dyn_test

const raceEnabled = true
