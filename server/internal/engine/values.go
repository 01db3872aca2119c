package engine

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// values reads what a request sets, by the declarations. Everything that is wrong is told at once.
// Unknown fields and read-only ones are not read. When the object is created, what is required must
// be there, and what is not given has its default.
func (s *session) values(r *resource, doc *jsonapi.Resource, creation bool) (map[string]any, error) {
	values := map[string]any{}
	var errs jsonapi.Errors
	for _, a := range r.attributes {
		v, given := doc.Attributes[a.Name]
		switch {
		case r.SoftDelete && a.Name == "deleted-at" && creation:
			continue
		case given && !a.ReadOnly:
			if v, problem := a.read(v); problem != "" {
				errs = append(errs, jsonapi.Invalid("/data/attributes/"+a.Name, problem))
			} else {
				values[a.Name] = v
			}
		case a.Always != "" && !given:
			errs = append(errs, jsonapi.Unprocessable("/data/attributes/"+a.Name, a.Always))
		case !creation:
		case a.Required:
			errs = append(errs, jsonapi.Invalid("/data/attributes/"+a.Name, "Missing data for required field."))
		case a.Default == Now{}:
			values[a.Name] = s.Now
		case a.Default != nil:
			values[a.Name] = a.Default
		}
	}
	for _, rel := range r.relationships {
		linkage, given := doc.Relationships[rel.Name]
		if !given || rel.ReadOnly {
			continue
		}
		if v, err := rel.read("/data/relationships/"+rel.Name, linkage); err != nil {
			errs = append(errs, err)
		} else if rel.target != nil {
			values[rel.Name] = v
		}
	}
	return values, errs.OrNil()
}

// read reads the value of an attribute.
func (a *attribute) read(v any) (value any, problem string) {
	if v == nil {
		if a.Nullable {
			return nil, ""
		}
		return nil, "Field may not be null."
	}
	value, problem = a.Kind.decode(v)
	if problem != "" {
		return nil, problem
	}
	if text, ok := value.(string); ok && len(a.OneOf) > 0 && !slices.Contains(a.OneOf, text) {
		return nil, "Not a valid choice."
	}
	if a.Check != nil {
		problem = a.Check(value)
	}
	return value, problem
}

// read reads the linkage of a relationship: an id or nil when it leads to one object, and else a
// list of ids. The pointer leads to it, for errors.
func (rel *relationship) read(pointer string, linkage jsonapi.Linkage) (any, *jsonapi.Error) {
	if linkage.Many != rel.Many && (linkage.Many || len(linkage.Items) > 0) {
		if rel.Many {
			return nil, jsonapi.Invalid(pointer, "Relationship is list-like")
		}
		return nil, jsonapi.Invalid(pointer, "Relationship is not list-like")
	}
	ids := []int64{}
	for _, item := range linkage.Items {
		if item.Type != rel.Type {
			return nil, jsonapi.Invalid(pointer, fmt.Sprintf("Invalid `type` specified: want %q", rel.Type))
		}
		id, err := strconv.ParseInt(item.ID, 10, 64)
		if err != nil || rel.target == nil {
			return nil, rel.notFound(pointer, item.ID)
		}
		ids = append(ids, id)
	}
	switch {
	case rel.Many:
		return ids, nil
	case len(ids) > 0:
		return ids[0], nil
	case rel.Required:
		return nil, jsonapi.Invalid(pointer, "Field may not be null.")
	}
	return nil, nil
}

func (rel *relationship) notFound(pointer, id string) *jsonapi.Error {
	return &jsonapi.Error{
		Status: http.StatusNotFound, Title: "Related object not found", Pointer: pointer,
		Detail: model(rel.Type) + ".id: " + id + " not found",
	}
}

// checkRelated refuses new relationships to one object that does not exist, or that the caller may not
// see. That of the column known, if any, must just exist.
func (s *session) checkRelated(r *resource, c *Change, known string) error {
	for _, rel := range r.relationships {
		id, set := c.Values[rel.Name].(int64)
		if !set || rel.target == nil || !c.Changes(rel.Name) {
			continue
		}
		rule := rel.target.Policy.Including()
		if known != "" && rel.Column == known {
			rule = policy.Anyone()
		}
		missing, err := s.missing(rel, []int64{id}, rule)
		if err != nil {
			return err
		}
		if len(missing) > 0 {
			return rel.notFound("/data/relationships/"+rel.Name, strconv.FormatInt(id, 10))
		}
	}
	return nil
}

// missing are those of the ids that are not there, or that the rule does not show to the caller.
func (s *session) missing(rel *relationship, ids []int64, rule policy.Rule) ([]int64, error) {
	b := &statement{}
	alias := b.alias()
	where := policy.And(
		policy.Predicate(alias+".id = ANY("+b.arg(ids)+"::bigint[])"),
		s.alive(b, rel.target, alias, false),
		s.grant(b, rel.target, alias, rule),
	)
	found := map[int64]bool{}
	err := b.each(s.ctx(), s.DB, "look up "+rel.Name, "SELECT "+alias+".id FROM "+rel.target.Table+" "+alias+" WHERE "+string(where),
		func(values []any) { found[integer(values[0])] = true })
	return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return found[id] }), err
}

// checkWriters refuses changes to attributes that the caller may not change. An attribute that keeps
// its value is no change.
func (s *session) checkWriters(r *resource, c *Change) error {
	for _, a := range r.attributes {
		if a.Writer.IsZero() || !c.Changes(a.Name) || (c.ID == 0 && c.Values[a.Name] == a.Default) {
			continue
		}
		if granted, err := s.writes(r, c, a.Writer); err != nil {
			return err
		} else if !granted {
			return jsonapi.Forbidden("/data/attributes/"+a.Name, strings.TrimSuffix(a.Writer.Refusal(), ".")+" to update this information.")
		}
	}
	return nil
}

// writes reports whether the caller is granted a rule on the object of a change: as it is stored, if it is.
func (s *session) writes(r *resource, c *Change, rule policy.Rule) (bool, error) {
	switch s.grant(&statement{}, r, "t", rule) {
	case policy.Always:
		return true, nil
	case policy.Never:
		return false, nil
	}
	if c.ID == 0 {
		return s.holdsFor(r, c, rule)
	}
	return s.granted(r, c.ID, rule)
}

// columns are the columns that a change writes, with their arguments, in the order of the
// declarations.
func (r *resource) columns(b *statement, c *Change) (names, args []string) {
	add := func(column, arg string) {
		names, args = append(names, `"`+column+`"`), append(args, arg)
	}
	for _, a := range r.attributes {
		if v, set := c.Values[a.Name]; set && a.Expression == "" {
			add(a.Column, b.arg(v)+"::"+a.Kind.cast())
		}
	}
	for _, rel := range r.relationships {
		if v, set := c.Values[rel.Name]; set && rel.Column != "" {
			add(rel.Column, b.arg(v)+"::bigint")
		}
	}
	for _, column := range sortedKeys(c.Columns) {
		r.identifier(column, "column")
		add(column, b.arg(c.Columns[column]))
	}
	return names, args
}

// candidate is a row that is not stored yet, as a table of one row, for the rules of a policy to be
// held against.
func (r *resource) candidate(b *statement, c *Change) string {
	values := map[string]any{}
	for _, a := range r.attributes {
		values[a.Column] = c.Values[a.Name]
	}
	for _, rel := range r.relationships {
		if rel.Column != "" {
			values[rel.Column] = c.Values[rel.Name]
		}
	}
	id := "NULL::bigint"
	if c.ID != 0 {
		id = b.arg(c.ID) + "::bigint"
	}
	return r.row(id, func(column, cast string) string { return b.arg(values[column]) + "::" + cast })
}

// row is a table of one row that is not stored, whose columns are what value makes of each.
func (r *resource) row(id string, value func(column, cast string) string) string {
	columns := []string{id + " AS id"}
	for _, a := range r.attributes {
		if a.Expression == "" {
			columns = append(columns, value(a.Column, a.Kind.cast())+` AS "`+a.Column+`"`)
		}
	}
	for _, rel := range r.relationships {
		if rel.Column != "" {
			columns = append(columns, value(rel.Column, "bigint")+` AS "`+rel.Column+`"`)
		}
	}
	return "(SELECT " + strings.Join(columns, ", ") + ")"
}
