package engine

import (
	"fmt"
	"strings"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// order is what the query sorts by. The id comes last, so that pages never overlap.
func (s *session) order(b *statement, r *resource, alias string) (string, error) {
	var keys []string
	for _, key := range s.query.Sort {
		expression, err := s.sortKey(b, r, alias, key.Path)
		if err != nil {
			return "", err
		}
		if key.Descending {
			expression += " DESC"
		}
		keys = append(keys, expression)
	}
	return strings.Join(append(keys, alias+".id"), ", "), nil
}

func (s *session) sortKey(b *statement, r *resource, alias string, path []string) (string, error) {
	if len(path) == 2 {
		return s.relatedKey(b, r, alias, path[0], path[1])
	}
	name := path[0]
	if r.related[name] != nil {
		return "", jsonapi.BadParameter("sort", fmt.Sprintf("You can't sort on %s because it is a relationship field", name))
	}
	if name == "id" {
		return alias + ".id", nil
	}
	a := r.byName[name]
	if a == nil || a.WriteOnly {
		return "", jsonapi.BadParameter("sort", r.noField(name))
	}
	if a.Kind == JSON {
		return "", jsonapi.BadParameter("sort", fmt.Sprintf("You can't sort on %s because it has no order", name))
	}
	return s.readable(b, r, alias, a), nil
}

// relatedKey is an attribute of the one related object.
func (s *session) relatedKey(b *statement, r *resource, alias, relationship, name string) (string, error) {
	rel := r.related[relationship]
	switch {
	case rel == nil || rel.target == nil:
		return "", jsonapi.BadParameter("sort", r.noField(relationship))
	case rel.Many:
		return "", jsonapi.BadParameter("sort", fmt.Sprintf("You can't sort on %s because it leads to many objects", relationship))
	}
	other := b.alias()
	key, err := s.sortKey(b, rel.target, other, []string{name})
	if err != nil {
		return "", err
	}
	return "(SELECT " + key + " FROM " + rel.target.Table + " " + other +
		" WHERE " + string(s.reachable(b, r, rel, alias, other)) + " ORDER BY " + other + ".id LIMIT 1)", nil
}

// readable is an attribute, or null in rows where the caller may not see it: nothing can be found
// out about it by sorting or filtering.
func (s *session) readable(b *statement, r *resource, alias string, a *attribute) string {
	b.laborious = b.laborious || a.Expression != ""
	expression := a.expression(alias)
	switch p := s.shown(b, r, alias, a.rule); p {
	case policy.Always:
		return expression
	case policy.Never:
		return "NULL::" + a.Kind.cast()
	default:
		return "CASE WHEN " + string(p) + " THEN " + expression + " END"
	}
}

// reachable is the condition that the row c is related to the row p, and that the caller may see
// both the relationship and the row.
func (s *session) reachable(b *statement, r *resource, rel *relationship, p, c string) policy.Predicate {
	return policy.And(
		policy.Predicate(rel.match(rel.key(p), c)),
		s.alive(b, rel.target, c, false),
		s.grant(b, rel.target, c, rel.target.Policy.Including()),
		s.shown(b, r, p, rel.rule),
	)
}
