package engine

import (
	"fmt"
	"net/http"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
)

// Route is a method and a pattern of paths, and what answers there. A pattern's variables stand in
// braces, each for one segment.
type Route struct {
	Method  string
	Pattern string
	Handle  func(*Request) (*Response, error)
	// Unlisted routes answer with an error that is better than that of no route at all.
	Unlisted bool
}

// Routes are what the declarations serve, in their order.
func (e *Engine) Routes() []Route {
	t := &routes{engine: e}
	for _, r := range e.resources {
		t.collection(r)
		for _, rel := range r.relationships {
			if rel.target != nil {
				t.related(r, rel)
				t.linkage(r, rel)
			}
		}
		t.unknown(r)
	}
	return t.list
}

// action answers a request that has been opened.
type action func(*session) (*Response, error)

type routes struct {
	engine *Engine
	list   []Route
}

func (t *routes) add(method, pattern string, query bool, do action) {
	t.list = append(t.list, Route{Method: method, Pattern: pattern, Handle: func(req *Request) (*Response, error) {
		s, err := t.engine.open(req, query)
		if err != nil {
			return nil, err
		}
		return do(s)
	}})
}

func (t *routes) collection(r *resource) {
	collection, object := "/v1/"+r.Path, "/v1/"+r.Path+"/{id}"
	for _, served := range []struct {
		operation Operation
		method    string
		pattern   string
		do        action
	}{
		{List, http.MethodGet, collection, func(s *session) (*Response, error) { return s.list(r, nil) }},
		{Create, http.MethodPost, collection, func(s *session) (*Response, error) { return s.create(r, nil, nil) }},
		{Show, http.MethodGet, object, func(s *session) (*Response, error) { return s.view(r, s.Vars["id"]) }},
		{Update, http.MethodPatch, object, func(s *session) (*Response, error) { return s.update(r, s.Vars["id"]) }},
		{Delete, http.MethodDelete, object, func(s *session) (*Response, error) { return s.remove(r, s.Vars["id"]) }},
	} {
		if r.without()&served.operation == 0 {
			t.add(served.method, served.pattern, served.operation == List, served.do)
		}
	}
	if r.Singleton {
		t.add(http.MethodGet, collection, false, func(s *session) (*Response, error) { return s.view(r, singleton) })
		t.add(http.MethodPatch, collection, false, func(s *session) (*Response, error) { return s.update(r, singleton) })
	}
	for _, v := range r.Views {
		t.add(http.MethodGet, collection+"/"+v.Name, true, func(s *session) (*Response, error) { return s.list(r, s.named(v)) })
	}
}

// singleton is the id of the one object of a resource that has one.
const singleton = "1"

// without are the routes that are not served.
func (r *resource) without() Operation {
	if r.Singleton {
		return r.Without | List | Create | Delete
	}
	return r.Without
}

// related serves the objects that an object is related to.
func (t *routes) related(r *resource, rel *relationship) {
	pattern := "/v1/" + r.Path + "/{id}/" + rel.Path
	if rel.Many {
		t.add(http.MethodGet, pattern, true, func(s *session) (*Response, error) { return s.relatedList(r, rel) })
		if rel.By != "" {
			t.add(http.MethodGet, pattern+"/{"+by+"}", true, func(s *session) (*Response, error) { return s.relatedList(r, rel) })
		}
		if rel.target.without()&Create == 0 && rel.target.creates(rel) {
			t.add(http.MethodPost, pattern, false, func(s *session) (*Response, error) { return s.createRelated(r, rel) })
		}
		return
	}
	for _, served := range []struct {
		operation Operation
		method    string
		then      func(*session) func(*resource, string) (*Response, error)
	}{
		{Show, http.MethodGet, func(s *session) func(*resource, string) (*Response, error) { return s.view }},
		{Update, http.MethodPatch, func(s *session) func(*resource, string) (*Response, error) { return s.update }},
		{Delete, http.MethodDelete, func(s *session) func(*resource, string) (*Response, error) { return s.remove }},
	} {
		if rel.target.without()&served.operation == 0 {
			t.add(served.method, pattern, false, func(s *session) (*Response, error) { return s.relatedOne(r, rel, served.then(s)) })
		}
	}
}

// linkage serves a relationship itself.
func (t *routes) linkage(r *resource, rel *relationship) {
	pattern := "/v1/" + r.Path + "/{id}/relationships/" + rel.Name
	t.add(http.MethodGet, pattern, false, func(s *session) (*Response, error) { return s.showLinkage(r, rel) })
	if rel.ReadOnly {
		return
	}
	methods := []string{http.MethodPost, http.MethodPatch, http.MethodDelete}
	if rel.Required {
		methods = []string{http.MethodPatch}
	}
	for _, method := range methods {
		t.add(method, pattern, false, func(s *session) (*Response, error) { return s.changeLinkage(r, rel) })
	}
}

// unknown answers for relationships that there are none of.
func (t *routes) unknown(r *resource) {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete} {
		t.list = append(t.list, Route{
			Method: method, Pattern: "/v1/" + r.Path + "/{id}/relationships/{relationship}", Unlisted: true,
			Handle: func(req *Request) (*Response, error) {
				name := jsonapi.Dashed(req.Vars["relationship"])
				detail := r.noField(name)
				if r.related[name] != nil {
					detail = fmt.Sprintf("The objects of %s are not served", name)
				}
				return nil, &jsonapi.Error{Status: http.StatusNotFound, Title: "Relation not found", Detail: detail}
			},
		})
	}
}
