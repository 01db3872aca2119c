package engine

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// node is a relationship whose objects come along, and those of theirs that do.
type node struct {
	rel   *relationship
	nodes []*node
}

// includes makes a tree of the paths of a query.
func includes(r *resource, paths [][]string) ([]*node, error) {
	root := &node{}
	for _, path := range paths {
		at, of := root, r
		for _, name := range path {
			rel := of.related[name]
			if rel == nil || rel.target == nil {
				return nil, jsonapi.BadParameter("include", of.noInclude(name))
			}
			at = at.child(rel)
			of = rel.target
		}
	}
	return root.nodes, nil
}

func (n *node) child(rel *relationship) *node {
	for _, c := range n.nodes {
		if c.rel == rel {
			return c
		}
	}
	c := &node{rel: rel}
	n.nodes = append(n.nodes, c)
	return c
}

func (r *resource) noInclude(name string) string {
	switch {
	case r.byName[name] != nil:
		return fmt.Sprintf("%s is not a relationship attribute of %sSchema", name, r.model())
	case r.related[name] != nil:
		return fmt.Sprintf("the objects of %s cannot be included", name)
	}
	return r.noField(name)
}

// include reads the objects that come along with others, sets the linkage to them, and returns each
// object once, in the order of the paths: one statement for each relationship.
func (s *session) include(r *resource, objects []*jsonapi.Object, nodes []*node) ([]*jsonapi.Object, error) {
	if len(nodes) == 0 {
		return nil, nil
	}
	in := &inclusion{session: s, known: map[jsonapi.Identifier]*jsonapi.Object{}}
	for _, o := range objects {
		in.known[o.Identifier] = o
	}
	err := in.follow(r, objects, nodes)
	return in.included, err
}

type inclusion struct {
	*session
	known    map[jsonapi.Identifier]*jsonapi.Object
	included []*jsonapi.Object
}

func (in *inclusion) follow(r *resource, objects []*jsonapi.Object, nodes []*node) error {
	if len(objects) == 0 {
		return nil
	}
	for _, n := range nodes {
		linked, found, err := in.read(r, objects, n.rel)
		if err != nil {
			return err
		}
		for _, o := range objects {
			link(o, n.rel, linked[o.ID])
		}
		if err := in.follow(n.rel.target, found, n.nodes); err != nil {
			return err
		}
	}
	return nil
}

// read reads the related objects of all the objects: who is related to whom, and the objects, each
// once.
func (in *inclusion) read(r *resource, objects []*jsonapi.Object, rel *relationship) (map[string][]jsonapi.Identifier, []*jsonapi.Object, error) {
	ids := make([]int64, len(objects))
	for i, o := range objects {
		ids[i], _ = strconv.ParseInt(o.ID, 10, 64)
	}
	b := &statement{}
	p, c := b.alias(), b.alias()
	tables, related := rel.from(p, c)
	rd := in.reader(b, in.selection(rel.target), c)
	of := rd.add(policy.Always)
	rd.columns[of] = p + ".id"
	where := policy.And(
		policy.Predicate(p+".id = ANY("+b.arg(ids)+"::bigint[])"),
		policy.Predicate(related),
		in.alive(b, rel.target, c, false),
		in.grant(b, rel.target, c, rel.target.Policy.Including()),
		in.shown(b, r, p, rel.rule),
	)
	sql := "SELECT " + rd.list() + " FROM " + r.Table + " " + p + ", " + tables +
		" WHERE " + string(where) + " ORDER BY " + p + ".id, " + c + ".id"
	linked := map[string][]jsonapi.Identifier{}
	var found []*jsonapi.Object
	visited := map[jsonapi.Identifier]bool{}
	err := b.each(in.ctx(), in.DB, "include "+rel.Name, sql, func(values []any) {
		id := jsonapi.Identifier{Type: rel.target.Type, ID: strconv.FormatInt(integer(values[0]), 10)}
		parent := strconv.FormatInt(integer(values[of]), 10)
		if list := linked[parent]; len(list) == 0 || list[len(list)-1] != id { // a join may have a pair twice
			linked[parent] = append(list, id)
		}
		if visited[id] {
			return
		}
		visited[id] = true
		object := in.known[id]
		if object == nil {
			object = rd.object(rd.read(values))
			in.known[id] = object
			in.included = append(in.included, object)
		}
		found = append(found, object)
	})
	return linked, found, err
}

// link sets the linkage of a relationship, unless a sparse fieldset has left it out.
func link(o *jsonapi.Object, rel *relationship, ids []jsonapi.Identifier) {
	for i := range o.Relationships {
		if o.Relationships[i].Name == rel.Name {
			o.Relationships = slices.Clone(o.Relationships) // which it shares with others
			o.Relationships[i].Data = linkage(rel, ids)
			return
		}
	}
}

// linkage is the data of a relationship.
func linkage(rel *relationship, ids []jsonapi.Identifier) any {
	switch {
	case rel.Many && ids == nil:
		return []jsonapi.Identifier{}
	case rel.Many:
		return ids
	case len(ids) == 0:
		return jsonapi.Null{}
	}
	return ids[0]
}
