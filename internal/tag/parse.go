package tag

import (
	"fmt"
	"slices"
	"strings"
)

// ParseBlank reads the tag of a blank field, which must be an entity, pk or sk row. The row is valid when there are no
// errors; with errors it holds what could be read, perhaps nothing.
func ParseBlank(text string) (Row, []*Error) {
	p := parser{}
	p.split(text)
	row := p.role("entity", "pk", "sk")
	allowed := anywhere
	switch row.Word {
	case "entity":
		p.entity = &Entity{Version: 1}
		allowed = entityRow
	case "pk":
		p.key = &Key{Role: PK}
		allowed = pkBlank
	case "sk":
		p.key = &Key{Role: SK}
		allowed = skBlank
		if p.opts.Has("local") {
			allowed = localBlank
		}
	default:
		if len(p.errs) == 0 {
			p.fail(0, "a tag on a blank field is an entity, pk or sk row")
		}
	}
	p.set(allowed)
	if p.entity != nil {
		p.entity.Options = p.opts
	}
	return Row{Entity: p.entity, Key: p.key}, p.sorted()
}

// ParseField reads the tag of an ordinary field. Field is never nil; with errors it holds what could be read. It may be
// that of other fields too, and is not to be changed.
func ParseField(text string) (*Field, []*Error) {
	if text == "" {
		return &untagged, nil
	}
	return parseField(text)
}

// untagged is what the empty tag says. Nothing changes it.
var untagged Field

func parseField(text string) (*Field, []*Error) {
	p := parser{field: &Field{}}
	p.split(text)
	allowed := rule
	switch p.role("pk", "sk").Word {
	case "pk":
		p.key = &Key{Role: PK}
		allowed |= pkField
	case "sk":
		p.key = &Key{Role: SK}
		allowed |= skField
		if p.opts.Has("local") {
			allowed |= localField
		}
	}
	p.set(allowed)
	p.checkDefault()
	p.field.Options = p.opts
	p.field.Key = p.key
	return p.field, p.sorted()
}

// parser collects what one tag says. Of entity, key and field those are not nil that the tag may describe.
type parser struct {
	opts Options // known words, each once
	errs []*Error

	entity *Entity
	key    *Key
	field  *Field
}

func (p *parser) fail(offset int, format string, args ...any) {
	p.errs = append(p.errs, &Error{Offset: offset, Msg: fmt.Sprintf(format, args...)})
}

// sorted returns the mistakes in the order of the text.
func (p *parser) sorted() []*Error {
	slices.SortStableFunc(p.errs, func(a, b *Error) int { return a.Offset - b.Offset })
	return p.errs
}

// split cuts text into options and keeps those whose word is known and new.
func (p *parser) split(text string) {
	p.opts = make(Options, 0, 1+strings.Count(text, ","))
	for i := 0; i <= len(text); i++ { // i is at the start of an option; the step skips the comma that ended the last
		o := Option{Offset: i}
		end := i + strings.IndexAny(text[i:]+",", ",=")
		o.Word = text[i:end]
		if end < len(text) && text[end] == '=' {
			o.HasValue = true
			end = p.value(&o, text, end+1)
		}
		p.add(o)
		i = end
	}
}

// value reads the value of o, which begins at text[at], and returns where it ends: at a comma or at the end of text.
func (p *parser) value(o *Option, text string, at int) int {
	o.valueOffset = at
	if !strings.HasPrefix(text[at:], "'") {
		end := at + strings.IndexByte(text[at:]+",", ',')
		o.Value = text[at:end]
		return end
	}
	o.quoted = true
	var b strings.Builder
	for i := at + 1; i < len(text); i++ {
		if text[i] != '\'' {
			b.WriteByte(text[i])
			continue
		}
		if strings.HasPrefix(text[i:], "''") {
			b.WriteByte('\'')
			i++
			continue
		}
		o.Value = b.String()
		end := i + 1 + strings.IndexByte(text[i+1:]+",", ',')
		if end > i+1 {
			p.fail(i+1, "text after the closing quote; write a quote inside quotes twice")
		}
		return end
	}
	p.fail(at, "quote is not closed")
	o.Value = b.String()
	return len(text)
}

// add keeps o if its word is known and new.
func (p *parser) add(o Option) {
	if o.Word == "" {
		p.fail(o.Offset, "empty option")
		return
	}
	if lookup(o.Word) == nil {
		msg := fmt.Sprintf("unknown option %q", o.Word)
		if near := Nearest(o.Word, wordNames); near != "" {
			msg += fmt.Sprintf("; did you mean %q?", near)
		}
		p.fail(o.Offset, "%s", msg)
		return
	}
	if p.opts.Has(o.Word) {
		p.fail(o.Offset, "option %q is given twice", o.Word)
		return
	}
	p.opts = append(p.opts, o)
}

// role returns the first option that is one of words, which say what the tag declares, and refuses and drops others.
func (p *parser) role(words ...string) Option {
	var first Option
	kept := p.opts[:0]
	for _, o := range p.opts {
		is := slices.Contains(words, o.Word)
		if is && first.Word != "" {
			p.fail(o.Offset, "%q and %q in one tag; give %q a blank field of its own", first.Word, o.Word, o.Word)
			continue
		}
		if is {
			first = o
		}
		kept = append(kept, o)
	}
	p.opts = kept
	return first
}

// set stores each option, if its word may stand here, and checks that the options of a key agree.
func (p *parser) set(allowed place) {
	for _, o := range p.opts {
		w := lookup(o.Word)
		switch {
		case w.in&allowed == 0:
			p.fail(o.Offset, "%q belongs on %s", o.Word, w.in)
		case w.takes == nothing && o.HasValue:
			p.fail(o.valueOffset-1, "%q takes no value", o.Word)
		case w.takes == value && o.Value == "", w.takes == list && !o.HasValue:
			p.fail(o.Offset, "%q needs a value: %s", o.Word, w.example)
		case w.set != nil && allowed != anywhere:
			w.set(p, o)
		}
	}
	if p.key != nil {
		p.key.Options = p.opts
		p.checkKey()
	}
}

// checkKey refuses options of a key row that contradict or need each other.
func (p *parser) checkKey() {
	for _, r := range keyRules {
		o := p.opts.Option(r.word)
		if o.Word != "" && p.opts.Has(r.other) != r.needed {
			p.fail(o.Offset, "%s", r.msg)
		}
	}
}

// checkDefault refuses a default that the enum does not have.
func (p *parser) checkDefault() {
	f := p.field
	if f.HasDefault && len(f.Enum) > 0 && !slices.Contains(f.Enum, f.Default) {
		p.fail(p.opts.Option("default").At(0), "default %q is not one of %s", f.Default, strings.Join(f.Enum, "|"))
	}
}
