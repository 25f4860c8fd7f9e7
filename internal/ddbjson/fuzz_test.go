package ddbjson

import (
	"testing"

	"github.com/dyntable/dyn/internal/codec/codectest"
)

// FuzzItem decodes any bytes and compares with the SDK's protocol.
func FuzzItem(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"S":{"S":"a"}}`, `{"id":{"S":"x"},"n":{"N":"1.5"},"at":{"N":"1700000000"},"tags":{"SS":["a","b"]},"Bins":{"BS":["AAECAw=="]}}`,
		`{"Doc":{"M":{"a":{"L":[{"NULL":true},{"BOOL":false},{"B":"YQ=="}]}}},"inner":{"M":{"zip":{"S":"\u00e9"}}}}`,
		`{ "Tree" : {"M":{"Name":{"S":"x"},"Kids":{"L":[{"M":{}}]},"ByKey":{"M":{"k":{"NULL":true}}}}}}`,
		`{"address":{"M":{"lat":{"N":"59.9"}}},"created_at":{"S":"2026-01-02T03:04:05.6Z"},"scores":{"M":{"a":{"N":"1"}}},"note":{"S":"\n"}}`,
	} {
		f.Add([]byte(s))
	}
	codecs := []*Codec{compile[codectest.Sink](f, extras...), compile[codectest.Order](f, extras...), compile[kinds](f, extras...)}
	f.Fuzz(func(t *testing.T, item []byte) {
		for _, c := range codecs {
			d := c.Decoder()
			diffDecode(t, c, d, string(item))
			diffDecode(t, c, d, string(item)) // as expected now
			d.Release()
		}
	})
}

// FuzzDiff is TestDiffDecode and TestDiffEncode on one type.
func FuzzDiff(f *testing.F) {
	f.Add(uint64(1 << 40))
	f.Fuzz(func(t *testing.T, seed uint64) {
		forSeed(t, seed, diffItems(new(tally)))
		forSeed(t, seed, diffValue(new(int)))
	})
}
