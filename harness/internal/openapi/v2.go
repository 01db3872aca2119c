package openapi

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/sample"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// compile2 makes transactions of an OpenAPI 2.0 document, which it knows as Dredd 14 does: each
// operation gives one for each of its responses, media types of the response, and media types of the
// request. The error is as Compile has it.
func compile2(ctx context.Context, doc *description.Document) (*compile.Result, error) {
	c := &compiler2{
		doc:     doc,
		title:   doc.Filename,
		noted:   map[note2]bool{},
		schemas: map[*source.Node]string{},
		samples: map[sample2]*source.Node{},
	}
	refs, err := source.Open(doc, source.Limits{})
	if err != nil {
		return nil, err
	}
	c.refs, c.root = refs, refs.Root()
	c.title = first(text(c.root.Get("info").Get("title")), doc.Filename)
	if !c.check() {
		return c.result(), nil
	}
	if err := c.validate(ctx); err != nil {
		return nil, err
	}
	for _, r := range c.resources() {
		for _, o := range r.operations {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			before := len(c.transactions)
			if err := c.operation(r, o); err != nil {
				return nil, err
			}
			c.prose.operation(o.node, transaction.Origin{
				ResourceGroupName: r.group,
				ResourceName:      first(text(r.node.Get("x-summary")), c.template(r.path, c.parameters(r.node), nil)),
				ActionName:        first(text(o.node.Get("summary")), o.method),
			}, indexes(before, len(c.transactions)))
		}
	}
	return c.result(), nil
}

// compiler2 holds what is known of one document.
type compiler2 struct {
	doc   *description.Document
	refs  *source.Resolver
	root  *source.Node
	title string

	actions      int
	annotations  []transaction.Annotation
	noted        map[note2]bool
	transactions []*transaction.Transaction
	places       []place
	omissions    []transaction.Omission
	prose        describer
	// said holds the annotations of compiling, which come after those of reading.
	said []transaction.Annotation

	// schemas and samples hold what was made of a schema, since many responses share one.
	schemas map[*source.Node]string
	samples map[sample2]*source.Node
	// spent is how many bytes the transactions take.
	spent int
}

// note2 is an annotation that was made: what a referenced parameter is blamed for, it is blamed for
// once.
type note2 struct {
	at  transaction.Position
	msg string
}

// maxSpent bounds what the transactions of one document may take, since a document of a few
// kilobytes can ask for millions of them. It is some hundred times what large real documents take.
const maxSpent = 512 << 20

// maxWarnings is how many warnings people are shown of one document.
const maxWarnings = 1000

// spend takes n more bytes; false when there are none left.
func (c *compiler2) spend(n int) bool {
	c.spent += n
	return c.spent <= maxSpent
}

func (c *compiler2) tooMany(at transaction.Position) error {
	return &description.Error{At: at, Msg: fmt.Sprintf("the document stands for transactions of more than %d MiB; split it", maxSpent>>20)}
}

// note adds an annotation on reading the document.
func (c *compiler2) note(s transaction.Severity, at transaction.Position, format string, args ...any) {
	if at.IsZero() {
		at.File = c.doc.Filename
	}
	n := note2{at, fmt.Sprintf(format, args...)}
	if c.noted[n] || s == transaction.SeverityWarning && len(c.noted) >= maxWarnings {
		return
	}
	c.noted[n] = true
	c.annotations = append(c.annotations, transaction.Annotation{
		Severity:  s,
		Component: "apiDescriptionParser",
		Message:   n.msg,
		At:        at,
	})
}

// deref follows a reference. A broken one is an annotation, and nil.
func (c *compiler2) deref(n *source.Node) *source.Node {
	if n == nil {
		return nil
	}
	to, err := c.refs.Deref(n)
	if err != nil {
		c.noteError(err, n)
		return nil
	}
	return to
}

// noteError makes an annotation of an error that knows its place.
func (c *compiler2) noteError(err error, n *source.Node) {
	at, msg := located(err, n.At())
	c.note(transaction.SeverityError, at, "%s", msg)
}

func (c *compiler2) result() *compile.Result {
	return &compile.Result{
		Transactions: c.transactions,
		Annotations:  slices.Concat(c.doc.Annotations, c.annotations, c.said),
		Actions:      c.actions,
		Omissions:    c.omissions,
		Prose:        c.prose.of(c.root, c.transactions, c.doc.Filename, c.title),
		Locate: sync.OnceValues(func() ([]transaction.Source, error) {
			return locate(c.refs, sample.OpenAPI2, c.places), nil
		}),
	}
}

// resource2 is a path, and operation2 one of its operations.
type (
	resource2 struct {
		path string
		node *source.Node
		// group is the name of the resource group that the path belongs to.
		group      string
		operations []operation2
	}
	operation2 struct {
		method string
		node   *source.Node
		at     transaction.Position
	}
)

// resources lists the paths as Dredd orders them: grouped by their tag, a group standing where the
// tag is first used.
func (c *compiler2) resources() []*resource2 {
	type group struct {
		name    string
		members []*resource2
	}
	var (
		groups  []*group
		current *group
		all     = c.paths()
	)
	grouped := slices.ContainsFunc(all, func(r *resource2) bool { return r.tag() != "" })
	for _, r := range all {
		if !r.tagged() || !grouped {
			groups = append(groups, &group{members: []*resource2{r}})
			continue
		}
		if name := r.groupName(); name != "" {
			i := slices.IndexFunc(groups, func(g *group) bool { return g.name == name })
			if i < 0 {
				i = len(groups)
				groups = append(groups, &group{name: name})
			}
			current = groups[i]
		}
		if current == nil {
			groups = append(groups, &group{members: []*resource2{r}})
			continue
		}
		r.group = current.name
		current.members = append(current.members, r)
	}
	var ordered []*resource2
	for _, g := range groups {
		ordered = append(ordered, g.members...)
	}
	return ordered
}

// methods2 are the keys of a path that are operations.
var methods2 = []string{"get", "put", "post", "delete", "options", "head", "patch"}

func (c *compiler2) paths() []*resource2 {
	var list []*resource2
	paths := c.root.Get("paths")
	for _, path := range paths.Keys() {
		if isExtension2(path) {
			continue
		}
		r := &resource2{path: path, node: c.deref(paths.Get(path))}
		for _, key := range r.node.Keys() {
			if !slices.Contains(methods2, key) {
				continue
			}
			o := operation2{method: strings.ToUpper(key), node: c.deref(r.node.Get(key)), at: r.node.Key(key).At()}
			r.operations = append(r.operations, o)
		}
		list = append(list, r)
	}
	return list
}

// tagged reports whether some operation has tags.
func (r *resource2) tagged() bool {
	return slices.ContainsFunc(r.operations, func(o operation2) bool { return o.node.Get("tags").Len() > 0 })
}

// tag is the tag that the operations share, "" when there is none. Dredd stops looking at the first
// operation that has several tags, or another one, and keeps what it has found till then.
func (r *resource2) tag() string {
	tag := ""
	for _, o := range r.operations {
		tags := o.node.Get("tags").Items()
		switch {
		case len(tags) == 0:
		case len(tags) > 1:
			return tag
		case tag == "":
			tag = text(tags[0])
		case tag != text(tags[0]):
			return tag
		}
	}
	return tag
}

func (r *resource2) groupName() string {
	if tag := r.tag(); tag != "" {
		return tag
	}
	return text(r.node.Get("x-group-name"))
}

func isExtension2(key string) bool { return strings.HasPrefix(key, "x-") }
