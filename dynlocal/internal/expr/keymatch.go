package expr

import (
	"fmt"
	"strings"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// Match fits the condition to a key: it returns the values of all HASH attributes in key order and the terms on RANGE
// attributes in key order, of which only the last may be other than EQ; or the service's refusal. Keys with more than
// one attribute of a role have refusals of their own.
func (k *KeyCondition) Match(hash, rng []KeyAttr) ([]value.Value, []KeyTerm, error) {
	if k.shape != nil {
		return nil, nil, k.shape
	}
	check := k.checkSimple
	if len(hash) > 1 || len(rng) > 1 {
		check = k.checkMulti
	}
	if err := check(hash, rng); err != nil {
		return nil, nil, err
	}
	values := make([]value.Value, len(hash))
	for i, attr := range hash {
		values[i] = k.term(attr).Value
	}
	var terms []KeyTerm
	for _, attr := range rng {
		if t := k.term(attr); t.Op != 0 {
			terms = append(terms, t)
		}
	}
	return values, terms, nil
}

func (k *KeyCondition) checkSimple(hash, rng []KeyAttr) error {
	if len(k.Terms) > 2 {
		return refuse(fmt.Sprintf("The number of query conditions (%d) exceeds the number of key attributes defined in the schema (%d)",
			len(k.Terms), len(hash)+len(rng)))
	}
	if len(k.Terms) > len(hash)+len(rng) {
		return errUnsupported
	}
	t := k.term(hash[0])
	if t.Op == 0 {
		return errMissed(hash[0])
	}
	if err := checkType(t, hash[0]); err != nil {
		return err
	}
	if t.Op != EQ {
		return errUnsupported
	}
	if len(k.Terms) == 1 {
		return nil
	}
	if t = k.term(rng[0]); t.Op == 0 {
		return errMissed(rng[0])
	}
	return checkType(t, rng[0])
}

func (k *KeyCondition) checkMulti(hash, rng []KeyAttr) error {
	if len(k.Terms) > len(hash)+len(rng) {
		return errUnsupported
	}
	if missing := k.withoutEquality(hash); missing != "" {
		return refuse("HASH key attributes " + missing + " must have equality conditions specified in the query")
	}
	last := 0 // the number of RANGE attributes up to the last with a term
	for i, attr := range rng {
		if k.term(attr).Op == 0 {
			continue
		}
		if missing := k.withoutEquality(rng[:i]); missing != "" {
			return refuse("RANGE key attributes " + missing + " must have equality conditions specified in the query because a " +
				"condition is present on key attribute " + attr.Name)
		}
		last = i + 1
	}
	for _, attr := range append(hash[:len(hash):len(hash)], rng[:last]...) {
		if err := checkType(k.term(attr), attr); err != nil {
			return err
		}
	}
	if len(k.Terms) > len(hash)+last {
		return errMissed(rng[last])
	}
	return nil
}

// withoutEquality lists the attributes that have no EQ.
func (k *KeyCondition) withoutEquality(attrs []KeyAttr) string {
	var names []string
	for _, attr := range attrs {
		if k.term(attr).Op != EQ {
			names = append(names, attr.Name)
		}
	}
	return strings.Join(names, ", ")
}

// term returns the term on attr, the zero KeyTerm if there is none.
func (k *KeyCondition) term(attr KeyAttr) KeyTerm {
	for _, t := range k.Terms {
		if t.Name == attr.Name {
			return t
		}
	}
	return KeyTerm{}
}

func checkType(t KeyTerm, attr KeyAttr) error {
	if t.Value.Kind() == attr.Kind {
		return nil
	}
	return refuse("One or more parameter values were invalid: Condition parameter type does not match schema type")
}

var errUnsupported = refuse("Query key condition not supported")

func errMissed(attr KeyAttr) error {
	return refuse("Query condition missed key schema element: " + attr.Name)
}
