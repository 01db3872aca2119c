package description

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// reach is what a document may read besides itself: the files under its root, which is the folder of
// the description, or the whole file system that it was loaded from.
type reach struct {
	// path is that of the document, slashed and under the root.
	path string
	// read gets a file by its path under the root, and display is what people call it.
	read    func(path string) ([]byte, error)
	display func(path string) string
	// referred remembers what was read; nil remembers nothing.
	referred *referred
}

// Path is where the document is under its root, slashed; "" when it was not read from a file.
func (d *Document) Path() string { return d.reach.path }

// Refer reads another file that the document speaks of, by its slashed path under the root. Nothing
// outside the root is read, through links neither. Directives within the file are not followed, and
// its format is not looked for. The errors say what to do; one is an *Error when the text of the file
// is to blame.
func (d *Document) Refer(p string) (*Document, error) {
	switch {
	case d.reach.read == nil:
		return nil, errors.New("other files cannot be read for a description that is not a file itself; put the text into it")
	case !fs.ValidPath(p) || p == ".":
		return nil, fmt.Errorf("%s is outside the folder of the description, which nothing is read from; move the file into it", p)
	}
	text, err := d.reach.read(p)
	d.reach.referred.add(p, text, err)
	if err != nil {
		return nil, fmt.Errorf("%s%w", includeProblem(d.reach.display(p), err), silent{err})
	}
	f := &file{name: d.reach.display(p), path: p, text: text}
	if err := f.check(); err != nil {
		return nil, err
	}
	a := &assembler{}
	a.copyText(a.add(f), f.start(), len(text))
	if isBlank(a.out) {
		return nil, &Error{At: transaction.Position{File: f.name}, Msg: "the file is empty"}
	}
	other := &Document{Filename: f.name, Text: a.out, reach: d.reach, origin: sourceMap{files: a.files, segments: a.segments}}
	other.reach.path = p
	return other, nil
}

// silent is the cause of an error whose message has said everything.
type silent struct{ error }

func (silent) Error() string   { return "" }
func (s silent) Unwrap() error { return s.error }
