package startup_test

import (
	"testing"

	"github.com/dyntable/dyn/bench/startup"
)

func TestService(t *testing.T) {
	t.Parallel()
	if err := startup.Service(30); err != nil {
		t.Error(err)
	}
}

// BenchmarkService makes the service again, with types that are known already.
func BenchmarkService(b *testing.B) {
	for b.Loop() {
		if err := startup.Service(30); err != nil {
			b.Fatal(err)
		}
	}
}
