package dyn

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/dyntable/dyn/internal/codec"
)

// A type may take part in its items' ways in and out by these methods, on
// itself or its pointer.
type (
	beforeWriter interface{ BeforeWrite(context.Context) error }
	afterReader  interface{ AfterRead(context.Context) error }
	validator    interface{ Validate() error }
)

// complete applies defaults, generated ids and timestamps to item: the part of
// the write pipeline that is settled when an operation is described.
func (e *entity) complete(item reflect.Value, now time.Time) error {
	for _, a := range e.m.settled {
		r := a.Rules
		fv := fieldForWrite(item, a.field)
		if r.Updated {
			setTime(fv, a.field.Codec, now)
			continue
		}
		if !a.field.Codec.Absent(fv) {
			continue
		}
		switch {
		case r.Created:
			setTime(fv, a.field.Codec, now)
		case r.HasDefault:
			setDefault(fv, a)
		default:
			id, err := newID(r.Generate, now, e.svc.random)
			if err != nil {
				return err
			}
			if err := setText(fv, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// fieldForWrite returns field f of item, making embedded structs on the way.
func fieldForWrite(item reflect.Value, f *codec.Field) reflect.Value {
	for n, i := range f.Index {
		if n > 0 && item.Kind() == reflect.Pointer {
			if item.IsNil() {
				item.Set(reflect.New(item.Type().Elem()))
			}
			item = item.Elem()
		}
		item = item.Field(i)
	}
	return item
}

// setDefault gives each item a pointer of its own.
func setDefault(fv reflect.Value, a *attr) {
	if a.deflt.Kind() != reflect.Pointer {
		fv.Set(a.deflt)
		return
	}
	_ = setText(fv, a.Rules.Default) // worked when the type was compiled
}

// setTime sets a timestamp to t as reading the item will give it.
func setTime(fv reflect.Value, c *codec.Codec, t time.Time) {
	t = t.UTC().Round(0)
	if c.Kind == codec.UnixTime {
		t = t.Truncate(time.Second)
	}
	for fv.Kind() == reflect.Pointer {
		fv.Set(reflect.New(fv.Type().Elem()))
		fv = fv.Elem()
	}
	fv.Set(reflect.ValueOf(t).Convert(fv.Type()))
}

// beforeWrite runs the type's hook, then every check, on item.
func (e *entity) beforeWrite(ctx context.Context, op string, item reflect.Value) error {
	if !e.m.hooked && e.svc.validate == nil && len(e.m.ruled) == 0 {
		return nil
	}
	p := item.Addr().Interface()
	if h, ok := p.(beforeWriter); ok {
		if err := h.BeforeWrite(ctx); err != nil {
			return fmt.Errorf("BeforeWrite: %w", err)
		}
	}
	errs := e.rules(item)
	if v, ok := p.(validator); ok {
		errs = append(errs, v.Validate())
	}
	if e.svc.validate != nil {
		errs = append(errs, e.svc.validate(p))
	}
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if len(errs) > 0 {
		return &ValidationError{Errors: errs, op: op}
	}
	return nil
}

// rules checks the attribute rules on a whole item.
func (e *entity) rules(item reflect.Value) []error {
	var errs []error
	for _, a := range e.m.ruled {
		fv, ok := a.field.Value(item)
		if !ok || a.field.Codec.Absent(fv) {
			if a.Rules.Required {
				errs = append(errs, fmt.Errorf("%s is required", a.Go))
			}
			continue
		}
		if err := a.allowed(fv); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// allowed checks a present value against the attribute's enum.
func (a *attr) allowed(fv reflect.Value) error {
	if len(a.Rules.Enum) == 0 {
		return nil
	}
	for fv.Kind() == reflect.Pointer {
		if fv.IsNil() {
			return nil
		}
		fv = fv.Elem()
	}
	if !slices.Contains(a.Rules.Enum, fv.String()) {
		return fmt.Errorf("%s is %q; it must be one of %s", a.Go, fv.String(), strings.Join(a.Rules.Enum, ", "))
	}
	return nil
}

// afterRead runs the type's hook on an item just read.
func afterRead(ctx context.Context, item any) error {
	if h, ok := item.(afterReader); ok {
		if err := h.AfterRead(ctx); err != nil {
			return fmt.Errorf("AfterRead: %w", err)
		}
	}
	return nil
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// newID makes a UUIDv7 (RFC 9562) or a ULID: both start with the milliseconds
// of t, so that they sort by time.
func newID(kind string, t time.Time, random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[6:]); err != nil {
		return "", fmt.Errorf("no random bytes for an id: %w", err)
	}
	ms := t.UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	switch kind {
	case "ulid":
		return ulid(b), nil
	case "uuid7":
		b[6], b[8] = b[6]&0x0f|0x70, b[8]&0x3f|0x80
		return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
	}
	return "", errors.New("unknown kind of id " + kind)
}

// ulid writes 128 bits as 26 digits of 5, the first of which has only 3.
func ulid(b [16]byte) string {
	var out [26]byte
	acc, bits, n := uint(0), 2, 0
	for _, c := range b {
		acc, bits = acc<<8|uint(c), bits+8
		for bits >= 5 {
			bits -= 5
			out[n] = crockford[acc>>bits&31]
			n++
		}
	}
	return string(out[:])
}

// token returns a random token for an idempotent request.
func (s *Service) token() (string, error) { return newID("uuid7", s.clock(), s.random) }
