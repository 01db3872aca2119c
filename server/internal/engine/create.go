package engine

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// create answers with the object that the request describes. preset are values that the URL gives;
// they count more than those of the document. then has the id of the new object; it may be nil.
func (s *session) create(r *resource, preset map[string]any, then func(id int64) error) (*Response, error) {
	if err := s.require(r, r.Policy.Create); err != nil {
		return nil, err
	}
	doc, err := jsonapi.ParseResource(s.Body, r.Type, r.AlsoType)
	if err != nil {
		return nil, err
	}
	values, err := s.values(r, doc, true)
	if err != nil {
		return nil, err
	}
	maps.Copy(values, preset)
	if err := r.checkRequired(values); err != nil {
		return nil, err
	}
	c := s.change(0, values, nil)
	if err := s.checkCandidate(r, c); err != nil {
		return nil, err
	}
	if err := s.checkWriters(r, c); err != nil {
		return nil, err
	}
	if err := call(r.BeforeCreate, c); err != nil {
		return nil, err
	}
	if err := s.insert(r, c); err != nil {
		return nil, err
	}
	if _, err := s.relateMany(r, c); err != nil {
		return nil, err
	}
	if err := call(r.AfterCreate, c); err != nil {
		return nil, err
	}
	if then != nil {
		if err := then(c.ID); err != nil {
			return nil, err
		}
	}
	document, err := s.written(r, c.ID)
	if err != nil {
		return nil, err
	}
	return &Response{Status: http.StatusCreated, Document: document, Location: document.Links[0].Href}, nil
}

func (r *resource) checkRequired(values map[string]any) error {
	for _, rel := range r.relationships {
		if _, set := values[rel.Name]; rel.Required && !set {
			return jsonapi.Unprocessable("/data/relationships/"+rel.Name,
				fmt.Sprintf("A valid relationship with %s resource is required", rel.Name))
		}
	}
	return nil
}

// checkCandidate holds the rule for creations against the object that there would be, and looks up
// what it is to be related to. What the caller may not see is not there; but who may create objects of
// an event by a role in it need not see more of it, and who may not, and does not see it, is told that
// it is not there.
func (s *session) checkCandidate(r *resource, c *Change) error {
	rule := r.Policy.Create
	if s.grant(&statement{}, r, "t", rule) == policy.Always {
		return s.checkRelated(r, c, "")
	}
	allowed, err := s.holdsFor(r, c, rule)
	if err != nil {
		return err
	}
	known := ""
	if allowed {
		known = r.Event
	}
	if err := s.checkRelated(r, c, known); err != nil {
		return err
	}
	if !allowed {
		return s.refuse(rule)
	}
	return nil
}

// holdsFor holds a rule against the row that the values of a change are, of an object that is not stored like
// that.
func (s *session) holdsFor(r *resource, c *Change, rule policy.Rule) (bool, error) {
	b := &statement{}
	alias := b.alias()
	return b.holds(s.ctx(), s.DB, "hold a policy against a new row",
		"SELECT coalesce("+string(s.grant(b, r, alias, rule))+", false) FROM "+r.candidate(b, c)+" "+alias)
}

func (s *session) insert(r *resource, c *Change) error {
	b := &statement{}
	names, args := r.columns(b, c)
	sql := "INSERT INTO " + r.Table + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(args, ", ") + ") RETURNING id"
	if len(names) == 0 {
		sql = "INSERT INTO " + r.Table + " DEFAULT VALUES RETURNING id"
	}
	return b.each(s.ctx(), s.DB, "insert into "+r.Table, sql, func(values []any) { c.ID = integer(values[0]) })
}

func (s *session) change(id int64, values, old map[string]any) *Change {
	return &Change{
		Context: s.ctx(), DB: s.DB, Actor: s.actor, Now: s.Now,
		ID: id, Values: values, Columns: map[string]any{}, old: old,
	}
}

// call runs a function of a declaration, if there is one.
func call(f func(*Change) error, c *Change) error {
	if f == nil {
		return nil
	}
	return f(c)
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
