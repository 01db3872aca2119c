// Package engine serves resources that are declared, not written out. From one Resource it derives
// routes, SQL, validation and JSON:API documents: list, view, create, update, delete, related
// objects, relationship endpoints, filters, sorting, pages, included objects and sparse fieldsets.
//
//	e := engine.New(engine.Resource{
//		Type: "event-topic", Path: "event-topics", Table: "event_topics",
//		Attributes: []engine.Attribute{{Name: "name", Kind: engine.String, Required: true}},
//		Policy:     policy.Table{List: policy.Anyone(), View: policy.Anyone()},
//	})
//	for _, route := range e.Routes() { ... route.Handle(request) ... }
//
// Every identifier in a statement comes from a declaration, every value is a parameter. A list is
// two statements in one round trip, and one more for each relationship that is included, however
// many objects there are.
//
// The rooms: resource.go is what is declared, engine.go holds the declarations together, routes.go
// derives what is served; list.go, view.go, create.go, update.go, delete.go, related.go and
// linkage.go answer; read.go, filter.go, sort.go and include.go make the reading statements, render.go
// writes the rows of a list as JSON, values.go and kind.go read a request's attributes. Authentication,
// transactions and the wire are not its business.
package engine
