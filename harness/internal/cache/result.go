package cache

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"slices"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// result is the entry of a compile.Result.
type result struct {
	References   []description.Reference
	Transactions []*transaction.Transaction
	Annotations  []transaction.Annotation
	Actions      int
	Omissions    []transaction.Omission
	Prose        []compile.Prose
}

// errOther says that compiling again gave something else, which only a file that changes meanwhile
// can bring about.
var errOther = errors.New("the description has changed since it was compiled; run again")

// Compile returns what f makes of a document, from an entry if there is one. variant says which
// compiler f calls, its version, and all options that change what comes out. An error of f is not
// kept. The places of the transactions are looked for when they are asked for, and kept as well; f
// may be called again for that.
func (c *Cache) Compile(ctx context.Context, doc *description.Document, variant string,
	f func(context.Context) (*compile.Result, error),
) (*compile.Result, error) {
	if c == nil {
		return f(ctx)
	}
	program, err := Program()
	if err != nil {
		return f(ctx)
	}
	k := keyOf(doc, program, variant)
	if r := c.result(doc, k); r != nil {
		r.Locate = c.locate(keyOfPlaces(k, r.references), len(r.Transactions), func() ([]transaction.Source, error) {
			again, err := f(context.Background())
			if err != nil {
				return nil, err
			}
			return again.Locate()
		})
		return r.Result, nil
	}
	r, err := f(ctx)
	if err != nil {
		return nil, err
	}
	references, complete := doc.References()
	if !complete {
		return r, nil // a file that could not be read may be there the next time
	}
	c.put(k, kindResult, result{
		References:   references,
		Transactions: r.Transactions,
		Annotations:  r.Annotations,
		Actions:      r.Actions,
		Omissions:    r.Omissions,
		Prose:        r.Prose,
	})
	r.Locate = c.locate(keyOfPlaces(k, references), len(r.Transactions), r.Locate)
	return r, nil
}

// kept is a result that was read from an entry.
type kept struct {
	*compile.Result
	references []description.Reference
}

// result reads an entry; nil when there is none that can be believed.
func (c *Cache) result(doc *description.Document, k key) *kept {
	var e result
	if !c.get(k, kindResult, &e) {
		return nil
	}
	if slices.ContainsFunc(e.References, func(r description.Reference) bool { return !doc.Holds(r) }) {
		return nil
	}
	return &kept{references: e.References, Result: &compile.Result{
		Transactions: e.Transactions,
		Annotations:  e.Annotations,
		Actions:      e.Actions,
		Omissions:    e.Omissions,
		Prose:        e.Prose,
	}}
}

// locate finds n places, in an entry or with f.
func (c *Cache) locate(k key, n int, f func() ([]transaction.Source, error)) func() ([]transaction.Source, error) {
	return sync.OnceValues(func() ([]transaction.Source, error) {
		var e places
		if c.get(k, kindPlaces, &e) && len(e.Sources) == n {
			if sources, err := e.unpack(); err == nil {
				return sources, nil
			}
		}
		sources, err := f()
		if err == nil && len(sources) != n {
			err = errOther
		}
		if err != nil {
			return nil, err
		}
		c.put(k, kindPlaces, pack(sources))
		return sources, nil
	})
}

func keyOf(doc *description.Document, program, variant string) key {
	h := sha256.New()
	files := doc.Files()
	for _, s := range []string{program, variant, doc.Filename, string(doc.Format), doc.Path()} {
		writeText(h, []byte(s))
	}
	for _, f := range files {
		writeText(h, []byte(f.Name))
		writeText(h, []byte(f.Path))
		writeText(h, f.Text)
	}
	return key(h.Sum(nil))
}

func keyOfPlaces(k key, references []description.Reference) key {
	h := sha256.New()
	h.Write(k[:])
	for _, r := range references {
		writeText(h, []byte(r.Path))
		h.Write(r.Sum[:])
	}
	return key(h.Sum(nil))
}

// writeText hashes a text with its length, so that no two lists of texts are alike.
func writeText(h hash.Hash, text []byte) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(text)))
	h.Write(n[:])
	h.Write(text)
}
