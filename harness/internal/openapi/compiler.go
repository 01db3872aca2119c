package openapi

import (
	"fmt"
	"slices"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/sample"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// compiler holds what is known of one OpenAPI 3 document.
type compiler struct {
	doc     *description.Document
	options Options
	refs    *source.Resolver
	root    *source.Node
	dialect sample.Dialect
	title   string

	actions      int
	transactions []*transaction.Transaction
	places       []place
	omissions    []transaction.Omission
	prose        describer
	// annotations holds those of reading the document, said those of compiling, which come after.
	annotations, said []transaction.Annotation
	noted             map[note2]bool
	// outsideSchemas has the places of the keys that are in no schema, once somebody asked for them.
	outsideSchemas map[transaction.Position]bool

	// What is used by many transactions is made once.
	bodies  map[bodyKey]body
	schemas map[*source.Node]string
	// spent is how many bytes the transactions take.
	spent int
}

// note adds an annotation on reading the document, once.
func (c *compiler) note(s transaction.Severity, at transaction.Position, format string, args ...any) {
	if at.IsZero() {
		at.File = c.doc.Filename
	}
	n := note2{at, fmt.Sprintf(format, args...)}
	if c.noted[n] {
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

// broken tells of a reference that leads nowhere.
func (c *compiler) broken(err error, n *source.Node) {
	at, msg := located(err, n.At())
	c.note(transaction.SeverityError, at, "%s", msg)
}

// deref follows references; nil when they lead nowhere, which is an annotation.
func (c *compiler) deref(n *source.Node) *source.Node {
	if !n.Exists() {
		return nil
	}
	to, err := c.refs.Deref(n)
	if err != nil {
		c.broken(err, n)
		return nil
	}
	return to
}

// spend takes n more bytes, which the document has to be worth.
func (c *compiler) spend(n int, at transaction.Position) error {
	if c.spent += n; c.spent > maxSpent {
		return &description.Error{At: at, Msg: fmt.Sprintf("the document stands for transactions of more than %d MiB; split it", maxSpent>>20)}
	}
	return nil
}

func (c *compiler) result() *compile.Result {
	places, refs, dialect := c.places, c.refs, c.dialect
	return &compile.Result{
		Transactions: c.transactions,
		Annotations:  slices.Concat(c.doc.Annotations, c.annotations, c.said),
		Actions:      c.actions,
		Omissions:    c.omissions,
		Prose:        c.prose.of(c.root, c.transactions, c.doc.Filename, c.title),
		Locate: sync.OnceValues(func() ([]transaction.Source, error) {
			return locate(refs, dialect, places), nil
		}),
	}
}
