package engine

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// showLinkage answers with the identifiers of the related objects that the caller may see.
func (s *session) showLinkage(r *resource, rel *relationship) (*Response, error) {
	parent, err := s.parent(r, rel, loading{})
	if err != nil {
		return nil, err
	}
	document, err := s.linkageDocument(r, rel, parent.id)
	if err != nil {
		return nil, err
	}
	return &Response{Status: http.StatusOK, Document: document}, nil
}

func (s *session) linkageDocument(r *resource, rel *relationship, id int64) (*jsonapi.Document, error) {
	b := &statement{}
	p, c := b.alias(), b.alias()
	where := policy.And(
		policy.Predicate(p+".id = "+b.arg(id)+"::bigint"),
		s.reachable(b, r, rel, p, c),
	)
	var ids []jsonapi.Identifier
	sql := "SELECT " + c + ".id FROM " + r.Table + " " + p + ", " + rel.target.Table + " " + c +
		" WHERE " + string(where) + " ORDER BY " + c + ".id"
	err := b.each(s.ctx(), s.DB, "read linkage of "+rel.Name, sql, func(values []any) {
		ids = append(ids, jsonapi.Identifier{Type: rel.Type, ID: strconv.FormatInt(integer(values[0]), 10)})
	})
	if err != nil {
		return nil, err
	}
	self := r.path(strconv.FormatInt(id, 10))
	return &jsonapi.Document{
		Data: linkage(rel, ids),
		Links: []jsonapi.Link{
			{Name: "self", Href: self + "/relationships/" + rel.Name},
			{Name: "related", Href: self + "/" + rel.Path},
		},
	}, nil
}

// changeLinkage changes who an object is related to: POST adds, PATCH replaces, DELETE removes. It
// answers with the object, or with nothing when nothing has changed.
func (s *session) changeLinkage(r *resource, rel *relationship) (*Response, error) {
	if err := s.require(r, r.Policy.Update); err != nil {
		return nil, err
	}
	parent, err := s.parent(r, rel, loading{action: r.Policy.Update, lock: true})
	if err != nil {
		return nil, err
	}
	if err := s.match(func() (*jsonapi.Document, error) { return s.linkageDocument(r, rel, parent.id) }); err != nil {
		return nil, err
	}
	given, err := jsonapi.ParseLinkage(s.Body, rel.Type, rel.Many)
	if err != nil {
		return nil, err
	}
	v, invalid := rel.read("/data", given)
	if invalid != nil {
		return nil, invalid
	}
	changed, err := s.changeOneOrMany(r, rel, parent.id, v)
	if err != nil || !changed {
		return &Response{Status: http.StatusNoContent}, err
	}
	document, err := s.written(r, parent.id)
	if err != nil {
		return nil, err
	}
	return &Response{Status: http.StatusOK, Document: document}, nil
}

func (s *session) changeOneOrMany(r *resource, rel *relationship, id int64, v any) (changed bool, err error) {
	if !rel.Many {
		return s.changeOne(r, rel, id, v)
	}
	ids, _ := v.([]int64)
	m := s.relate(r, rel, id, ids)
	switch s.HTTP.Method {
	case http.MethodPost:
		return m.add()
	case http.MethodDelete:
		return m.remove(ids)
	}
	return m.replace()
}

// changeOne is an update of the object like any other, so that what is special about the resource
// holds here too. DELETE takes away the object that it names, and no other.
func (s *session) changeOne(r *resource, rel *relationship, id int64, v any) (changed bool, err error) {
	old, err := s.stored(r, id)
	if err != nil {
		return false, err
	}
	if s.HTTP.Method == http.MethodDelete {
		if !same(v, old[rel.Name]) {
			return false, nil
		}
		v = nil
	}
	return s.apply(r, s.change(id, map[string]any{rel.Name: v}, old))
}

// stored are the values of an object as they are, whoever may see them.
func (s *session) stored(r *resource, id int64) (old map[string]any, err error) {
	sel := r.everything()
	b := &statement{}
	rd := s.reader(b, sel, "t1")
	err = b.each(s.ctx(), s.DB, "read "+r.Table, "SELECT "+rd.list()+" FROM "+r.Table+" t1 WHERE t1.id = "+b.arg(id)+"::bigint",
		func(values []any) { old = sel.old(rd.read(values)) })
	return old, err
}

// relateMany replaces the relationships to many objects that a change sets.
func (s *session) relateMany(r *resource, c *Change) (changed bool, err error) {
	for _, rel := range r.relationships {
		ids, set := c.Values[rel.Name].([]int64)
		if !set || !rel.Many {
			continue
		}
		one, err := s.relate(r, rel, c.ID, ids).replace()
		if err != nil {
			return false, err
		}
		changed = changed || one
	}
	return changed, nil
}

// manyChange changes a relationship of one object to many.
type manyChange struct {
	*session
	of  *resource
	rel *relationship
	id  int64
	// ids are what the request names, each once.
	ids []int64
}

func (s *session) relate(r *resource, rel *relationship, id int64, ids []int64) *manyChange {
	sorted := append([]int64{}, ids...) // never nil, which would be null to the database
	slices.Sort(sorted)
	return &manyChange{session: s, of: r, rel: rel, id: id, ids: slices.Compact(sorted)}
}

// add relates the objects that are not related yet.
func (m *manyChange) add() (changed bool, err error) {
	missing, err := m.missing(m.rel, m.ids, m.rel.target.Policy.Including())
	if err != nil {
		return false, err
	}
	if len(missing) > 0 {
		return false, m.rel.notFound("/data", strconv.FormatInt(missing[0], 10))
	}
	if m.rel.Join != nil {
		related, err := m.related("id = ANY($2::bigint[])", m.ids)
		if err != nil {
			return false, err
		}
		fresh := slices.DeleteFunc(slices.Clone(m.ids), func(id int64) bool { return slices.Contains(related, id) })
		if err := m.checkTargets(fresh); err != nil || len(fresh) == 0 {
			return false, err
		}
		if err := m.ask(fresh); err != nil {
			return false, err
		}
		return m.pair()
	}
	if err := m.checkTargets(m.ids); err != nil {
		return false, err
	}
	return m.turn(m.ids, m.id)
}

// turn changes the column of objects on the other side. For each it is an update like any other, so that
// what is special about their resource holds here too.
func (m *manyChange) turn(ids []int64, to any) (changed bool, err error) {
	target := m.rel.target
	inverse := target.inverse(m.rel)
	if inverse == nil {
		column := m.rel.Reverse
		if to == nil {
			return m.exec("UPDATE "+target.Table+" SET "+column+" = NULL WHERE "+column+" = $1::bigint AND id = ANY($2::bigint[])", ids)
		}
		return m.exec("UPDATE "+target.Table+" SET "+column+" = $1::bigint WHERE id = ANY($2::bigint[]) AND "+
			column+" IS DISTINCT FROM $1::bigint", ids)
	}
	for _, id := range ids {
		old, err := m.stored(target, id)
		if err != nil {
			return false, err
		}
		if same(to, old[inverse.Name]) {
			continue
		}
		one, err := m.apply(target, m.change(id, map[string]any{inverse.Name: to}, old))
		if err != nil {
			return false, err
		}
		changed = changed || one
	}
	return changed, nil
}

// ask asks the declarations of both sides of pairs whether the objects may change at all.
func (m *manyChange) ask(ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	if err := m.askOne(m.of, m.id); err != nil {
		return err
	}
	for _, id := range ids {
		if err := m.askOne(m.rel.target, id); err != nil {
			return err
		}
	}
	return nil
}

func (m *manyChange) askOne(r *resource, id int64) error {
	if r.BeforeUpdate == nil {
		return nil
	}
	old, err := m.stored(r, id)
	if err != nil {
		return err
	}
	return r.BeforeUpdate(m.change(id, map[string]any{}, old))
}

// pair adds the pairs that are not in the join yet.
func (m *manyChange) pair() (changed bool, err error) {
	join := m.rel.Join
	if err := m.checkSame(); err != nil {
		return false, err
	}
	return m.exec("INSERT INTO "+join.Table+" ("+join.Here+", "+join.There+
		") SELECT $1::bigint, x FROM unnest($2::bigint[]) x WHERE NOT EXISTS (SELECT 1 FROM "+join.Table+
		" j WHERE j."+join.Here+" = $1::bigint AND j."+join.There+" = x)", m.ids)
}

// checkSame refuses pairs of objects that do not belong together.
func (m *manyChange) checkSame() error {
	same := m.rel.Join.Same
	if same == "" {
		return nil
	}
	b := &statement{args: []any{m.id, m.ids}}
	others, err := b.holds(m.ctx(), m.DB, "hold "+m.rel.Name+" against "+same, "SELECT EXISTS (SELECT 1 FROM "+m.of.Table+" p, "+m.rel.target.Table+
		" c WHERE p.id = $1::bigint AND c.id = ANY($2::bigint[]) AND p."+same+" IS DISTINCT FROM c."+same+")")
	if err == nil && others {
		return jsonapi.Unprocessable("/data/relationships/"+m.rel.Name, "The objects differ in their "+strings.ReplaceAll(same, "_", " "))
	}
	return err
}

// remove takes the relationship away from objects; those that do not have it are no error.
func (m *manyChange) remove(ids []int64) (changed bool, err error) {
	if m.rel.Join != nil {
		related, err := m.related("id = ANY($2::bigint[])", ids)
		if err == nil {
			err = m.ask(related)
		}
		if err != nil {
			return false, err
		}
		return m.exec("DELETE FROM "+m.rel.Join.Table+" WHERE "+m.rel.Join.Here+" = $1::bigint AND "+
			m.rel.Join.There+" = ANY($2::bigint[])", ids)
	}
	column := m.rel.Reverse
	related, err := m.related("id = ANY($2::bigint[])", ids)
	if err != nil || len(related) == 0 {
		return false, err
	}
	for _, inverse := range m.rel.target.relationships {
		if inverse.Column == column && inverse.Required {
			// JSON:API 1.0, Updating To-Many Relationships: 403 where removal is not possible.
			return false, jsonapi.Forbidden("/data", "An object of type "+m.rel.Type+" always has the relationship "+inverse.Name)
		}
	}
	if err := m.checkTargets(related); err != nil {
		return false, err
	}
	return m.turn(related, nil)
}

// replace relates the objects, and no others.
func (m *manyChange) replace() (changed bool, err error) {
	others, err := m.related("NOT id = ANY($2::bigint[])", m.ids)
	if err != nil {
		return false, err
	}
	removed := false
	if len(others) > 0 {
		if removed, err = m.remove(others); err != nil {
			return false, err
		}
	}
	added, err := m.add()
	return removed || added, err
}

// related are the related objects that meet a condition, also those that the caller does not see.
func (m *manyChange) related(condition string, ids []int64) ([]int64, error) {
	sql := "SELECT id FROM " + m.rel.target.Table + " WHERE " + m.rel.Reverse + " = $1::bigint AND " + condition
	if m.rel.Join != nil {
		sql = "SELECT id FROM (SELECT " + m.rel.Join.There + " AS id FROM " + m.rel.Join.Table +
			" WHERE " + m.rel.Join.Here + " = $1::bigint) j WHERE " + condition
	}
	b := &statement{args: []any{m.id, ids}}
	var found []int64
	err := b.each(m.ctx(), m.DB, "read "+m.rel.Name, sql, func(values []any) { found = append(found, integer(values[0])) })
	return found, err
}

// checkTargets refuses a caller who may not change the objects on the other side: it is their
// column that changes.
func (m *manyChange) checkTargets(ids []int64) error {
	target := m.rel.target
	rule := target.Policy.Update
	b := &statement{}
	alias := b.alias()
	granted := m.grant(b, target, alias, rule)
	if granted == policy.Always || len(ids) == 0 {
		return nil
	}
	refused, err := b.holds(m.ctx(), m.DB, "hold a policy against "+target.Table, "SELECT EXISTS (SELECT 1 FROM "+target.Table+" "+alias+
		" WHERE "+alias+".id = ANY("+b.arg(ids)+"::bigint[]) AND NOT coalesce("+string(granted)+", false))")
	if err == nil && refused {
		return m.refuse(rule)
	}
	return err
}

// exec runs a statement on this object ($1) and others ($2).
func (m *manyChange) exec(sql string, ids []int64) (changed bool, err error) {
	b := &statement{args: []any{m.id, ids}}
	n, err := b.exec(m.ctx(), m.DB, "relate "+m.rel.Name, sql)
	return n > 0, err
}
