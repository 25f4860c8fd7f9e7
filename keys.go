package dyn

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/ddbjson"
	"github.com/dyntable/dyn/internal/expr"
	"github.com/dyntable/dyn/internal/key"
)

// render returns the key attribute for item, ok being false when a part of it
// is absent.
func (k *keyAttr) render(item reflect.Value) (av types.AttributeValue, ok bool, err error) {
	if k.tmpl == nil {
		return k.renderRaw(item)
	}
	var buf [128]byte
	b, ok, err := k.appendText(buf[:0], item)
	if !ok || err != nil {
		return nil, false, err
	}
	return &types.AttributeValueMemberS{Value: string(b)}, true, nil
}

// appendText appends the key for item to dst where it is made of a template, ok
// being false when a part of it is absent.
func (k *keyAttr) appendText(dst []byte, item reflect.Value) (_ []byte, ok bool, err error) {
	start := len(dst)
	dst = k.tmpl.Begin(append(dst, k.prefix...))
	for i, p := range k.parts {
		if p.plain >= 0 {
			text := item.Field(p.plain).String()
			if text == "" {
				return dst[:start], false, nil
			}
			dst, err = k.tmpl.NextText(dst, i, text)
		} else {
			var v key.Value
			if v, ok, err = p.get(item); !ok || err != nil {
				return dst[:start], false, err
			}
			dst, err = k.tmpl.Next(dst, i, &v)
		}
		if err != nil {
			return dst, false, keyErrorf("key %s: %w", k.name, err)
		}
	}
	err = k.fits(len(dst) - start)
	return dst, err == nil, err
}

// appendVals renders the key of vals and checks its size.
func (k *keyAttr) appendVals(dst []byte, vals []key.Value) ([]byte, error) {
	start := len(dst)
	dst, err := k.tmpl.Append(append(dst, k.prefix...), vals)
	if err != nil {
		return dst, keyErrorf("key %s: %w", k.name, err)
	}
	return dst, k.fits(len(dst) - start)
}

// text is the key of vals as an attribute.
func (k *keyAttr) text(vals []key.Value) (types.AttributeValue, bool, error) {
	var buf [128]byte
	b, err := k.appendVals(buf[:0], vals)
	if err != nil {
		return nil, false, err
	}
	return &types.AttributeValueMemberS{Value: string(b)}, true, nil
}

// parse is the inverse of text.
func (k *keyAttr) parse(text string, vals []key.Value) error {
	rest, ok := strings.CutPrefix(text, k.prefix)
	if !ok {
		return fmt.Errorf("key %s is outside the namespace", k.name)
	}
	return k.tmpl.Parse(rest, vals)
}

func (k *keyAttr) fits(n int) error {
	if n > k.limit {
		return keyErrorf("key %s has %d bytes, DynamoDB takes %d", k.name, n, k.limit)
	}
	return nil
}

func (k *keyAttr) renderRaw(item reflect.Value) (types.AttributeValue, bool, error) {
	fv, ok := k.parts[0].field(item)
	if !ok {
		return nil, false, nil
	}
	av, err := k.parts[0].codec.Encode(fv)
	if err != nil || av == nil {
		return nil, false, err
	}
	return av, true, k.takes(av)
}

// takes refuses an attribute that is a key and that DynamoDB does not keep as it
// is: different texts that are no UTF-8 would be one key.
func (k *keyAttr) takes(av types.AttributeValue) error {
	if err := checkText(k.parts[0].goRef, av); err != nil {
		return keyErrorf("key %s: %w", k.name, err)
	}
	return k.fits(keySize(av))
}

// checkText refuses a text that is no UTF-8.
func checkText(goRef string, av types.AttributeValue) error {
	if s, ok := av.(*types.AttributeValueMemberS); ok && !utf8.ValidString(s.Value) {
		return keyErrorf("%s is not valid UTF-8", goRef)
	}
	return nil
}

// keySize is the size of a key value as its limit counts it.
func keySize(av types.AttributeValue) int {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	}
	return 0
}

// key returns the primary key of item. All absent parts are reported.
func (e *entity) key(item reflect.Value) (map[string]types.AttributeValue, error) {
	item, err := e.filled(item)
	if err != nil {
		return nil, err
	}
	return e.filledKey(item)
}

// filled returns item with the attributes of the scope: a copy, if there is one.
func (e *entity) filled(item reflect.Value) (reflect.Value, error) {
	if len(e.scope) == 0 && e.scopeErr == nil {
		return item, nil
	}
	within := e.m.copyOf(item)
	return within, e.fill(within)
}

// filledKey is key of an item that has the attributes of the scope.
func (e *entity) filledKey(item reflect.Value) (rawItem, error) {
	if k := e.textKey(item); k != nil {
		return k, nil
	}
	var room [2]ddbjson.Attr
	attrs, err := e.appendKey(room[:0], item)
	out := make(map[string]types.AttributeValue, 2)
	for _, a := range attrs {
		out[a.Name] = a.Value
	}
	return out, err
}

// appendKey appends the attributes of the primary key of item, which is one of
// the scope. All absent parts are reported.
func (e *entity) appendKey(dst []ddbjson.Attr, item reflect.Value) ([]ddbjson.Attr, error) {
	var errs []error
	var absent []string
	for _, k := range e.primary().keys() {
		av, ok, err := k.render(item)
		switch {
		case err != nil:
			errs = append(errs, err)
		case !ok:
			absent = append(absent, k.absent(item)...)
		default:
			dst = append(dst, ddbjson.Attr{Name: k.name, Value: av})
		}
	}
	switch len(absent) {
	case 0:
	case 1:
		errs = append(errs, fmt.Errorf("key field %s is empty", absent[0]))
	default:
		errs = append(errs, fmt.Errorf("key fields %s are empty", strings.Join(absent, ", ")))
	}
	return dst, errors.Join(errs...)
}

// absent lists the parts of the key that item lacks.
func (k *keyAttr) absent(item reflect.Value) []string {
	var names []string
	for _, p := range k.parts {
		if _, ok := p.field(item); !ok && p.shard == 0 {
			names = append(names, p.goRef)
		}
	}
	return names
}

// active reports whether item is to be in the index at all.
func (ix *index) active(item reflect.Value) bool {
	if ix.when == nil {
		return true
	}
	v, ok := ix.when.field(item)
	return ok && ix.when.holds(v)
}

// holds reports whether a present value of the field is one that `when` lists.
func (p *part) holds(v reflect.Value) bool {
	if len(p.values) == 0 {
		return true
	}
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	for _, want := range p.values {
		if v.String() == want {
			return true
		}
	}
	return false
}

// keyPlan is how a query finds its items by the keys of one index.
type keyPlan struct {
	ix       *index      // nil for no plan
	pk       equality    // of the partition key
	more     []equality  // of a partition key of several attributes
	sorts    []expr.Cond // on attributes that are themselves sort keys
	sk       *keyAttr    // the sort key with a template, if any
	rng      key.Range   // of sk
	residual []Cond      // what key order can't decide
	fan      *fan        // set when the shard is open
	open     *part       // the first part of the sort key without equality

	coarse int32 // one more than the place of the term that fixes the partition by a range
	parts  int16 // how many parts of the sort key are used
	empty  bool  // nothing can match
	loose  bool  // what the sort key can't use may stay unused
}

// equality demands the value of a key attribute.
type equality struct {
	k    *keyAttr
	text string               // of a key with a template
	av   types.AttributeValue // of one without
}

// demand adds the equality of a partition key attribute.
func (p *keyPlan) demand(e equality) {
	if p.pk.k == nil {
		p.pk = e
	} else {
		p.more = append(p.more, e)
	}
}

// fill finds the key conditions that terms make, and marks those it uses. Terms
// on other attributes than those of the key stay unused and so, in a loose plan,
// does what the sort key can't use.
func (p *keyPlan) fill(terms []term) error {
	for _, k := range p.ix.pk {
		if err := p.equal(k, terms); err != nil {
			return err
		}
	}
	if err := p.sort(terms); err != nil {
		return err
	}
	if p.coarse > 0 && !terms[p.coarse-1].used {
		t := &terms[p.coarse-1]
		t.used = true
		p.residual = append(p.residual, t.cond)
	}
	if p.loose {
		return nil
	}
	return p.gap(terms)
}

// equal adds the equality of partition key attribute k.
func (p *keyPlan) equal(k *keyAttr, terms []term) error {
	var buf [4]key.Value
	vals := append(buf[:0], make([]key.Value, len(k.parts))...)
	for i, part := range k.parts {
		if part.shard > 0 {
			v, ok, err := part.shardBy(terms)
			if err != nil {
				return err
			}
			if vals[i] = v; !ok {
				vals[i] = key.UintValue(0)
				p.fan = &fan{k: k, part: i, n: part.shard}
			}
			continue
		}
		t := find(terms, part, true)
		if t == nil {
			t = find(terms, part, false)
			n, err := k.partitions(i, part, t)
			if err != nil {
				return err
			}
			p.coarse, p.empty = int32(1+place(terms, part, false)), p.empty || n == 0
		} else {
			t.use(k, i)
		}
		if k.tmpl == nil {
			av, err := t.encode(0)
			p.demand(equality{k: k, av: av})
			return err
		}
		v, err := t.value(part, 0)
		if err != nil {
			return err
		}
		vals[i] = v
	}
	if p.fan != nil && p.fan.k == k {
		p.fan.vals = slices.Clone(vals)
	}
	var room [128]byte
	b, err := k.appendVals(room[:0], vals)
	if err != nil {
		return err
	}
	p.demand(equality{k: k, text: string(b)})
	return nil
}

// partitions returns the number of partitions, 0 or 1, that the range t has, on
// part i of partition key k, which holds the part coarsely.
func (k *keyAttr) partitions(i int, p *part, t *term) (int64, error) {
	if t == nil || k.tmpl == nil || !k.tmpl.Parts()[i].Lossy {
		return 0, fmt.Errorf("partition key needs Eq on %s", p.goRef)
	}
	if t.cond.op != expr.Between {
		return 0, fmt.Errorf("partition key holds %s as %q; a range on it needs both ends, in one partition: use Between", p.goRef, k.tmpl.Parts()[i].Format)
	}
	lo, err := t.value(p, 0)
	if err != nil {
		return 0, err
	}
	hi, err := t.value(p, 1)
	if err != nil {
		return 0, err
	}
	n, err := k.tmpl.Spans(i, lo, hi)
	if err == nil && n > 1 {
		err = fmt.Errorf("the range on %s spans %d partitions; query each of them", p.goRef, n)
	}
	return n, err
}

// sort adds what the terms say of the sort key.
func (p *keyPlan) sort(terms []term) error {
	for _, k := range p.ix.sk {
		if p.open != nil {
			break
		}
		var err error
		if k.tmpl == nil {
			p.open, err = p.sortRaw(k, terms)
		} else {
			p.open, err = p.sortTemplate(k, terms)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// gap refuses a term on a sort key part that a part before it keeps from being
// used.
func (p *keyPlan) gap(terms []term) error {
	for i := range terms {
		t := &terms[i]
		if t.used || t.optional || i == int(p.coarse)-1 {
			continue
		}
		for _, k := range p.ix.sk {
			for _, part := range k.parts {
				if p.open != nil && part.goRef != p.open.goRef && t.ref.path.Equal(part.path) {
					return fmt.Errorf("sort key needs Eq on %s before %s", p.open.goRef, part.goRef)
				}
			}
		}
	}
	return nil
}

func (p *keyPlan) sortRaw(k *keyAttr, terms []term) (open *part, err error) {
	part := k.parts[0]
	t := find(terms, part, true)
	if t == nil {
		open = part
		if t = find(terms, part, false); t == nil {
			return open, nil
		}
	}
	c := expr.Cond{Op: t.cond.op, Path: k.path}
	if err := ordered(t.ref); err != nil && open != nil {
		return open, err
	}
	for i := range t.cond.count() {
		av, err := t.encode(i)
		if err != nil {
			return open, err
		}
		c.Args = append(c.Args, expr.Operand{Value: av})
	}
	t.used = true
	p.parts++
	if c.Op == expr.Between && less(c.Args[1].Value, c.Args[0].Value) {
		p.empty = true
	}
	p.sorts = append(p.sorts, c)
	return open, nil
}

func (p *keyPlan) sortTemplate(k *keyAttr, terms []term) (open *part, err error) {
	var buf [4]key.Value
	leading := buf[:0]
	for i, part := range k.parts {
		t := find(terms, part, true)
		if t == nil {
			open = part
			break
		}
		v, err := t.value(part, 0)
		if err != nil && p.loose {
			open = part
			break
		}
		if err != nil {
			return nil, err
		}
		t.use(k, i)
		leading = append(leading, v)
	}
	p.parts += int16(len(leading))
	if open != nil {
		if t := find(terms, k.parts[len(leading)], false); t != nil {
			if err := p.sortRange(k, leading, t); err == nil || !p.loose {
				return open, err
			}
		}
	}
	var room [128]byte
	b, err := k.tmpl.Prefix(room[:0], leading)
	switch {
	case err != nil:
		return nil, keyErrorf("key %s: %w", k.name, err)
	case open == nil:
		p.keyCond(k, key.Range{Lower: string(b), Upper: string(b)})
	default:
		p.keyCond(k, key.Range{Prefix: string(b)})
	}
	return open, nil
}

// sortRange adds the range t on the part after the leading ones.
func (p *keyPlan) sortRange(k *keyAttr, leading []key.Value, t *term) error {
	part := k.parts[len(leading)]
	if part.text {
		return fmt.Errorf("%s can't be ranged: its key has the text of MarshalText, which does not sort as the value", part.goRef)
	}
	var ends [2]key.Value
	for i := range t.cond.count() {
		v, err := t.value(part, i)
		if err != nil {
			return err
		}
		ends[i] = v
	}
	r, err := k.tmpl.Range(leading, t.op(), ends[0], ends[1])
	if err != nil {
		return err // it names the field
	}
	t.used = true
	p.parts++
	if r.Residual {
		p.residual = append(p.residual, t.cond)
	}
	p.keyCond(k, r)
	return nil
}

// keyCond sets the range of a sort key with a template.
func (p *keyPlan) keyCond(k *keyAttr, r key.Range) {
	p.sk, p.rng = k, r.Within(k.prefix)
	p.empty = p.empty || r.Empty
}

// sharded reports whether the query asks several shards.
func (q *query) sharded() bool { return q.err == nil && q.plan.fan != nil }

// conds adds the key conditions to out, of the first shard where there are several.
// With own their values are not the plan's, which is for many requests.
func (p *keyPlan) conds(out []expr.Cond, own bool) []expr.Cond {
	out = append(out, p.pk.cond(own))
	for i := range p.more {
		out = append(out, p.more[i].cond(own))
	}
	from := len(out)
	out = append(out, p.sorts...)
	for i := range out[from:] {
		if own {
			out[from+i] = out[from+i].Owned()
		}
	}
	if p.sk != nil {
		if c := rangeCond(p.sk.path, p.rng); c.Op != expr.None {
			out = append(out, c)
		}
	}
	return out
}

// settles reports whether the key conditions have the value of an attribute that
// is itself a key.
func (p *keyPlan) settles(name string) bool {
	for _, k := range p.ix.keys() {
		if k.name != name || k.tmpl != nil {
			continue
		}
		equal := func(c expr.Cond) bool { return c.Op == expr.Eq && c.Path.Equal(k.path) }
		return slices.ContainsFunc(p.conds(nil, false), equal)
	}
	return false
}

// cond writes the equality as a condition; see [keyPlan.conds] for own.
func (e *equality) cond(own bool) expr.Cond {
	if e.k.tmpl != nil {
		return expr.CompareText(expr.Eq, e.k.path, e.text)
	}
	return expr.Cond{Op: expr.Eq, Path: e.k.path, Value: e.av, Shared: own}
}

// rangeCond writes a range as a condition on the key attribute at path.
func rangeCond(path expr.Path, r key.Range) expr.Cond {
	switch {
	case r.Empty:
		return expr.Cond{}
	case r.Prefix != "":
		return expr.CompareText(expr.BeginsWith, path, r.Prefix)
	case r.Lower == "" && r.Upper == "":
		return expr.Cond{}
	case r.Lower == r.Upper:
		return expr.CompareText(expr.Eq, path, r.Lower)
	case r.Upper == "":
		return expr.CompareText(expr.Ge, path, r.Lower)
	case r.Lower == "":
		return expr.CompareText(expr.Le, path, r.Upper)
	}
	s := func(text string) types.AttributeValue { return &types.AttributeValueMemberS{Value: text} }
	return expr.Cond{Op: expr.Between, Path: path, Args: []expr.Operand{{Value: s(r.Lower)}, {Value: s(r.Upper)}}}
}

// unused says what to do about the first term that no key took.
func (p *keyPlan) unused(terms []term) error {
	for i := range terms {
		t := &terms[i]
		if t.used || t.optional {
			continue
		}
		for _, k := range p.ix.keys() {
			for _, part := range k.parts {
				if t.ref.path.Equal(part.path) {
					return fmt.Errorf("%s has a second condition; a key takes one for each part, Between for both ends of a range", t.ref.goRef)
				}
			}
		}
		return fmt.Errorf("%s is not part of the key; use Filter", t.ref.goRef)
	}
	return nil
}
