package harness

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/permission"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// tables is what is known of the tables of permissions of a run.
type tables struct {
	// names are the parts of the API that have one; used are those that something is registered for.
	names []string
	used  map[*hook.Permissions]bool
	// untested are the places of those that nothing is registered for.
	untested []string
	// misses tell of tables that nearly are tables of permissions.
	misses []miss
}

// miss is a table that nearly is one of permissions: where it is, the part of the API that it stands in,
// and what is wrong with it.
type miss struct {
	at   transaction.Position
	name string
	msg  string
}

func (m miss) String() string { return fmt.Sprintf("%s (%s): %s", m.at, m.name, m.msg) }

// warnings tell which tables are not tested.
func (t *tables) warnings() []string {
	var list []string
	if len(t.untested) > 0 {
		list = append(list, "tables of permissions are not tested, since no hook is registered for them: "+strings.Join(t.untested, ", "))
	}
	for _, m := range t.misses {
		list = append(list, "a table is taken for none of permissions, and not tested: "+m.String())
	}
	return list
}

// permissionsKind is what HookNameError calls a hook for tables of permissions.
const permissionsKind = "permissions"

// missing are the hooks that no table is there for.
func (t *tables) missing(r *hook.Registry) []hook.Registered {
	var list []hook.Registered
	for _, p := range r.Tables() {
		if !t.used[p] {
			list = append(list, hook.Registered{Name: transaction.Name(p.Name), Kind: permissionsKind, At: p.At})
		}
	}
	return list
}

// described makes the cases of the tables of one description.
type described struct {
	*contract
	*Compiled
	cfg    Config
	single bool
	// documented are the transactions of the description.
	documented []documented
	// behind holds the cases that come behind each of them, by its index; -1 are those before all.
	behind map[int][]documented
	// numbers counts the tables of each part of the API.
	numbers map[string]int
}

// addPermissions puts the cases of the tables of permissions of a description, whose transactions are
// the last that were added, behind the transactions that each is about. What is wrong with a table
// becomes an annotation.
func (c *contract) addPermissions(r *Compiled, cfg Config, single bool) {
	if len(r.prose) == 0 {
		return
	}
	first := len(c.transactions) - len(r.Transactions)
	d := &described{
		contract: c, Compiled: r, cfg: cfg, single: single,
		documented: c.transactions[first:], behind: map[int][]documented{}, numbers: map[string]int{},
	}
	for _, p := range r.prose {
		written := newWritten(r.Line, p.Lines, p.Text)
		for _, t := range permission.Parse(p.Text, written.exact) {
			d.table(p, t)
		}
	}
	list := slices.Clone(d.behind[-1])
	for i, t := range d.documented {
		list = append(append(list, t), d.behind[i]...)
	}
	c.transactions = append(c.transactions[:first:first], list...)
}

// refuse adds an annotation that is an error.
func (d *described) refuse(at transaction.Position, format string, args ...any) {
	a := transaction.Annotation{
		Severity: transaction.SeverityError, Component: "permissions", Message: fmt.Sprintf(format, args...), At: at,
	}
	d.Annotations = append(d.Annotations, a)
	d.annotations = append(d.annotations, a)
}

// table takes one table, if something is registered for it.
func (d *described) table(p compile.Prose, t permission.Table) {
	name := partName(p.Origin)
	known := &d.tables
	table := d.cfg.Hooks.TablesOf(name, string(compile.Name(p.Origin)))
	if t.Miss {
		d.miss(t, table, name)
		return
	}
	known.names = append(known.names, name)
	switch {
	case table == nil && d.cfg.StrictPermissions:
		d.refuse(t.At, "no hook is registered for this table of permissions; register one with Permissions(%q, …)", name)
		return
	case table == nil:
		known.untested = append(known.untested, fmt.Sprintf("%s (%s)", t.At, name))
		return
	}
	if known.used == nil {
		known.used = map[*hook.Permissions]bool{}
	}
	known.used[table] = true
	d.numbers[name]++
	if d.check(t) {
		d.cases(p, t, table, d.numbers[name])
	}
}

// miss tells of a table that nearly is one of permissions. It is an error where one is wanted.
func (d *described) miss(t permission.Table, table *hook.Permissions, name string) {
	for _, f := range t.Faults {
		if table != nil || d.cfg.StrictPermissions {
			d.refuse(f.At, "%s; mend the header, or call its actions something else when the table is about other things", f.Msg)
			continue
		}
		d.tables.misses = append(d.tables.misses, miss{f.At, name, f.Msg})
	}
}

// check tells what is wrong with a table; true when nothing is.
func (d *described) check(t permission.Table) bool {
	right := len(t.Faults) == 0
	for _, f := range t.Faults {
		d.refuse(f.At, "%s", f.Msg)
	}
	for _, r := range t.Rows {
		for _, actor := range r.Actors(d.cfg.Hooks.HasActor) {
			if !d.cfg.Hooks.HasActor(actor) {
				right = false
				d.refuse(r.At, "nobody is registered as the actor %q%s; mend the name, or register it with Actor(%q, …)",
					actor, meant(actor, d.cfg.Hooks.Actors()), actor)
			}
		}
	}
	return right
}

// cases makes the cases of a table.
func (d *described) cases(p compile.Prose, t permission.Table, table *hook.Permissions, number int) {
	scope := make([]*transaction.Transaction, len(p.Transactions))
	last := -1
	for n, i := range p.Transactions {
		scope[n] = d.documented[i].Transaction
		last = max(last, i)
	}
	requests, said := map[string]*transaction.Transaction{}, map[string]bool{}
	for _, c := range t.Cases(d.cfg.Hooks.HasActor) {
		key := c.Action + " " + c.Link
		request, known := requests[key]
		if !known {
			var err error
			if request, err = d.request(c, table, scope); err != nil && !said[key] {
				said[key] = true
				d.refuse(d.headerOf(t, c), "%s: %v", c.Action, err)
			}
			requests[key] = request
		}
		if request != nil {
			about := &cell{Case: c, table: table, about: lastPart(p.Origin)}
			d.behind[last] = append(d.behind[last], d.document(about, request, caseOrigin(p.Origin, c, number)))
		}
	}
}

// headerOf is the place to mend when a case has no request: the cell with the link, or the header.
func (d *described) headerOf(t permission.Table, c permission.Case) transaction.Position {
	for _, column := range t.Columns {
		if column.Action == c.Action && column.Link == c.Link {
			return column.At
		}
	}
	return c.At
}

// request finds the documented request of a case: what Permissions.Request names, what the table links
// to, or what the action says.
func (d *described) request(c permission.Case, table *hook.Permissions, scope []*transaction.Transaction) (*transaction.Transaction, error) {
	name := table.Named(hook.Action(c.Action))
	if c.Link != "" {
		name = c.Link
	}
	if name == "" {
		return permission.Pick(c.Action, scope)
	}
	t, err := permission.Named(name, scope)
	if err != nil {
		t, err = permission.Named(name, d.Transactions)
	}
	return t, err
}

// document makes the transaction of a case out of a documented one. Its body is promised by nothing: it
// is the status, and the row in a list, that count.
func (d *described) document(c *cell, request *transaction.Transaction, o transaction.Origin) documented {
	t := request.Clone()
	t.Name, t.Origin = compile.Name(o), o
	if d.single {
		t.Name = untitled(t)
	}
	t.Expected = transaction.Response{StatusCode: request.Expected.StatusCode}
	if !c.Allowed && c.Action != permission.List {
		t.Expected.StatusCode = c.Denial()
	}
	t.Skip, t.Volatile = false, nil
	source := transaction.Source{Action: c.At, Response: c.At}
	return documented{
		Transaction: t,
		locate:      func() (transaction.Source, error) { return source, nil },
		line:        d.Line,
		cell:        c,
	}
}

// parts are the titles that lead to what is described.
func parts(o transaction.Origin) []string {
	list := []string{o.ResourceGroupName, o.ResourceName, o.ActionName}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// partName names a part of the API as the names of transactions do; the API itself goes by its title.
func partName(o transaction.Origin) string {
	if list := parts(o); len(list) > 0 {
		return strings.Join(list, " > ")
	}
	return o.APIName
}

// lastPart is what the permissions are of, in a sentence.
func lastPart(o transaction.Origin) string {
	o.ActionName = ""
	if list := parts(o); len(list) > 0 {
		return list[len(list)-1]
	}
	return o.APIName
}

// caseOrigin names a case: what is described, "Permissions", the actor, and the label.
func caseOrigin(o transaction.Origin, c permission.Case, number int) transaction.Origin {
	heading := "Permissions"
	if number > 1 {
		heading += " " + strconv.Itoa(number)
	}
	switch {
	case o.ActionName != "":
		o.ActionName += " > " + heading + " > " + c.Actor
	case o.ResourceName != "":
		o.ActionName = heading + " > " + c.Actor
	default:
		o.ResourceName, o.ActionName = heading, c.Actor
	}
	o.ExampleName = c.Label
	return o
}
