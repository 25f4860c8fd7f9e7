// Package randtest gives random tests their seeds.
package randtest

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// Seed gives the seed of a test: that in the environment variable DYN_SEED, else another one each time. A test that fails
// names it.
func Seed(t testing.TB) uint64 {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv("DYN_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("DYN_SEED: %v", err)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("DYN_SEED=%d repeats the choices of this run", seed)
		}
	})
	return seed
}

// New gives a source of the random choices that a test's seed stands for.
func New(t testing.TB) *rand.Rand {
	t.Helper()
	return rand.New(rand.NewPCG(Seed(t), 0))
}
