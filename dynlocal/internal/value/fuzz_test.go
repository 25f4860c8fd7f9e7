package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/dyntable/dyn/dynlocal/internal/jsonscan"
)

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"0", "-1.50", "1e125", "1e-130", "9e999999999", "+.5e-3", "00.00", "1e-2147483648", "١"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := Number(text)
		if err != nil {
			return
		}
		again, err := Number(v.Text())
		if err != nil || again != v {
			t.Errorf("%q became %q, then %q, %v", text, v.Text(), again.Text(), err)
		}
		zero, err := Sub(v, v)
		if err != nil || zero != Int(0) {
			t.Errorf("%s - %s = %s, %v", v.Text(), v.Text(), zero.Text(), err)
		}
		key := AppendKey(nil, v)
		if got := bytes.Compare(key, AppendKey(nil, Int(0))); len(key) > 22 || got != sign(compareNumbers(v.Text(), "0")) {
			t.Errorf("key of %s is %x", v.Text(), key)
		}
		if n := v.Size(); n < 1 || n > 22 {
			t.Errorf("size of %s is %d", v.Text(), n)
		}
	})
}

func FuzzItemFromJSON(f *testing.F) {
	for _, s := range []string{
		`{"a":{"S":"x\ud83d\ude00"},"b":{"N":"1.50"},"c":{"B":"AP8="},"d":{"BOOL":true},"e":{"NULL":true}}`,
		`{"a":{"SS":["b","a"]},"b":{"NS":["10","9"]},"c":{"BS":["Yg=="]},"d":{"L":[{"M":{"x":{"L":[]}}}]}}`,
		`{"a":{"S":"x","X":[1.5e3,{"y":null},false]}}`, `{"a":{}}`, `[]`, `{"a":{"S":5}}`, `{"a":{"N":"1"`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		it, err := ItemFromJSON(data)
		if err != nil {
			var malformed *SerializationError
			valid := json.Valid(data)
			if isMalformed := errors.As(err, &malformed); !isMalformed && !valid {
				t.Errorf("%q is no JSON, but refused with %v", data, err)
			}
			if valid && err.Error() == "" && bytes.Count(data, []byte("[")) < jsonscan.MaxDepth/2 && bytes.Count(data, []byte("{")) < jsonscan.MaxDepth/2 {
				t.Errorf("%q is JSON, but refused as none", data)
			}
			return
		}
		if !json.Valid(data) {
			t.Errorf("%q is no JSON, but decoded", data)
		}
		back, err := ItemFromJSON(it.AppendJSON(nil))
		if err != nil || back != it {
			t.Errorf("%s came back as %s, %v", it.AppendJSON(nil), back.AppendJSON(nil), err)
		}
		fromSDK, err := FromSDK(it.SDK())
		if err != nil || fromSDK != it {
			t.Errorf("%s came back from the SDK as %s, %v", it.AppendJSON(nil), fromSDK.AppendJSON(nil), err)
		}
	})
}
