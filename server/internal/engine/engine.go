package engine

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// Engine serves declared resources. It is safe for use by several goroutines.
type Engine struct {
	resources []*resource
	byType    map[string]*resource
}

// resource is a declaration with everything looked up that requests need.
type resource struct {
	Resource
	attributes    []*attribute
	relationships []*relationship
	byName        map[string]*attribute
	related       map[string]*relationship
	// rules are those of Visible, each once. attribute.rule and relationship.rule are indexes.
	rules []policy.Rule
	// part is the relationship to the event that rows are a part of, nil when they are of none: they are
	// not there any more when the event is not.
	part *relationship
}

type attribute struct {
	Attribute
	// rule is the index of Visible among the rules of the resource, -1 for everybody.
	rule int
	// name is Name as a member of a JSON object, with its colon.
	name string
}

type relationship struct {
	Relationship
	// target is nil for a relationship that is just links: it has no Column, Reverse or Join then.
	target *resource
	rule   int
	// document is how objects show it.
	document jsonapi.Relationship
}

// New takes the declarations. It panics on one that cannot be served: that is an error of who wrote
// it, and the message says what to change.
func New(declarations ...Resource) *Engine {
	e := &Engine{byType: map[string]*resource{}}
	for _, d := range declarations {
		if e.byType[d.Type] != nil {
			panic(fmt.Sprintf("engine: type %q is declared twice: remove one", d.Type))
		}
		r := compile(d)
		e.byType[d.Type] = r
		e.resources = append(e.resources, r)
	}
	for _, r := range e.resources {
		for _, rel := range r.relationships {
			if rel.Column != "" || rel.Reverse != "" || rel.Join != nil {
				rel.target = e.byType[rel.Type]
			}
			if rel.target != nil {
				if rel.Required && rel.Column == r.Event && rel.target.SoftDelete {
					r.part = rel
				}
				continue
			}
			if rel.Required {
				panic(fmt.Sprintf("engine: %s.%s is required and leads nowhere: declare %q", r.Type, rel.Name, rel.Type))
			}
			// The columns need not be there before the other resource is.
			rel.Column, rel.Reverse, rel.Join = "", "", nil
		}
	}
	return e
}

// Resources are the declarations, in the order in which they were given.
func (e *Engine) Resources() []Resource {
	list := make([]Resource, len(e.resources))
	for i, r := range e.resources {
		list[i] = r.Resource
	}
	return list
}

func compile(d Resource) *resource {
	r := &resource{Resource: d, byName: map[string]*attribute{}, related: map[string]*relationship{}}
	r.identifier(d.Table, "table")
	if d.SoftDelete {
		deleted := Attribute{Name: "deleted-at", Kind: Time, Nullable: true}
		r.Attributes = append([]Attribute{deleted}, d.Attributes...)
	}
	for _, a := range r.Attributes {
		r.unique(a.Name)
		if a.Column == "" {
			a.Column = strings.ReplaceAll(a.Name, "-", "_")
		}
		a.ReadOnly = a.ReadOnly || (a.Expression != "" && !a.Virtual)
		r.identifier(a.Column, "column")
		compiled := &attribute{Attribute: a, rule: r.ruleIndex(a.Visible), name: string(jsonapi.AppendString(nil, a.Name)) + ":"}
		r.attributes = append(r.attributes, compiled)
		r.byName[a.Name] = compiled
	}
	for _, rel := range d.Relationships {
		r.unique(rel.Name)
		if rel.Path == "" {
			rel.Path = rel.Name
		}
		r.checkRelationship(rel)
		compiled := &relationship{Relationship: rel, rule: r.ruleIndex(rel.Visible)}
		compiled.document = jsonapi.Relationship{Name: rel.Name, Path: rel.Path}.Prepared()
		r.relationships = append(r.relationships, compiled)
		r.related[rel.Name] = compiled
	}
	for _, optional := range []string{d.Key, d.Event, d.User} {
		if optional != "" {
			r.identifier(optional, "column")
		}
	}
	return r
}

func (r *resource) checkRelationship(rel Relationship) {
	ways := 0
	for _, column := range []string{rel.Column, rel.Reverse} {
		if column != "" {
			ways++
			r.identifier(column, "column")
		}
	}
	names := []string{rel.By}
	if rel.Join != nil {
		ways++
		r.identifier(rel.Join.Table, "table")
		names = append(names, rel.Join.Here, rel.Join.There, rel.Join.Same)
	}
	for _, name := range names {
		if name != "" {
			r.identifier(name, "column")
		}
	}
	switch {
	case ways > 1:
		panic(fmt.Sprintf("engine: %s.%s has more than one of Column, Reverse and Join: keep one", r.Type, rel.Name))
	case rel.Many && rel.Column != "":
		panic(fmt.Sprintf("engine: %s.%s leads to many through a column of this table: use Reverse or Join", r.Type, rel.Name))
	case rel.Join != nil && (rel.Join.Where != "" || !rel.Many) && !rel.ReadOnly:
		panic(fmt.Sprintf("engine: %s.%s cannot be written through its join: set ReadOnly", r.Type, rel.Name))
	case rel.Reverse != "" && !rel.Many && !rel.ReadOnly:
		panic(fmt.Sprintf("engine: %s.%s is written on the other side: set ReadOnly", r.Type, rel.Name))
	}
}

// unique guards against two fields of one name, which JSON:API forbids. It forbids a field "type" too,
// which Open Event has in some of its types.
func (r *resource) unique(name string) {
	if r.byName[name] != nil || r.related[name] != nil || name == "id" {
		panic(fmt.Sprintf("engine: %s has two fields %q: rename one", r.Type, name))
	}
}

// identifier guards against names that would be something else in a statement.
func (r *resource) identifier(name, what string) {
	if !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(name) {
		panic(fmt.Sprintf("engine: %s has a %s %q: use lower case letters, digits and underscores", r.Type, what, name))
	}
}

func (r *resource) ruleIndex(rule policy.Rule) int {
	if rule.IsZero() {
		return -1
	}
	if i := slices.IndexFunc(r.rules, func(one policy.Rule) bool { return one.String() == rule.String() }); i >= 0 {
		return i
	}
	r.rules = append(r.rules, rule)
	return len(r.rules) - 1
}

// model is the name of the type in messages: "EventTopic".
func (r *resource) model() string { return model(r.Type) }

func model(typ string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(typ, "-") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

// noField is what an unknown field is answered with.
func (r *resource) noField(name string) string {
	return fmt.Sprintf("%sSchema has no attribute %s", r.model(), name)
}

// path is the path of an object.
func (r *resource) path(id string) string {
	if r.Singleton {
		return "/v1/" + r.Path
	}
	return "/v1/" + r.Path + "/" + id
}

// expression is an attribute of the row with this alias.
func (a *attribute) expression(alias string) string {
	switch {
	case a.Expression != "":
		return "(" + strings.ReplaceAll(a.Expression, "{row}", alias) + ")"
	case a.Kind == JSON:
		return alias + "." + a.Column + "::text"
	}
	return alias + "." + a.Column
}

// match is the condition that c is related to the object whose id, or whose Column when the
// relationship has one, is the expression p.
func (rel *relationship) match(p, c string) string {
	switch {
	case rel.Column != "":
		return c + ".id = " + p
	case rel.Reverse != "":
		return c + "." + rel.Reverse + " = " + p
	}
	return "EXISTS (SELECT 1 FROM " + rel.Join.Table + " j WHERE j." + rel.Join.Here + " = " + p +
		" AND j." + rel.Join.There + " = " + c + ".id" + rel.joinWhere() + ")"
}

func (rel *relationship) joinWhere() string {
	if rel.Join.Where == "" {
		return ""
	}
	return " AND (" + strings.ReplaceAll(rel.Join.Where, "{row}", "j") + ")"
}

// key is the expression that match wants, for the row with this alias.
func (rel *relationship) key(alias string) string {
	if rel.Column != "" {
		return alias + "." + rel.Column
	}
	return alias + ".id"
}

// from is match for a whole set of rows p: what to read c from, and the condition.
func (rel *relationship) from(p, c string) (tables, condition string) {
	tables = rel.target.Table + " " + c
	if rel.Join == nil {
		return tables, rel.match(rel.key(p), c)
	}
	return rel.Join.Table + " j JOIN " + tables + " ON " + c + ".id = j." + rel.Join.There,
		"j." + rel.Join.Here + " = " + p + ".id" + rel.joinWhere()
}
