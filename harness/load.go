package harness

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/apib"
	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// documented is a compiled transaction, and how to find where it is written.
type documented struct {
	*transaction.Transaction
	locate func() (transaction.Source, error)
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
}

// load reads and compiles the descriptions. Annotations that are errors are a *DescriptionError.
func load(ctx context.Context, cfg Config) (*contract, error) {
	if len(cfg.Descriptions) == 0 {
		return nil, fmt.Errorf("no API description is named")
	}
	docs, err := description.Load(ctx, description.Options{FS: cfg.FS, Dir: cfg.Dir, Patterns: cfg.Descriptions})
	if err != nil {
		return nil, err
	}
	c := &contract{}
	for _, doc := range docs {
		result, err := compileDocument(ctx, doc)
		if err != nil {
			return nil, err
		}
		c.add(doc.Filename, result, len(docs) == 1)
	}
	if slices.ContainsFunc(c.annotations, isError) {
		return nil, &DescriptionError{Annotations: c.annotations}
	}
	return c, nil
}

func compileDocument(ctx context.Context, doc *description.Document) (*compile.Result, error) {
	switch doc.Format {
	case description.APIBlueprint:
		return apib.Compile(ctx, doc)
	default:
		return nil, fmt.Errorf("%s: %s is not read yet; give an API Blueprint", doc.Filename, doc.Format)
	}
}

// add takes the transactions of one document over. With a single document, the API's title leaves
// the names, as Dredd does it.
func (c *contract) add(file string, r *compile.Result, single bool) {
	c.files = append(c.files, file)
	c.annotations = append(c.annotations, r.Annotations...)
	c.actions += r.Actions
	for i, t := range r.Transactions {
		if single {
			t.Name = transaction.Name(strings.TrimPrefix(string(t.Name), t.Origin.APIName+" > "))
		}
		c.transactions = append(c.transactions, documented{t, func() (transaction.Source, error) {
			sources, err := r.Locate()
			if err != nil {
				return transaction.Source{}, err
			}
			return sources[i], nil
		}})
	}
}

// nothing says that there are no transactions, and why as far as that is known.
func (c *contract) nothing() error {
	lines := make([]string, len(c.annotations))
	for i, a := range c.annotations {
		lines[i] = a.String()
	}
	return fmt.Errorf("%w in %s: document an action with a response, or name another description%s",
		ErrNoTransactions, strings.Join(c.files, ", "), listed(lines))
}

func (c *contract) names() []transaction.Name {
	names := make([]transaction.Name, len(c.transactions))
	for i, t := range c.transactions {
		names[i] = t.Name
	}
	return names
}

// choose keeps the transactions of these names and returns how many it left out.
func (c *contract) choose(only []string) (left int, err error) {
	if len(only) == 0 {
		return 0, nil
	}
	names := c.names()
	for _, o := range only {
		if !slices.Contains(names, transaction.Name(o)) {
			return 0, notSelected(o, names)
		}
	}
	all := len(c.transactions)
	c.transactions = slices.DeleteFunc(c.transactions, func(t documented) bool {
		return !slices.Contains(only, string(t.Name))
	})
	return all - len(c.transactions), nil
}

func isError(a transaction.Annotation) bool { return a.Severity == transaction.SeverityError }
