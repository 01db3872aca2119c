package description

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Options says what to load. The zero value loads nothing.
type Options struct {
	// FS is where the files are, such as an embed.FS; nil means the machine's files. It is trusted
	// to keep to itself: an os.DirFS follows symbolic links that lead out of it, the FS of an
	// os.Root does not.
	FS fs.FS
	// Dir is the folder that names in FS are shown under; "" shows them as they are.
	Dir string
	// Patterns are file names, globs ("docs/**/*.apib"), folders and URLs; with FS, names, globs
	// and folders within it. Each has to match something. A folder stands for the descriptions that
	// are directly in it, but for those that another one includes.
	Patterns []string
	// Texts are descriptions that are in no file; they come behind those that the patterns name. What they
	// include or refer to cannot be read, as that of Stdin.
	Texts []Text
	// Stdin is what the pattern "-" reads; nil makes "-" a name like any other.
	Stdin io.Reader
	// Limits bound what is read; zero fields mean the default ones.
	Limits Limits
	// Client fetches URLs; nil means one that gives up after five seconds.
	Client *http.Client
	// UserAgent names who fetches; empty means net/http.
	UserAgent string
}

// Text is a description that is in no file, and what it is called.
type Text struct{ Name, Content string }

// Limits bound what one document may take.
type Limits struct {
	// Size is the most bytes of a file, and of the text that is assembled; 0 means 32 MiB, thirty
	// times the largest real description that is known.
	Size int
	// Depth is how deep includes may be nested; 0 means 32.
	Depth int
	// Includes is how many directives may be followed; 0 means 10000.
	Includes int
}

func (l Limits) orDefault() Limits {
	if l.Size <= 0 {
		l.Size = 32 << 20
	}
	l.Size = min(l.Size, 1<<30) // offsets are kept in 32 bits
	if l.Depth <= 0 {
		l.Depth = 32
	}
	if l.Includes <= 0 {
		l.Includes = 10000
	}
	return l
}

// Document is one description, its included files put in. It is safe for parallel use.
type Document struct {
	// Filename is the name or URL as it was given, or as the glob found it.
	Filename string
	// Text is UTF-8 without NUL and byte order mark. It must not be changed.
	Text   []byte
	Format Format
	// Annotations holds what finding the format has to say.
	Annotations []transaction.Annotation

	origin sourceMap
	chars  charIndex
	reach  reach
}

// New returns a document of a text that was not read from a file; its format is found, and no
// include directive is followed.
func New(filename string, text []byte) (*Document, error) {
	f := &file{name: filename, text: text}
	if err := f.check(); err != nil {
		return nil, err
	}
	a := &assembler{}
	a.copyText(a.add(f), f.start(), len(text))
	return a.document()
}

// Load finds the documents that the patterns name, in the order of the patterns, those of a glob
// sorted by base name, each once. The error is an *Error when a file is to blame; it is fit to be
// shown to a person as it is.
func Load(ctx context.Context, o Options) ([]*Document, error) {
	found, err := o.find()
	if err != nil {
		return nil, err
	}
	docs := make([]*Document, 0, len(found))
	for _, s := range found {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		d, err := s.load(ctx, o)
		if err != nil {
			return nil, err
		}
		docs = append(docs, d)
	}
	return docs, nil
}

// Loaded is one of the descriptions that patterns name: the document, or why it cannot be read.
type Loaded struct {
	// Filename is as that of the Document.
	Filename string
	Document *Document // nil with Err
	Err      error
}

// LoadEach is Load, but that a description that cannot be read does not keep the others from being
// read. The error says that a pattern names nothing, or that ctx has ended.
func LoadEach(ctx context.Context, o Options) ([]Loaded, error) {
	found, err := o.find()
	if err != nil {
		return nil, err
	}
	docs := make([]Loaded, 0, len(found))
	for _, s := range found {
		d, err := s.load(ctx, o)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		docs = append(docs, Loaded{Filename: s.name, Document: d, Err: err})
	}
	return docs, nil
}

// document finishes the assembled text. The format is that of the top file when it shows one, so
// that an example within an included file cannot change it.
func (a *assembler) document() (*Document, error) {
	top := a.files[0]
	d := &Document{Filename: top.name, Text: a.out, origin: sourceMap{files: a.files, segments: a.segments}}
	if isBlank(d.Text) {
		return nil, &Error{At: transaction.Position{File: top.name}, Msg: "the document is empty; write an API description into it"}
	}
	format, known := detect(top.text[top.start():])
	if !known {
		format, known = detect(d.Text)
	}
	d.Format = format
	if !known {
		d.Format = APIBlueprint
		d.Annotations = []transaction.Annotation{{
			Severity:  transaction.SeverityWarning,
			Component: "apiDescriptionParser",
			Message: "the format of this description is not known, so it is taken for API Blueprint; " +
				`begin it with a line "FORMAT: 1A" if it is`,
			At: transaction.Position{File: top.name, Line: 1, Column: 1},
		}}
	}
	return d, nil
}

func tooLarge(name string, limit int) error {
	return &Error{
		At:  transaction.Position{File: name},
		Msg: fmt.Sprintf("larger than %d bytes, which is the most that is read of a description; split it", limit),
	}
}
