package apib

import (
	"context"
	"slices"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Places finds where single transactions are documented. The places of a whole document cost the parser
// three times the work and ten times the memory that the transactions do, which is much for one warning,
// so the resource of a transaction is looked at alone, with the data structures that are defined for all.
// What comes out counts only where it is the very transactions that are known of the whole, and these
// stand in it once. It is safe for parallel use.
type Places struct {
	doc          *description.Document
	options      Options
	transactions []*transaction.Transaction
	whole        func() ([]transaction.Source, error)

	mu       sync.Mutex
	known    map[int]transaction.Source
	preamble description.Span
	sections []section // nil until the first is looked for
	spent    int       // bytes that were parsed
}

// NewPlaces returns the places of the transactions that a document was compiled to with options. whole
// finds them all.
func NewPlaces(doc *description.Document, o Options, transactions []*transaction.Transaction, whole func() ([]transaction.Source, error)) *Places {
	return &Places{doc: doc, options: o, transactions: transactions, whole: whole, known: map[int]transaction.Source{}}
}

// share is the part of a document that may be parsed section by section before all of it is: a quarter
// of it takes as long as the transactions of the whole did.
const share = 4

// Find returns the place of the nth transaction, counted from 0.
func (p *Places) Find(n int) (transaction.Source, error) {
	if source, found := p.find(n); found {
		return source, nil
	}
	all, err := p.whole()
	if err != nil {
		return transaction.Source{}, err
	}
	return all[n], nil
}

func (p *Places) find(n int) (source transaction.Source, found bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if source, found = p.known[n]; found {
		return source, true
	}
	if p.sections == nil {
		p.preamble, p.sections = sections(p.doc.Text)
	}
	o := p.transactions[n].Origin
	for _, s := range p.sections {
		if s.data || o.ResourceName != or(s.title, s.uri) && o.ResourceName != s.uri {
			continue
		}
		part := p.doc.Part(p.spans(s)...)
		if p.spent += len(part.Text); p.spent > len(p.doc.Text)/share {
			return source, false
		}
		p.look(part)
		if source, found = p.known[n]; found {
			return source, true
		}
	}
	return source, false
}

// spans are what the parser has to see of a resource.
func (p *Places) spans(s section) []description.Span {
	list := []description.Span{p.preamble, s.group, s.Span}
	for _, d := range p.sections {
		if d.data {
			list = append(list, d.Span)
		}
	}
	list = slices.DeleteFunc(list, func(s description.Span) bool { return s.From >= s.To })
	slices.SortFunc(list, func(a, b description.Span) int { return a.From - b.From })
	return list
}

// look compiles a part of the document, with places, and keeps those that are certain.
func (p *Places) look(part *description.Document) {
	c := &compiler{doc: part, all: p.options.AllExamples}
	if c.read(context.Background(), true) != nil {
		return
	}
	var ts []*transaction.Transaction
	var examples []int
	for i, e := range c.examples {
		if t, _ := compile.Transaction(e.input()); t != nil {
			ts, examples = append(ts, t), append(examples, i)
		}
	}
	first, once := p.where(ts)
	if !once {
		return
	}
	for i, n := range examples {
		p.known[first+i] = c.source(c.examples[n])
	}
}

// where finds a row of transactions among those of the document; false unless it is there once.
func (p *Places) where(ts []*transaction.Transaction) (first int, once bool) {
	if len(ts) == 0 {
		return 0, false
	}
	for i := 0; i+len(ts) <= len(p.transactions); i++ {
		if !slices.EqualFunc(ts, p.transactions[i:i+len(ts)], same) {
			continue
		}
		if once {
			return 0, false
		}
		first, once = i, true
	}
	return first, once
}

// same compares what was documented. Names are shortened when there is one description alone.
func same(a, b *transaction.Transaction) bool {
	return a.Origin == b.Origin &&
		a.Request.Method == b.Request.Method && a.Request.URI == b.Request.URI && a.Request.Body == b.Request.Body &&
		a.Expected.StatusCode == b.Expected.StatusCode && a.Expected.Body == b.Expected.Body && a.Expected.Schema == b.Expected.Schema &&
		slices.Equal(a.Request.Headers, b.Request.Headers) && slices.Equal(a.Expected.Headers, b.Expected.Headers)
}
