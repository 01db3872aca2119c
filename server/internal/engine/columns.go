package engine

import (
	"regexp"
	"slices"
)

// Columns are the columns of one table that are read or written for the objects of a type.
type Columns struct {
	// Type is that of the objects.
	Type  string
	Table string
	// Names are in alphabetical order.
	Names []string
}

// Columns tells of all declarations which columns they need: those of their own tables, of the tables of pairs
// between them, and of the tables that a relationship is looked up in. A table may come several times. What SQL
// that is written by hand needs of other tables is not among them.
func (e *Engine) Columns() []Columns {
	list := make([]Columns, 0, len(e.resources))
	for _, r := range e.resources {
		list = append(list, Columns{Type: r.Type, Table: r.Table, Names: r.declared()})
		for _, rel := range r.relationships {
			if rel.Join != nil {
				list = append(list, Columns{Type: r.Type, Table: rel.Join.Table, Names: rel.Join.columns()})
			}
		}
	}
	for i := range list {
		for _, r := range e.resources {
			list[i].Names = append(list[i].Names, r.foreign(list[i].Table)...)
		}
		slices.Sort(list[i].Names)
		list[i].Names = slices.Compact(list[i].Names)
	}
	return list
}

// declared are the columns of the table of the resource.
func (r *resource) declared() []string {
	names := []string{"id"}
	for _, a := range r.attributes {
		if a.Expression == "" {
			names = append(names, a.Column)
		}
		names = append(names, rowColumns(a.Expression)...)
	}
	for _, rel := range r.relationships {
		names = append(names, rel.Column)
		if rel.Join != nil {
			names = append(names, rel.Join.Same)
		}
	}
	names = append(names, r.Key, r.Event, r.User)
	names = append(names, rowColumns(r.Sessions)...)
	for _, v := range r.Views {
		names = append(names, rowColumns(v.Where)...)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

func (j *Join) columns() []string {
	return append(rowColumns(j.Where), j.Here, j.There)
}

// foreign are the columns of a table that the resource reaches from another one.
func (r *resource) foreign(table string) []string {
	var names []string
	for _, rel := range r.relationships {
		if rel.target == nil || rel.target.Table != table {
			continue
		}
		names = append(names, rel.Reverse, rel.By)
		if rel.Join != nil {
			names = append(names, rel.Join.Same)
		}
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

// rowColumns are the columns of {row} in SQL of a declaration.
func rowColumns(sql string) []string {
	var names []string
	for _, match := range regexp.MustCompile(`\{row\}\.([a-z][a-z0-9_]*)`).FindAllStringSubmatch(sql, -1) {
		names = append(names, match[1])
	}
	return names
}

// Model is the name of a type in messages: "EventTopic" for "event-topic".
func Model(typ string) string { return model(typ) }
