package engine

import (
	"net/http"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// remove deletes an object: softly, where the declaration says so, unless the query wants it gone
// for good. That is for staff, since everything that belongs to it goes along.
func (s *session) remove(r *resource, key string) (*Response, error) {
	if err := s.require(r, r.Policy.Delete); err != nil {
		return nil, err
	}
	soft := r.SoftDelete && !s.query.Permanent
	if r.SoftDelete && !soft {
		if err := s.require(r, policy.Staff()); err != nil {
			return nil, err
		}
	}
	sel := r.everything()
	found, err := s.load(sel, loading{key: key, action: r.Policy.Delete, lock: true, trashed: s.query.Trashed && !soft})
	if err != nil {
		return nil, err
	}
	if err := s.checkMatch(r, found.id); err != nil {
		return nil, err
	}
	c := s.change(found.id, map[string]any{}, sel.old(found))
	if err := call(r.BeforeDelete, c); err != nil {
		return nil, err
	}
	if soft {
		c.Values["deleted-at"] = s.Now
		err = s.write(r, c)
	} else {
		b := &statement{}
		_, err = b.exec(s.ctx(), s.DB, "delete from "+r.Table, "DELETE FROM "+r.Table+" WHERE id = "+b.arg(c.ID)+"::bigint")
	}
	if err != nil {
		return nil, err
	}
	return &Response{Status: http.StatusOK, Document: &jsonapi.Document{
		Meta: []jsonapi.Member{{Name: "message", Value: "Object successfully deleted"}},
	}}, nil
}
