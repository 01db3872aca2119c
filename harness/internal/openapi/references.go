package openapi

import (
	"context"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// references follows every reference of the document and of the files that it refers to, so that each
// one that leads nowhere is told of at its place, whether or not a transaction needs it.
func (c *compiler) references(ctx context.Context) error {
	seen := map[*source.Node]bool{}
	pending := []*source.Node{c.root}
	for len(pending) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if seen[n] {
			continue
		}
		seen[n] = true
		if _, ok := source.Ref(n); ok {
			if to := c.deref(n); to.Exists() {
				pending = append(pending, to)
			}
		}
		items := n.Items()
		for i := len(items) - 1; i >= 0; i-- {
			pending = append(pending, items[i])
		}
		entries := n.Entries()
		for i := len(entries) - 1; i >= 0; i-- {
			if !isData(entries[i].Key.Text()) {
				pending = append(pending, entries[i].Value)
			}
		}
	}
	return nil
}

// isData reports whether what stands under a key is a value of the API rather than a part of the
// document, so that a $ref in it means nothing.
func isData(key string) bool {
	switch key {
	case "example", "default", "enum", "const", "value", "dataValue":
		return true
	}
	return strings.HasPrefix(key, "x-")
}
