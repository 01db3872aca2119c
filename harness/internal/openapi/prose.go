package openapi

import (
	"slices"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// describer collects the descriptions that may hold a table of permissions.
type describer struct {
	list []compile.Prose
	// tagged holds the transactions of each tag.
	tagged map[string][]int
}

// operation takes the description of an operation, and remembers its tags.
func (d *describer) operation(n *source.Node, o transaction.Origin, transactions []int) {
	d.add(n.Get("description"), o, transactions)
	for _, tag := range n.Get("tags").Items() {
		if d.tagged == nil {
			d.tagged = map[string][]int{}
		}
		d.tagged[text(tag)] = append(d.tagged[text(tag)], transactions...)
	}
}

// add takes a description of what transactions are about.
func (d *describer) add(description *source.Node, o transaction.Origin, transactions []int) {
	said := text(description)
	if !compile.MayHoldTable([]byte(said)) {
		return
	}
	d.list = append(d.list, compile.Prose{Origin: o, Text: said, Lines: runs(description.Lines()), Transactions: transactions})
}

// of returns all descriptions of a document: those that were added, those of its tags, and its own. A
// table of the whole API, or of a tag, comes before those of operations, where it is written.
func (d *describer) of(root *source.Node, all []*transaction.Transaction, filename, title string) []compile.Prose {
	below := d.list
	d.list = nil
	d.add(root.Get("info").Get("description"), transaction.Origin{}, indexes(0, len(all)))
	for _, tag := range root.Get("tags").Items() {
		name := text(tag.Get("name"))
		transactions := slices.Compact(slices.Sorted(slices.Values(d.tagged[name])))
		d.add(tag.Get("description"), transaction.Origin{ResourceGroupName: name}, transactions)
	}
	list := append(d.list, below...)
	for i := range list {
		list[i].Origin.Filename, list[i].Origin.APIName = filename, title
	}
	return list
}

// indexes are the numbers from one up to another, which is not among them.
func indexes(from, to int) []int {
	var list []int
	for i := from; i < to; i++ {
		list = append(list, i)
	}
	return list
}
