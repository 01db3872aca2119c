package engine

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// loading says how one object is loaded.
type loading struct {
	// key is the id in the URL, or the other key that URLs of the resource accept.
	key string
	// action is what the caller wants to do besides seeing it. Zero: nothing.
	action policy.Rule
	// visible is a relationship that the caller must be allowed to see. nil: none.
	visible *relationship
	// listed is a relationship whose list the request is for. Who is granted that by a role in the event
	// finds it under the event, though they see no more of it. nil: none.
	listed *relationship
	// lock keeps the row from changing until the end of the request.
	lock bool
	// trashed finds also what is soft-deleted, for who may see it; restorable only the object itself, and
	// not what belongs to an event that is.
	trashed, restorable bool
	// missing is the error for a row that is not there. nil: NotFound.
	missing error
}

// load reads one object that the caller may see, and refuses what the caller may not do with it. An
// object that is hidden from the caller looks as if it were not there, and the other way round: where
// a refusal says that it is one, it says so for objects that do not exist too.
func (s *session) load(sel *selection, l loading) (*row, error) {
	b := &statement{}
	alias := b.alias()
	where, ok := keyed(b, sel.resource, alias, l.key)
	view := sel.Policy.View
	if !ok {
		return nil, s.absent(sel.resource, l)
	}
	rd := s.reader(b, sel, alias)
	seen := rd.add(policy.Or(s.grant(b, sel.resource, alias, view), s.lists(b, alias, l.listed)))
	allowed := rd.add(policy.Always)
	if !l.action.IsZero() {
		allowed = rd.add(s.grant(b, sel.resource, alias, l.action))
	}
	alive := policy.And(s.kept(b, sel.resource, alias, l.trashed || l.restorable), s.eventKept(b, sel.resource, alias, l.trashed))
	sql := "SELECT " + rd.list() + " FROM " + sel.Table + " " + alias +
		" WHERE " + string(policy.And(where, alive)) + " ORDER BY " + alias + ".id LIMIT 1"
	if l.lock {
		sql += " FOR UPDATE OF " + alias
	}
	var found *row
	var maySee, mayDo bool
	err := b.each(s.ctx(), s.DB, "load from "+sel.Table, sql, func(values []any) {
		found = rd.read(values)
		maySee, _ = values[seen].(bool)
		mayDo, _ = values[allowed].(bool)
	})
	switch {
	case err != nil:
		return nil, err
	case found == nil:
		return nil, s.absent(sel.resource, l)
	case !maySee && l.missing != nil && view.Hidden():
		return nil, l.missing
	case !maySee:
		return nil, s.refuse(view)
	case !mayDo:
		return nil, s.refuse(l.action)
	case l.visible != nil && !found.shows(l.visible.rule):
		return nil, s.refuse(l.visible.Visible)
	}
	return found, nil
}

// lists is the condition that the caller is granted the list of what belongs to an event, the row with
// this alias, whatever rows there are. A list that is granted to them everywhere shows no event.
func (s *session) lists(b *statement, alias string, rel *relationship) policy.Predicate {
	if rel == nil || rel.Reverse == "" || rel.Reverse != rel.target.Event {
		return policy.Never
	}
	listed := b.alias()
	granted := s.grant(b, rel.target, listed, rel.target.Policy.List)
	if granted == policy.Always || granted == policy.Never {
		return policy.Never
	}
	row := rel.target.row("NULL::bigint", func(column, cast string) string {
		if column == rel.Reverse {
			return alias + ".id"
		}
		return "NULL::" + cast
	})
	return "(SELECT " + granted + " FROM " + policy.Predicate(row+" "+listed) + ")"
}

// keyed is the condition that a row has the key of a URL. It is not ok for a key that no row can have.
func keyed(b *statement, r *resource, alias, key string) (condition policy.Predicate, ok bool) {
	if n, err := strconv.ParseInt(key, 10, 64); err == nil && n >= 0 && strings.Trim(key, "0123456789") == "" {
		condition = policy.Predicate(alias + ".id = " + b.arg(n) + "::bigint")
		if r.Key == "" {
			return condition, true
		}
		// A key may be all digits. It counts when no id is the same.
		other := alias + "." + r.Key + " = " + b.arg(key) + "::text AND NOT EXISTS (SELECT 1 FROM " +
			r.Table + " o WHERE o.id = " + b.arg(n) + "::bigint)"
		return policy.Or(condition, policy.Predicate("("+other+")")), true
	}
	if r.Key == "" || !utf8.ValidString(key) || strings.ContainsRune(key, 0) {
		return "", false
	}
	return policy.Predicate(alias + "." + r.Key + " = " + b.arg(key) + "::text"), true
}

// absent is the answer for an object that is not there. Where not everybody may know that, it is the
// refusal that an object which is there would get.
func (s *session) absent(r *resource, l loading) error {
	view := r.Policy.View
	if !view.Hidden() && s.grant(&statement{}, r, "t", view) != policy.Always {
		return s.refuse(view)
	}
	if l.missing != nil {
		return l.missing
	}
	return jsonapi.NotFound()
}

// parent loads the object in the middle of a URL, and the relationship that the URL goes on with.
func (s *session) parent(r *resource, rel *relationship, l loading) (*row, error) {
	l.key, l.visible = s.Vars["id"], rel
	name := strings.ReplaceAll(r.Type, "-", "_")
	variable := name + "_id"
	if r.Key != "" && strings.Trim(l.key, "0123456789") != "" {
		variable = name + "_" + r.Key
	}
	l.missing = jsonapi.ParentNotFound(variable, r.model()+": "+l.key+" not found")
	return s.load(&selection{resource: r, keys: true}, l)
}

// view answers with one object.
func (s *session) view(r *resource, key string) (*Response, error) {
	document, err := s.document(r, key)
	if err != nil {
		return nil, err
	}
	return &Response{Status: http.StatusOK, Document: document}, nil
}

// exist makes the one object of a singleton, when nobody has asked for it yet.
func (s *session) exist(r *resource) error {
	if !r.Singleton {
		return nil
	}
	b := &statement{}
	_, err := b.exec(s.ctx(), s.DB, "make the one row of "+r.Table, "INSERT INTO "+r.Table+" (id) SELECT "+singleton+
		" WHERE NOT EXISTS (SELECT 1 FROM "+r.Table+" WHERE id = "+singleton+") ON CONFLICT DO NOTHING")
	return err
}

// document is the document of one object.
func (s *session) document(r *resource, key string) (*jsonapi.Document, error) {
	nodes, err := includes(r, s.query.Include)
	if err != nil {
		return nil, err
	}
	if err := s.exist(r); err != nil {
		return nil, err
	}
	sel := s.selection(r)
	found, err := s.load(sel, loading{key: key, trashed: s.query.Trashed})
	if err != nil {
		return nil, err
	}
	return s.compound(sel, found, nodes)
}

// written is the document of an object that this request has created or changed. Who could do that
// sees all of it but what is sealed, also when the rules no longer let them see it from now on.
func (s *session) written(r *resource, id int64) (*jsonapi.Document, error) {
	nodes, err := includes(r, s.query.Include)
	if err != nil {
		return nil, err
	}
	sel := s.selection(r)
	b := &statement{}
	rd := s.reader(b, sel, "t1")
	b.aliases++
	sql := "SELECT " + rd.list() + " FROM " + r.Table + " t1 WHERE t1.id = " + b.arg(id) + "::bigint"
	var found *row
	err = b.each(s.ctx(), s.DB, "read what was written", sql, func(values []any) { found = rd.read(values) })
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, fmt.Errorf("read what was written: %s %d is gone", r.Type, id)
	}
	shown := make([]bool, len(sel.rules))
	for i := range shown {
		shown[i] = found.shown[i] || !sel.sealed(i)
	}
	found.shown = shown
	return s.compound(sel, found, nodes)
}

// sealed reports whether a rule is about attributes that are Sealed.
func (r *resource) sealed(rule int) bool {
	return slices.ContainsFunc(r.attributes, func(a *attribute) bool { return a.Sealed && a.rule == rule })
}

func (s *session) compound(sel *selection, found *row, nodes []*node) (*jsonapi.Document, error) {
	object := sel.object(found)
	included, err := s.include(sel.resource, []*jsonapi.Object{object}, nodes)
	if err != nil {
		return nil, err
	}
	return &jsonapi.Document{
		Data: object, Included: included,
		Links: []jsonapi.Link{{Name: "self", Href: object.Self}},
	}, nil
}
