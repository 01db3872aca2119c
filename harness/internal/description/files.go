package description

import (
	"crypto/sha256"
	"slices"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// File is one of the files that a document was put together from.
type File struct {
	// Name is what people call it, and Path where it is under the root.
	Name, Path string
	// Text is its content as it was read. It must not be changed.
	Text []byte
}

// Files returns the files that Text was put together from, the description itself first.
func (d *Document) Files() []File {
	files := make([]File, len(d.origin.files))
	for i, f := range d.origin.files {
		files[i] = File{Name: f.name, Path: f.path, Text: f.text}
	}
	return files
}

// Line returns the line of a file at a place, without its end; false when the document was not put
// together from that file, or there is no such line.
func (d *Document) Line(at transaction.Position) (string, bool) {
	i := slices.IndexFunc(d.origin.files, func(f *file) bool { return f.name == at.File })
	if i < 0 {
		return "", false
	}
	return d.origin.files[i].line(at.Line)
}

// Reference is a file that a document referred to, and what was in it.
type Reference struct {
	// Path is where it is under the root, slashed.
	Path string
	// Sum is the SHA-256 of its content.
	Sum [sha256.Size]byte
}

// References returns what Refer has read for this document, and for those that it returned, in the
// order of the first time. It is false when something could not be read.
func (d *Document) References() ([]Reference, bool) {
	r := d.reach.referred
	if r == nil {
		return nil, true
	}
	r.Lock()
	defer r.Unlock()
	return append([]Reference(nil), r.list...), !r.failed
}

// Holds reports whether a file still is what it was when it was referred to.
func (d *Document) Holds(r Reference) bool {
	if d.reach.read == nil {
		return false
	}
	text, err := d.reach.read(r.Path)
	return err == nil && sha256.Sum256(text) == r.Sum
}

// referred remembers what was read for a document.
type referred struct {
	sync.Mutex
	list   []Reference
	seen   map[Reference]bool
	failed bool
}

func (r *referred) add(path string, text []byte, err error) {
	if r == nil {
		return
	}
	r.Lock()
	defer r.Unlock()
	if err != nil {
		r.failed = true
		return
	}
	ref := Reference{Path: path, Sum: sha256.Sum256(text)}
	if r.seen[ref] {
		return
	}
	if r.seen == nil {
		r.seen = map[Reference]bool{}
	}
	r.seen[ref] = true
	r.list = append(r.list, ref)
}
