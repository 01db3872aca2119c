package engine

import (
	"context"
	"net/http"
	"time"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// Request is one request to a route.
type Request struct {
	HTTP *http.Request
	// Body is the whole body, which somebody has limited.
	Body []byte
	// DB is where the request works. What it writes is undone when the route returns an error.
	DB DB
	// Authenticate finds out who the caller is, nil for one who has not logged in. It is asked once,
	// after the headers that say whether the request can be answered at all.
	Authenticate func() (*policy.Actor, error)
	Now          time.Time
	// Vars are the variables of the route's pattern.
	Vars map[string]string
}

// Response is the answer to one request. Without a document it has no content.
type Response struct {
	Status   int
	Document *jsonapi.Document
	// Location is the path of an object that was created.
	Location string
}

// session is one request at work.
type session struct {
	*Request
	engine *Engine
	actor  *policy.Actor
	query  *jsonapi.Query
}

func (s *session) ctx() context.Context { return s.HTTP.Context() }

// open reads what all routes need of a request. Headers are checked before anything else.
func (e *Engine) open(req *Request, list bool) (*session, error) {
	if err := jsonapi.CheckAccept(req.HTTP.Header); err != nil {
		return nil, err
	}
	method := req.HTTP.Method
	if method == http.MethodPost || method == http.MethodPatch || (method == http.MethodDelete && len(req.Body) > 0) {
		if err := jsonapi.CheckContentType(req.HTTP.Header); err != nil {
			return nil, err
		}
	}
	actor, err := req.Authenticate()
	if err != nil {
		return nil, err
	}
	parse := jsonapi.ParseObjectQuery
	if list {
		parse = jsonapi.ParseQuery
	}
	query, err := parse(req.HTTP.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	return &session{Request: req, engine: e, actor: actor, query: query}, e.checkFields(query)
}

// grant is the condition under which the caller is granted what the rule is about, on rows of the
// resource with this alias.
func (s *session) grant(b *statement, r *resource, alias string, rule policy.Rule) policy.Predicate {
	return rule.Compile(s.actor, policy.Scope{
		Table: r.Table, Alias: alias, Event: r.Event, User: r.User, Sessions: r.Sessions, Arg: b.arg,
	})
}

// require refuses a caller who is never granted what the rule is about, whatever the row.
func (s *session) require(r *resource, rule policy.Rule) error {
	if s.grant(&statement{}, r, "t", rule) == policy.Never {
		return s.refuse(rule)
	}
	return nil
}

// refuse is the answer to somebody who is not granted something.
func (s *session) refuse(rule policy.Rule) error {
	switch {
	case rule.Hidden():
		return jsonapi.NotFound()
	case s.actor == nil:
		return &jsonapi.Plain{Status: http.StatusUnauthorized, Message: "Missing Authorization Header"}
	}
	return jsonapi.Forbidden("", rule.Refusal())
}

// alive is the condition that neither a row nor the event that it is a part of is soft-deleted, or that
// they may be seen all the same: whoever may delete an object may see it after its deletion, and what
// belongs to it.
func (s *session) alive(b *statement, r *resource, alias string, trashed bool) policy.Predicate {
	return policy.And(s.kept(b, r, alias, trashed), s.eventKept(b, r, alias, trashed))
}

// eventKept is the half of alive about the event.
func (s *session) eventKept(b *statement, r *resource, alias string, trashed bool) policy.Predicate {
	if r.part == nil {
		return policy.Always
	}
	event := b.alias()
	return policy.Predicate("EXISTS (SELECT 1 FROM " + r.part.target.Table + " " + event + " WHERE " +
		string(policy.And(policy.Predicate(r.part.match(r.part.key(alias), event)), s.kept(b, r.part.target, event, trashed))) + ")")
}

// kept is the half of alive about the row itself. The caller may restore what they may delete.
func (s *session) kept(b *statement, r *resource, alias string, trashed bool) policy.Predicate {
	if !r.SoftDelete {
		return policy.Always
	}
	alive := policy.Predicate(alias + ".deleted_at IS NULL")
	if !trashed {
		return alive
	}
	return policy.Or(alive, s.grant(b, r, alias, r.Policy.Delete))
}

// shown is the condition that the caller may see the field with this index of a rule.
func (s *session) shown(b *statement, r *resource, alias string, rule int) policy.Predicate {
	if rule < 0 {
		return policy.Always
	}
	return s.grant(b, r, alias, r.rules[rule])
}
