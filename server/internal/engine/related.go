package engine

import (
	"strconv"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// relatedList answers with the objects that one object is related to.
func (s *session) relatedList(r *resource, rel *relationship) (*Response, error) {
	parent, err := s.parent(r, rel, loading{trashed: s.query.Trashed})
	if err != nil {
		return nil, err
	}
	return s.list(rel.target, func(b *statement, alias string) policy.Predicate {
		return policy.Predicate(rel.match(b.arg(parent.id)+"::bigint", alias))
	})
}

// createRelated creates an object that one object is related to.
func (s *session) createRelated(r *resource, rel *relationship) (*Response, error) {
	if err := s.require(rel.target, rel.target.Policy.Create); err != nil {
		return nil, err
	}
	parent, err := s.parent(r, rel, loading{})
	if err != nil {
		return nil, err
	}
	return s.create(rel.target, map[string]any{rel.target.inverse(rel).Name: parent.id})
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
