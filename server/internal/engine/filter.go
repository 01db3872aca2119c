package engine

import (
	"fmt"
	"strings"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// maxValues bounds the list of one in_.
const maxValues = 1000

// maxWildcards bounds the % of one pattern: matching takes stack and time for each.
const maxWildcards = 100

// maxSearched is how much of a text full-text search looks at, in characters: the database fails on
// texts with too many words.
const maxSearched = "50000"

// badFilter is the answer to a filter that cannot be.
func badFilter(format string, args ...any) error {
	return jsonapi.BadParameter("filter", fmt.Sprintf(format, args...))
}

// filter is the condition that all filters hold for the row with this alias.
func (s *session) filter(b *statement, r *resource, alias string, filters []jsonapi.Filter) (policy.Predicate, error) {
	all, err := s.filters(b, r, alias, filters)
	return policy.And(all...), err
}

func (s *session) filters(b *statement, r *resource, alias string, filters []jsonapi.Filter) ([]policy.Predicate, error) {
	list := make([]policy.Predicate, 0, len(filters))
	for i := range filters {
		p, err := s.node(b, r, alias, &filters[i])
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

func (s *session) node(b *statement, r *resource, alias string, f *jsonapi.Filter) (policy.Predicate, error) {
	switch {
	case f.And != nil:
		return s.filter(b, r, alias, f.And)
	case f.Or != nil:
		list, err := s.filters(b, r, alias, f.Or)
		return policy.Or(list...), err
	case f.Not != nil:
		p, err := s.node(b, r, alias, f.Not)
		// coalesce: what a comparison with null does not know is not so.
		return "NOT coalesce(" + p + ", false)", err
	}
	if rel := r.related[f.Name]; rel != nil {
		return s.relatedNode(b, r, alias, rel, f)
	}
	a, err := r.filterable(f.Name)
	if err != nil {
		return "", err
	}
	if f.Of != "" || f.Nested != nil || f.Op == "any" || f.Op == "has" {
		return "", badFilter("%s has no operator %s", f.Name, f.Op)
	}
	c := comparison{name: a.Name, kind: a.Kind, left: s.readable(b, r, alias, a), op: f.Op}
	if f.Field != "" {
		other, err := r.filterable(f.Field)
		if err != nil {
			return "", err
		}
		return c.field(other, s.readable(b, r, alias, other))
	}
	return c.value(b, f.Val)
}

// relatedNode is the condition that some related object meets a condition.
func (s *session) relatedNode(b *statement, r *resource, alias string, rel *relationship, f *jsonapi.Filter) (policy.Predicate, error) {
	if rel.target == nil {
		return "", badFilter("%s", r.noField(f.Name))
	}
	inner := f.Nested
	anyOrHas := f.Op == "any" || f.Op == "has"
	switch {
	case inner != nil && !anyOrHas:
		return "", badFilter("%s has no operator %s", f.Name, f.Op)
	case inner == nil && f.Of == "":
		return "", badFilter("%s is a relationship: use any or has with a condition, or %s__attribute", f.Name, f.Name)
	case inner == nil:
		inner = &jsonapi.Filter{Name: f.Of, Op: f.Op, Val: f.Val, Has: f.Has, Field: f.Field}
		if anyOrHas {
			inner.Op = "eq"
		}
	}
	other := b.alias()
	condition, err := s.node(b, rel.target, other, inner)
	if err != nil {
		return "", err
	}
	related := policy.Predicate(rel.match(rel.key(alias), other))
	return "EXISTS (SELECT 1 FROM " + policy.Predicate(rel.target.Table+" "+other) +
		" WHERE " + policy.And(related, b.guarded(s.reachable(b, r, rel, alias, other), condition)) + ")", nil
}

// guarded is the condition that a row is open to the caller and meets a filter. The database is free to take
// the parts of an AND in any order: a filter that fails on some rows, or takes long on them, would tell of
// rows that the caller may not see. It has no such freedom with CASE, which keeps it from its indexes too:
// so filters that just compare stay without.
func (b *statement) guarded(open, filter policy.Predicate) policy.Predicate {
	if !b.laborious || open == policy.Always || open == policy.Never || filter == policy.Always || filter == policy.Never {
		return policy.And(open, filter)
	}
	return "CASE WHEN " + open + " THEN " + filter + " ELSE false END"
}

// filterable is the attribute of this name that rows can be found by.
func (r *resource) filterable(name string) (*attribute, error) {
	if name == "id" {
		return &attribute{Attribute: Attribute{Name: "id", Column: "id", Kind: Int}, rule: -1}, nil
	}
	a := r.byName[name]
	if a == nil || a.WriteOnly {
		return nil, badFilter("%s", r.noField(name))
	}
	return a, nil
}

// comparison is an attribute with an operator.
type comparison struct {
	name string
	kind Kind
	left string
	op   string
}

// ordering are the operators that compare any two values of a kind that has an order.
func ordering(op string) string {
	switch op {
	case "gt":
		return ">"
	case "ge", "gte":
		return ">="
	case "lt":
		return "<"
	case "le", "lte":
		return "<="
	case "eq":
		return "="
	case "ne":
		return "<>"
	}
	return ""
}

func (c comparison) unknown() error { return badFilter("%s has no operator %s", c.name, c.op) }

// field compares with another attribute.
func (c comparison) field(other *attribute, right string) (policy.Predicate, error) {
	sql := ordering(c.op)
	if sql == "" || c.kind == JSON {
		return "", c.unknown()
	}
	if c.kind.cast() != other.Kind.cast() {
		return "", badFilter("%s and %s cannot be compared", c.name, other.Name)
	}
	return policy.Predicate("(" + c.left + " " + sql + " " + right + ")"), nil
}

// value compares with a value of the filter.
func (c comparison) value(b *statement, val any) (policy.Predicate, error) {
	if p, ok, err := c.test(val); ok {
		return p, err
	}
	if c.kind == JSON {
		return "", c.unknown()
	}
	switch c.op {
	case "in", "notin", "between":
		return c.list(b, val)
	}
	if sql := ordering(c.op); sql != "" {
		arg, err := c.arg(b, val)
		return policy.Predicate("(" + c.left + " " + sql + " " + arg + ")"), err
	}
	return c.search(b, val)
}

// test is a comparison with null or a truth value: is, isnot, and equality with null.
func (c comparison) test(val any) (p policy.Predicate, ok bool, err error) {
	not := ""
	switch c.op {
	case "eq", "ne":
		if val != nil {
			return "", false, nil
		}
	case "is", "isnot":
	default:
		return "", false, nil
	}
	if c.op == "ne" || c.op == "isnot" {
		not = "NOT "
	}
	truth := "NULL"
	if value, isBool := val.(bool); isBool && c.kind == Bool {
		truth = strings.ToUpper(fmt.Sprint(value))
	} else if val != nil {
		return "", true, badFilter("%s: %s wants null, or true or false for a boolean", c.name, c.op)
	}
	return policy.Predicate("(" + c.left + " IS " + not + truth + ")"), true, nil
}

// list is an operator on several values.
func (c comparison) list(b *statement, val any) (policy.Predicate, error) {
	values, ok := val.([]any)
	if !ok || len(values) > maxValues || (c.op == "between" && len(values) != 2) {
		return "", badFilter("%s: %s wants a list of values: two for between, at most %d", c.name, c.op, maxValues)
	}
	args := make([]string, len(values))
	for i, v := range values {
		arg, err := c.arg(b, v)
		if err != nil {
			return "", err
		}
		args[i] = arg
	}
	array := "(ARRAY[" + strings.Join(args, ", ") + "]::" + c.kind.cast() + "[])"
	switch c.op {
	case "in":
		return policy.Predicate("(" + c.left + " = ANY" + array + ")"), nil
	case "notin":
		return policy.Predicate("(" + c.left + " <> ALL" + array + ")"), nil
	}
	return policy.Predicate("(" + c.left + " BETWEEN " + args[0] + " AND " + args[1] + ")"), nil
}

// search is an operator on text.
func (c comparison) search(b *statement, val any) (policy.Predicate, error) {
	escaped := func(s string) string { return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) }
	text, isText := val.(string)
	if !c.kind.text() {
		return "", c.unknown()
	}
	operator, pattern := "", text
	switch c.op {
	case "like":
		operator = " LIKE "
	case "notlike":
		operator = " NOT LIKE "
	case "ilike":
		operator = " ILIKE "
	case "notilike":
		operator = " NOT ILIKE "
	case "contains":
		operator, pattern = " LIKE ", "%"+escaped(text)+"%"
	case "startswith":
		operator, pattern = " LIKE ", escaped(text)+"%"
	case "endswith":
		operator, pattern = " LIKE ", "%"+escaped(text)
	case "match":
	default:
		return "", c.unknown()
	}
	if !isText || strings.ContainsRune(text, 0) {
		return "", badFilter("%s: %s wants text", c.name, c.op)
	}
	b.laborious = true
	if operator == "" {
		arg := "left(" + b.arg(text) + "::text, " + maxSearched + ")"
		return policy.Predicate("(to_tsvector('simple', left(" + c.left + ", " + maxSearched + ")) @@ plainto_tsquery('simple', " + arg + "))"), nil
	}
	if problem := checkPattern(pattern); problem != "" {
		return "", badFilter("%s: %s wants a pattern that %s", c.name, c.op, problem)
	}
	return policy.Predicate("(" + c.left + operator + b.arg(pattern) + "::text)"), nil
}

// checkPattern says what a pattern must be, "" for one that is well. The database finds a pattern wrong only
// when a text has matched it as far as that, and so an error would tell of texts.
func checkPattern(pattern string) string {
	escape, wildcards := false, 0
	for _, c := range pattern {
		switch {
		case escape:
			escape = false
		case c == '\\':
			escape = true
		case c == '%':
			wildcards++
		}
	}
	switch {
	case escape:
		return "does not end in a backslash: two stand for one"
	case wildcards > maxWildcards:
		return fmt.Sprintf("has at most %d of %%", maxWildcards)
	}
	return ""
}

// arg is a value of the attribute's kind as an argument. Rows are found by a text that would not be
// valid as a value too: it is just in none of them.
func (c comparison) arg(b *statement, val any) (string, error) {
	kind := c.kind
	if kind.text() {
		kind = String
	}
	if val == nil {
		return "", badFilter("%s: %s cannot compare with null: use is_ or isnot", c.name, c.op)
	}
	v, problem := kind.decode(val)
	if problem != "" {
		return "", badFilter("%s: %s", c.name, problem)
	}
	return b.arg(v) + "::" + c.kind.cast(), nil
}
