package gavel

import (
	"crypto/sha256"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const (
	// keptVariants is how many versions of one text a Checker keeps, which differ in the files that
	// the text refers to: schemas of several descriptions may look alike.
	keptVariants = 8
	// keptExamples is how many documented bodies it keeps the faults of.
	keptExamples = 1024
)

// schemas keeps compiled schemas, and what they say of the documented bodies. It is safe for parallel
// use.
type schemas struct {
	variants *cache[schemaKey, *variants]
	examples *cache[exampleKey, []transaction.Finding]
}

func newSchemas() *schemas {
	return &schemas{
		variants: newCache[schemaKey, *variants](keptSchemas),
		examples: newCache[exampleKey, []transaction.Finding](keptExamples),
	}
}

// get returns a schema as it is with the files that it refers to now.
func (c *schemas) get(key schemaKey, refer referFunc) *schema {
	v := c.variants.get(key, func(schemaKey) *variants { return &variants{} })
	if s := v.find(refer); s != nil {
		return s
	}
	s, reads := newSchema(key, refer)
	v.add(s, reads)
	return s
}

// read is what came of asking for a file: its text and name, or what is wrong with it.
type read struct{ ref, text, name, problem string }

// ask asks for a file.
func (f referFunc) ask(ref string) read {
	if f == nil {
		return read{ref: ref, problem: "the schema is not held in a folder, so it can refer to itself only"}
	}
	text, name, err := f(ref)
	if err != nil {
		return read{ref: ref, problem: err.Error()}
	}
	return read{ref: ref, text: text, name: name}
}

// variants are the schemas that one text has become.
type variants struct {
	mu   sync.Mutex
	list []variant
}

type variant struct {
	schema *schema
	reads  []read
}

// holds reports whether all files are what they were when the schema was compiled.
func (v variant) holds(refer referFunc) bool {
	for _, r := range v.reads {
		if refer.ask(r.ref) != r {
			return false
		}
	}
	return true
}

func (v *variants) find(refer referFunc) *schema {
	v.mu.Lock()
	list := v.list // which is never changed in place
	v.mu.Unlock()
	for _, kept := range list {
		if kept.holds(refer) {
			return kept.schema
		}
	}
	return nil
}

// add keeps a schema, in place of the oldest one when there are too many. Two callers may add the
// same; the later one is dropped when it comes to its turn.
func (v *variants) add(s *schema, reads []read) {
	v.mu.Lock()
	defer v.mu.Unlock()
	list := append([]variant{}, v.list[max(0, len(v.list)-keptVariants+1):]...)
	v.list = append(list, variant{s, reads})
}

// exampleKey is what the faults of a documented body are known by.
type exampleKey struct {
	schema *schema
	body   [sha256.Size]byte
}
