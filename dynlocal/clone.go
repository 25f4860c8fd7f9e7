package dynlocal

import "reflect"

// clone gives a copy of a structure of the SDK's that shares nothing with it: what the tables keep of inputs and what
// outputs show of tables must not change when a caller changes his own.
func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	unshare(reflect.ValueOf(&v).Elem())
	return &v
}

// unshare replaces everything that v points to by a copy. It knows the kinds that the SDK's structures are made of.
func unshare(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			to := reflect.New(v.Type().Elem())
			to.Elem().Set(v.Elem())
			unshare(to.Elem())
			v.Set(to)
		}
	case reflect.Slice:
		if !v.IsNil() {
			to := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(to, v)
			for i := range to.Len() {
				unshare(to.Index(i))
			}
			v.Set(to)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				unshare(v.Field(i))
			}
		}
	}
}
