package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// selection is what is read of a resource.
type selection struct {
	*resource
	attributes    []*attribute
	relationships []*relationship
	// keys reads the columns of relationships to one object too.
	keys bool

	// linked are the relationships of the object that was made last, which others share to whom the same
	// is shown.
	linked      []jsonapi.Relationship
	linkedShown []bool
}

// everything is all that a change may want to know: what is stored, and to which it is related.
func (r *resource) everything() *selection {
	stored := slices.DeleteFunc(slices.Clone(r.attributes), func(a *attribute) bool { return a.Expression != "" })
	return &selection{resource: r, attributes: stored, keys: true}
}

// selection is what the query wants of a resource.
func (s *session) selection(r *resource) *selection {
	sel := &selection{resource: r}
	fields, sparse := s.query.Fields[r.Type]
	for _, a := range r.attributes {
		if !a.WriteOnly && (!sparse || slices.Contains(fields, a.Name)) {
			sel.attributes = append(sel.attributes, a)
		}
	}
	for _, rel := range r.relationships {
		if !sparse || slices.Contains(fields, rel.Name) {
			sel.relationships = append(sel.relationships, rel)
		}
	}
	return sel
}

// checkFields refuses sparse fieldsets of unknown types and fields.
func (e *Engine) checkFields(q *jsonapi.Query) error {
	for typ, fields := range q.Fields {
		r := e.byType[typ]
		if r == nil {
			return jsonapi.BadParameter("fields", fmt.Sprintf("there is no type %s", typ))
		}
		for _, name := range fields {
			if a := r.byName[name]; name != "id" && r.related[name] == nil && (a == nil || a.WriteOnly) {
				return jsonapi.BadParameter("fields", r.noField(name))
			}
		}
	}
	return nil
}

// row is one row that was read.
type row struct {
	id int64
	// values are those of the selection's attributes.
	values []any
	// keys maps relationships to one object to its id or nil.
	keys map[string]any
	// shown says for each rule of the resource whether its fields may be seen. The zero row shows
	// nothing.
	shown []bool
}

// reader reads rows of a statement whose columns it chose.
type reader struct {
	*selection
	columns []string
	keyed   []*relationship
	// flags are the columns of the rules that are decided by row, always the rules that hold.
	flags  []int
	always []bool
}

// reader chooses the columns for a selection of the row with this alias: the id first.
func (s *session) reader(b *statement, sel *selection, alias string) *reader {
	rd := &reader{selection: sel, columns: []string{alias + ".id"}}
	for _, a := range sel.attributes {
		rd.columns = append(rd.columns, a.expression(alias))
	}
	if sel.keys {
		for _, rel := range sel.resource.relationships {
			if rel.Column != "" {
				rd.columns = append(rd.columns, alias+"."+rel.Column)
				rd.keyed = append(rd.keyed, rel)
			}
		}
	}
	rd.flags, rd.always = make([]int, len(sel.rules)), make([]bool, len(sel.rules))
	for i := range sel.rules {
		switch p := s.shown(b, sel.resource, alias, i); p {
		case policy.Always:
			rd.always[i] = true
		case policy.Never:
		default:
			rd.flags[i] = rd.add(p)
		}
	}
	return rd
}

// add chooses a condition as a further column, and returns its place.
func (rd *reader) add(p policy.Predicate) int {
	rd.columns = append(rd.columns, "coalesce("+string(p)+", false)")
	return len(rd.columns) - 1
}

func (rd *reader) list() string { return strings.Join(rd.columns, ", ") }

// read makes a row of values in the order of the columns.
func (rd *reader) read(values []any) *row {
	r := &row{id: integer(values[0]), values: values[1 : 1+len(rd.attributes)]}
	for i, v := range r.values {
		r.values[i] = widened(v)
	}
	if rd.keys {
		r.keys = make(map[string]any, len(rd.keyed))
		for i, rel := range rd.keyed {
			r.keys[rel.Name] = widened(values[1+len(rd.attributes)+i])
		}
	}
	r.shown = rd.always
	if slices.ContainsFunc(rd.flags, func(at int) bool { return at > 0 }) {
		r.shown = slices.Clone(rd.always)
		for i, at := range rd.flags {
			if at > 0 {
				r.shown[i], _ = values[at].(bool)
			}
		}
	}
	return r
}

// widened is a value with integers of any size as int64.
func widened(v any) any {
	switch n := v.(type) {
	case int16:
		return int64(n)
	case int32:
		return int64(n)
	}
	return v
}

func integer(v any) int64 {
	n, _ := widened(v).(int64)
	return n
}

// object is the document form of a row. Fields that the caller may not see are left out.
func (sel *selection) object(r *row) *jsonapi.Object {
	id := strconv.FormatInt(r.id, 10)
	o := &jsonapi.Object{
		Identifier: jsonapi.Identifier{Type: sel.Type, ID: id},
		Attributes: make([]jsonapi.Member, 0, len(sel.attributes)),
		Self:       sel.path(id),
	}
	for i, a := range sel.attributes {
		if !r.shows(a.rule) {
			continue
		}
		value := r.values[i]
		if text, ok := value.(string); ok && a.Kind == JSON {
			value = json.RawMessage(text)
		}
		o.Attributes = append(o.Attributes, jsonapi.Member{Name: a.Name, Value: value})
	}
	o.Relationships = sel.links(r)
	return o
}

// links are the relationships that the caller may see of a row. Who changes them makes a copy.
func (sel *selection) links(r *row) []jsonapi.Relationship {
	if sel.linked == nil || !slices.Equal(sel.linkedShown, r.shown) {
		sel.linkedShown = r.shown
		sel.linked = make([]jsonapi.Relationship, 0, len(sel.relationships))
		for _, rel := range sel.relationships {
			if r.shows(rel.rule) {
				sel.linked = append(sel.linked, rel.document)
			}
		}
	}
	return sel.linked
}

func (r *row) shows(rule int) bool { return rule < 0 || r.shown[rule] }

// old is a row as a Change has it.
func (sel *selection) old(r *row) map[string]any {
	old := make(map[string]any, len(sel.attributes)+len(r.keys))
	for i, a := range sel.attributes {
		old[a.Name] = r.values[i]
	}
	for name, key := range r.keys {
		old[name] = key
	}
	return old
}
