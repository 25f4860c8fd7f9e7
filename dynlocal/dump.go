package dynlocal

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/expr"
)

// Dump writes all that is in the database in a form to be read by people, such as those who look at a failed test: the
// tables with their settings, items in key order, and records of streams. What differs from run to run, times and ids,
// is left out, so that two dumps can be compared.
func (db *DB) Dump(w io.Writer) error {
	out := &dump{w: bufio.NewWriter(w)}
	all := db.allSpaces()
	db.mu.Lock()
	defer db.mu.Unlock()
	now := db.clock()
	for _, s := range all {
		streams := s.currentStreams(now)
		if len(s.tables) == 0 && len(streams) == 0 {
			continue
		}
		out.line(0, "account %s, region %s", s.id.account, s.id.region)
		for _, name := range slices.Sorted(maps.Keys(s.tables)) {
			out.table(s.tables[name])
		}
		slices.SortFunc(streams, func(a, b *stream) int { return strings.Compare(a.arn, b.arn) })
		for _, st := range streams {
			out.stream(st)
		}
	}
	if err := out.w.Flush(); err != nil {
		return fmt.Errorf("dynlocal: dump: %w", err)
	}
	return nil
}

// dump writes lines. Errors are kept by the writer.
type dump struct{ w *bufio.Writer }

func (d *dump) line(depth int, format string, args ...any) {
	_, _ = d.w.WriteString(strings.Repeat("  ", depth))
	_, _ = fmt.Fprintf(d.w, format, args...)
	_ = d.w.WriteByte('\n')
}

func (d *dump) table(t *table) {
	d.line(1, "table %s, key %s", t.name, t.key.describe())
	for _, x := range t.indexes {
		d.index(x)
	}
	for _, s := range t.describeSettings() {
		d.line(2, "%s", s)
	}
	d.line(2, "%d items, %d bytes", t.rows.live.Len(), t.bytes)
	entries := make([]entry, 0, t.rows.live.Len())
	t.rows.live.Scan(func(e entry) bool {
		entries = append(entries, e)
		return true
	})
	// Without the hash of the partition, the order of keys is that of people.
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.key[hashSize:], b.key[hashSize:]) })
	for _, e := range entries {
		d.line(3, "%s", e.item.AppendJSON(nil))
	}
}

func (d *dump) index(x *index) {
	kind := "global"
	if x.local {
		kind = "local"
	}
	projected := string(x.projection.ProjectionType)
	if names := x.projection.NonKeyAttributes; len(names) > 0 {
		projected += " " + strings.Join(names, " ")
	}
	d.line(2, "%s index %s, key %s, projects %s: %d items, %d bytes%s", kind, x.name, x.key.describe(), projected,
		x.rows.live.Len(), x.bytes, describeCapacity(x.throughput, x.onDemand))
}

// describe writes a key as "a S, b S | c N": what chooses the partition, and what orders it.
func (s *keySchema) describe() string {
	show := func(attrs []expr.KeyAttr) string {
		texts := make([]string, len(attrs))
		for i, a := range attrs {
			texts[i] = a.Name + " " + a.Kind.String()
		}
		return strings.Join(texts, ", ")
	}
	if len(s.rng) == 0 {
		return show(s.hash)
	}
	return show(s.hash) + " | " + show(s.rng)
}

// describeSettings gives a line for each setting that is not the default.
func (t *table) describeSettings() []string {
	s := &t.settings
	var lines []string
	if text := string(s.billing) + describeCapacity(s.throughput, s.onDemand); text != "" {
		lines = append(lines, "capacity "+strings.TrimPrefix(text, ", "))
	}
	if s.stream != nil {
		lines = append(lines, "stream "+string(s.stream.StreamViewType))
	}
	if t.ttl != "" {
		lines = append(lines, "time to live "+t.ttl)
	}
	if s.class != "" {
		lines = append(lines, "class "+string(s.class))
	}
	if s.deletionProtection {
		lines = append(lines, "protected against deletion")
	}
	if s.kmsKey != "" {
		lines = append(lines, "encrypted with a key of its own")
	}
	for _, tag := range s.tags {
		lines = append(lines, "tag "+*tag.Key+" = "+*tag.Value)
	}
	return lines
}

func describeCapacity(p types.ProvisionedThroughput, o *types.OnDemandThroughput) string {
	text := ""
	if p.ReadCapacityUnits != nil {
		text = fmt.Sprintf(", %d read and %d write units", *p.ReadCapacityUnits, aws.ToInt64(p.WriteCapacityUnits))
	}
	if o != nil {
		text += fmt.Sprintf(", at most %d read and %d write units", aws.ToInt64(o.MaxReadRequestUnits), aws.ToInt64(o.MaxWriteRequestUnits))
	}
	return text
}

func (d *dump) stream(st *stream) {
	state := "enabled"
	if !st.closed.IsZero() {
		state = "disabled"
	}
	d.line(1, "stream of %s, %s, %s, next record %d", st.table, st.view, state, st.next)
	st.records.Scan(func(r streamRecord) bool {
		text := fmt.Sprintf("%d %s", r.number, r.event())
		if r.expiry {
			text += " by expiry"
		}
		if !r.old.IsEmpty() {
			text += " " + string(r.old.AppendJSON(nil))
		}
		if !r.new.IsEmpty() {
			text += " -> " + string(r.new.AppendJSON(nil))
		}
		d.line(2, "%s", text)
		return true
	})
}
