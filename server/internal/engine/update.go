package engine

import (
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// update answers with the object as the request has changed it.
func (s *session) update(r *resource, key string) (*Response, error) {
	if err := s.require(r, r.Policy.Update); err != nil {
		return nil, err
	}
	if err := s.exist(r); err != nil {
		return nil, err
	}
	// A trashed object is found too: this is how it is restored. The rule that shows it is the one
	// for deletions.
	sel := r.everything()
	found, err := s.load(sel, loading{key: key, action: r.Policy.Update, lock: true, restorable: true})
	if err != nil {
		return nil, err
	}
	if err := s.checkMatch(r, found.id); err != nil {
		return nil, err
	}
	doc, err := jsonapi.ParseResource(s.Body, r.Type, r.AlsoType)
	if err != nil {
		return nil, err
	}
	values, err := s.values(r, doc, false)
	if err != nil {
		return nil, err
	}
	switch doc.ID {
	case strconv.FormatInt(found.id, 10):
	case "":
		return nil, jsonapi.BadRequest("/data/id", `Missing id in "data" node`)
	default:
		return nil, jsonapi.BadRequest("/data/id", "Value of id does not match the resource identifier in url")
	}
	c := s.change(found.id, values, sel.old(found))
	if err := s.checkTrash(r, c); err != nil {
		return nil, err
	}
	if _, err := s.apply(r, c); err != nil {
		return nil, err
	}
	document, err := s.written(r, c.ID)
	if err != nil {
		return nil, err
	}
	return &Response{Status: http.StatusOK, Document: document}, nil
}

// checkTrash guards the attribute deleted-at, by which a PATCH deletes and restores. A trashed object
// can be restored and nothing else.
func (s *session) checkTrash(r *resource, c *Change) error {
	const name = "deleted-at"
	if !r.SoftDelete {
		return nil
	}
	was := c.Was(name) != nil
	switch {
	case was && (!c.Changes(name) || c.Values[name] != nil):
		return jsonapi.NotFound()
	case !c.Changes(name):
		return nil
	}
	if err := s.allowed(r, c.ID, r.Policy.Delete); err != nil {
		return err
	}
	if was {
		return call(r.BeforeRestore, c)
	}
	return call(r.BeforeDelete, c)
}

// apply writes a change of a stored object, and reports whether there was one.
func (s *session) apply(r *resource, c *Change) (changed bool, err error) {
	if err := s.checkRelated(r, c, ""); err != nil {
		return false, err
	}
	if err := s.checkWriters(r, c); err != nil {
		return false, err
	}
	if err := call(r.BeforeUpdate, c); err != nil {
		return false, err
	}
	for name := range c.Values {
		if rel := r.related[name]; (rel == nil || !rel.Many) && c.Changes(name) {
			changed = true
		}
	}
	if s.moved(r, c) {
		// Who may change an object must not give it to an event where they may not: and learn nothing of what
		// is there by an attempt, so this goes before the constraints of the table.
		if err := s.allowedThere(r, c); err != nil {
			return false, err
		}
	}
	if err := s.write(r, c); err != nil {
		return false, err
	}
	related, err := s.relateMany(r, c)
	if err != nil {
		return false, err
	}
	if s.moved(r, c) {
		err = s.allowed(r, c.ID, r.Policy.Update)
	}
	if err == nil {
		err = call(r.AfterUpdate, c)
	}
	return changed || related, err
}

// write stores the columns of a change.
func (s *session) write(r *resource, c *Change) error {
	b := &statement{}
	names, args := r.columns(b, c)
	if len(names) == 0 {
		return nil
	}
	sets := make([]string, len(names))
	for i := range names {
		sets[i] = names[i] + " = " + args[i]
	}
	_, err := b.exec(s.ctx(), s.DB, "update "+r.Table,
		"UPDATE "+r.Table+" SET "+strings.Join(sets, ", ")+" WHERE id = "+b.arg(c.ID)+"::bigint")
	return err
}

// moved reports whether the object belongs to another event or user now.
func (s *session) moved(r *resource, c *Change) bool {
	for _, rel := range r.relationships {
		if rel.Column != "" && (rel.Column == r.Event || rel.Column == r.User) && c.Changes(rel.Name) {
			return true
		}
	}
	return false
}

// allowedThere is allowed for the object as a change would leave it.
func (s *session) allowedThere(r *resource, c *Change) error {
	will := *c
	will.Values = maps.Clone(c.old)
	maps.Copy(will.Values, c.Values)
	granted, err := s.holdsFor(r, &will, r.Policy.Update)
	if err == nil && !granted {
		return s.refuse(r.Policy.Update)
	}
	return err
}

// allowed refuses a caller who is not granted what the rule is about, on a stored object.
func (s *session) allowed(r *resource, id int64, rule policy.Rule) error {
	granted, err := s.granted(r, id, rule)
	if err == nil && !granted {
		return s.refuse(rule)
	}
	return err
}

// granted reports whether the caller is granted a rule on a stored object.
func (s *session) granted(r *resource, id int64, rule policy.Rule) (bool, error) {
	b := &statement{}
	alias := b.alias()
	return b.holds(s.ctx(), s.DB, "hold a policy against a row", "SELECT coalesce("+string(s.grant(b, r, alias, rule))+
		", false) FROM "+r.Table+" "+alias+" WHERE "+alias+".id = "+b.arg(id)+"::bigint")
}

// checkMatch holds If-Match against the state of an object before it changes. flask-rest-jsonapi
// does so after the change, with the entity tag of the response, when it is too late.
func (s *session) checkMatch(r *resource, id int64) error {
	return s.match(func() (*jsonapi.Document, error) { return s.document(r, strconv.FormatInt(id, 10)) })
}

// match holds If-Match against the document that the URL has now.
func (s *session) match(now func() (*jsonapi.Document, error)) error {
	list := s.HTTP.Header.Get("If-Match")
	if list == "" {
		return nil
	}
	document, err := now()
	if err != nil {
		return err
	}
	if !jsonapi.Matches(list, jsonapi.ETag(document.Append(nil))) {
		return jsonapi.PreconditionFailed()
	}
	return nil
}
