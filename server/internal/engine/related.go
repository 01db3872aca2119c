package engine

import (
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// by is the variable of a URL with the value that a related list is narrowed to.
const by = "by"

// relatedList answers with the objects that one object is related to.
func (s *session) relatedList(r *resource, rel *relationship) (*Response, error) {
	parent, err := s.parent(r, rel, loading{trashed: s.query.Trashed, listed: rel})
	if err != nil {
		return nil, err
	}
	return s.list(rel.target, func(b *statement, alias string) policy.Predicate {
		related := policy.Predicate(rel.match(b.arg(parent.id)+"::bigint", alias))
		value, part := s.Vars[by]
		if !part {
			return related
		}
		value = strings.ReplaceAll(strings.ToValidUTF8(value, ""), "\x00", "") // which no text of the database has
		return policy.And(related, policy.Predicate(alias+"."+rel.By+" = "+b.arg(value)+"::text"))
	})
}

// createRelated creates an object that one object is related to.
func (s *session) createRelated(r *resource, rel *relationship) (*Response, error) {
	if err := s.require(rel.target, rel.target.Policy.Create); err != nil {
		return nil, err
	}
	if rel.Join == nil {
		parent, err := s.parent(r, rel, loading{})
		if err != nil {
			return nil, err
		}
		return s.create(rel.target, map[string]any{rel.target.inverse(rel).Name: parent.id}, nil)
	}
	// The pair belongs to the parent, so it is a change of that too.
	parent, err := s.parent(r, rel, loading{action: r.Policy.Update})
	if err != nil {
		return nil, err
	}
	return s.create(rel.target, nil, func(id int64) error {
		m := s.relate(r, rel, parent.id, []int64{id})
		if err := m.askOne(r, parent.id); err != nil {
			return err
		}
		_, err := m.pair()
		return err
	})
}

// creates reports whether an object of this resource can be created as one that a relationship leads
// to.
func (r *resource) creates(rel *relationship) bool {
	return r.inverse(rel) != nil || (rel.Join != nil && !rel.ReadOnly)
}

// inverse is the relationship of the other side to one object that is stored in the column which
// this relationship goes through, nil when there is none.
func (r *resource) inverse(rel *relationship) *relationship {
	if rel.Reverse == "" {
		return nil
	}
	for _, candidate := range r.relationships {
		if candidate.Column == rel.Reverse && !candidate.ReadOnly {
			return candidate
		}
	}
	return nil
}

// relatedOne finds the one object that an object is related to, and goes on with it as if the URL
// had named it.
func (s *session) relatedOne(r *resource, rel *relationship, then func(*resource, string) (*Response, error)) (*Response, error) {
	parent, err := s.parent(r, rel, loading{trashed: s.query.Trashed})
	if err != nil {
		return nil, err
	}
	b := &statement{}
	p, c := b.alias(), b.alias()
	where := policy.And(
		policy.Predicate(p+".id = "+b.arg(parent.id)+"::bigint"),
		policy.Predicate(rel.match(rel.key(p), c)),
		s.alive(b, rel.target, c, s.query.Trashed),
	)
	var id int64
	err = b.each(s.ctx(), s.DB, "find "+rel.Name, "SELECT "+c+".id FROM "+r.Table+" "+p+", "+rel.target.Table+" "+c+
		" WHERE "+string(where)+" ORDER BY "+c+".id LIMIT 1", func(values []any) { id = integer(values[0]) })
	if err != nil {
		return nil, err
	}
	if id == 0 {
		return nil, jsonapi.NotFound()
	}
	return then(rel.target, strconv.FormatInt(id, 10))
}
