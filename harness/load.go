package harness

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/apib"
	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// documented is a compiled transaction, and how to find where it is written.
type documented struct {
	*transaction.Transaction
	locate func() (transaction.Source, error)
	// line returns a line of the documentation.
	line func(transaction.Position) (string, bool)
	// schemas reads what the documented schema refers to.
	schemas *schemaFolder
	// cell is what a case of a table of permissions is about; nil for what is documented as an example.
	cell *cell
}

// find is locate, but it does not keep anybody who was interrupted waiting.
func (d documented) find(ctx context.Context) (transaction.Source, error) {
	type place struct {
		source transaction.Source
		err    error
	}
	found := make(chan place, 1)
	go func() {
		source, err := d.locate()
		found <- place{source, err}
	}()
	select {
	case p := <-found:
		return p.source, p.err
	case <-ctx.Done():
		return transaction.Source{}, ctx.Err()
	}
}

// contract is what the descriptions say.
type contract struct {
	files        []string
	transactions []documented
	annotations  []transaction.Annotation
	actions      int
	omissions    []transaction.Omission
	tables       tables
}

// load reads and compiles the descriptions. Annotations that are errors are a *DescriptionError.
func load(ctx context.Context, cfg Config) (*contract, error) {
	compiled, err := Compile(ctx, CompileConfig{
		Descriptions: cfg.Descriptions,
		Texts:        cfg.Texts,
		FS:           cfg.FS,
		Dir:          cfg.Dir,
		Stdin:        cfg.Stdin,
		AllExamples:  cfg.AllExamples,
		NoCache:      cfg.NoCache,
		Version:      cfg.Version,
	})
	if err != nil {
		return nil, err
	}
	c, broken := &contract{}, &DescriptionError{}
	for _, d := range compiled {
		c.add(d, len(compiled) == 1)
		c.addPermissions(d, cfg, len(compiled) == 1)
		broken.add(d)
	}
	if slices.ContainsFunc(c.annotations, isError) {
		return nil, broken
	}
	return c, nil
}

// compileDocument hands a document to the front end of its format.
func compileDocument(ctx context.Context, doc *description.Document, cfg CompileConfig) (*compile.Result, error) {
	switch doc.Format {
	case description.APIBlueprint:
		return apib.Compile(ctx, doc, apib.Options{AllExamples: cfg.AllExamples})
	case description.OpenAPI2, description.OpenAPI3:
		return openapi.Compile(ctx, doc, openapi.Options{AllExamples: cfg.AllExamples})
	default:
		return nil, fmt.Errorf("%s: there is nothing that reads %s", doc.Filename, doc.Format)
	}
}

// findEach returns what finds the place of one transaction.
func findEach(doc *description.Document, cfg CompileConfig, r *compile.Result) func(n int) (transaction.Source, error) {
	if doc.Format == description.APIBlueprint {
		return apib.NewPlaces(doc, apib.Options{AllExamples: cfg.AllExamples}, r.Transactions, r.Locate).Find
	}
	return func(n int) (transaction.Source, error) {
		sources, err := r.Locate()
		if err != nil {
			return transaction.Source{}, err
		}
		return sources[n], nil
	}
}

// add takes the transactions of one document over. With a single document, the API's title leaves
// the names, as Dredd does it.
func (c *contract) add(r *Compiled, single bool) {
	c.files = append(c.files, r.Filename)
	c.annotations = append(c.annotations, r.Annotations...)
	c.actions += r.Actions
	c.omissions = append(c.omissions, r.Omissions...)
	for i, t := range r.Transactions {
		if single {
			t.Name = untitled(t)
		}
		c.transactions = append(c.transactions, documented{t, func() (transaction.Source, error) { return r.find(i) }, r.Line, r.schemas, nil})
	}
}

// untitled is the name of a transaction without the title of its API.
func untitled(t *transaction.Transaction) transaction.Name {
	return transaction.Name(strings.TrimPrefix(string(t.Name), t.Origin.APIName+" > "))
}

// warnings tell which documented actions nothing will be held against.
func (c *contract) warnings() []string {
	var list []string
	if len(c.omissions) > 0 {
		list = append(list, Omitted(c.actions, len(c.omissions)))
	}
	for _, o := range c.omissions {
		list = append(list, o.String())
	}
	if len(c.transactions) == 0 {
		list = append(list, fmt.Sprintf("there are no transactions in %s, so nothing is held against the server: %s",
			strings.Join(c.files, ", "), mendNothing))
	}
	return append(list, c.tables.warnings()...)
}

// mendNothing is what to do about descriptions without transactions.
const mendNothing = "document an action with a response, or name another description"

// nothing says that there are no transactions, and why as far as that is known.
func (c *contract) nothing() error {
	lines := make([]string, len(c.annotations))
	for i, a := range c.annotations {
		lines[i] = a.String()
	}
	return fmt.Errorf("%w in %s: %s%s", ErrNoTransactions, strings.Join(c.files, ", "), mendNothing, listed(lines))
}

func (c *contract) names() []transaction.Name {
	names := make([]transaction.Name, len(c.transactions))
	for i, t := range c.transactions {
		names[i] = t.Name
	}
	return names
}

func isError(a transaction.Annotation) bool { return a.Severity == transaction.SeverityError }
