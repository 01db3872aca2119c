package hook

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// PermissionFunc is a hook for one case of a table of permissions. It runs behind the before hooks.
type PermissionFunc func(*Case, *Situation) error

// Permissions is what is registered for the tables of one part of the API.
type Permissions struct {
	// Name is what it is registered under.
	Name string
	// At is the base name of the file and the line of the call.
	At transaction.Position

	f        PermissionFunc
	requests map[Action]string
}

// Request names the documented request of an action, where the harness cannot tell by itself: by the
// name of its transaction, that of its action, or a method and a path. It returns p.
func (p *Permissions) Request(a Action, name string) *Permissions {
	p.requests[a] = name
	return p
}

// Named is what Request was told of an action; "" when it was told nothing.
func (p *Permissions) Named(a Action) string { return p.requests[a] }

// who holds the hooks of tables of permissions.
type who struct {
	actors map[string]PermissionFunc
	tables []*Permissions
}

// Actor registers f to make a request that of an actor, as tables of permissions name it: f sees to it
// that there is such a user, logs in, and sets the header. Names are those of the rows, each once;
// letter case, blanks and a final full stop do not count. A row may name several actors, with slashes
// or commas between.
func (r *Registry) Actor(name string, f PermissionFunc) {
	if r.who.actors == nil {
		r.who.actors = map[string]PermissionFunc{}
	}
	if _, twice := r.who.actors[fold(name)]; twice {
		panic(fmt.Sprintf("hook: the actor %q is registered twice; take one of the calls of Registry.Actor away", name))
	}
	r.who.actors[fold(name)] = f
}

// Permissions registers f to seed the situations of the tables of permissions that stand in the
// description of a part of the API: a group, a resource or an action, named as transactions are:
// "Speakers", "Speakers > Speaker Details", each once. f runs behind the hook of the actor. It asks
// Situation.Met which conditions to meet.
func (r *Registry) Permissions(name string, f PermissionFunc) *Permissions {
	p := &Permissions{Name: name, f: f, requests: map[Action]string{}}
	if _, file, line, ok := runtime.Caller(1); ok {
		p.At = transaction.Position{File: filepath.Base(file), Line: line}
	}
	if before := r.TablesOf(name); before != nil {
		panic(fmt.Sprintf("hook: Permissions(%q) is called at %s and at %s; take one of the calls away", name, before.At, p.At))
	}
	r.who.tables = append(r.who.tables, p)
	return p
}

// HasActor reports whether an actor of that name is registered.
func (r *Registry) HasActor(name string) bool {
	if r == nil {
		return false
	}
	_, ok := r.who.actors[fold(name)]
	return ok
}

// Actors returns the names of the actors, in alphabetical order, as they are compared.
func (r *Registry) Actors() []string {
	if r == nil {
		return nil
	}
	names := make([]string, 0, len(r.who.actors))
	for n := range r.who.actors {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Tables returns what Permissions was told, in that order.
func (r *Registry) Tables() []*Permissions {
	if r == nil {
		return nil
	}
	return r.who.tables
}

// TablesOf returns what is registered under one of some names; nil when nothing is.
func (r *Registry) TablesOf(names ...string) *Permissions {
	for _, p := range r.Tables() {
		for _, n := range names {
			if fold(p.Name) == fold(n) {
				return p
			}
		}
	}
	return nil
}

// The hooks of tables of permissions, as errors name them.
const (
	actorHook      event = "actor"
	permissionHook event = "permissions"
)

// RunSituation runs the hook of the actor, then p, for a case that NewSituation made. It is for those
// who carry out runs.
func (r *Registry) RunSituation(c *Case, p *Permissions, s *Situation) error {
	actor := r.who.actors[fold(s.Actor)]
	if actor == nil {
		return fmt.Errorf("there is no actor %q; register it with Registry.Actor", s.Actor)
	}
	if err := run(c, actorHook, []Func{func(c *Case) error { return actor(c, s) }}); err != nil || c.Transaction.Skip {
		return err
	}
	if err := run(c, permissionHook, []Func{func(c *Case) error { return p.f(c, s) }}); err != nil || c.Transaction.Skip {
		return err
	}
	return s.heeded(p.At)
}

// RunListed calls Situation.Listed, which is not nil, for the response of a case.
func (r *Registry) RunListed(c *Case, s *Situation) (listed bool, err error) {
	err = run(c, permissionHook, []Func{func(c *Case) (err error) {
		listed, err = s.Listed(c.Transaction.Real)
		return err
	}})
	return listed, err
}
