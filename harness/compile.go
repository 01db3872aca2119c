package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode"

	"github.com/bailiff-dev/bailiff/harness/internal/apib/drafter"
	"github.com/bailiff-dev/bailiff/harness/internal/cache"
	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// CompileConfig says what is compiled, and how. Its zero value lacks Descriptions. Those of its
// fields that Config has too mean the same there.
type CompileConfig struct {
	// Descriptions are paths, globs, folders and URLs of API descriptions.
	Descriptions []string
	// Texts are descriptions that are in no file, behind those.
	Texts []Text
	// FS holds the descriptions; nil means the files of the machine.
	FS fs.FS
	// Dir is the folder that names in FS are shown under; empty means that they are shown as they
	// are.
	Dir string
	// Stdin is what the description "-" is read from; nil means that "-" is a file.
	Stdin io.Reader
	// AllExamples makes transactions of the pairs of request and response that Dredd ignores, too.
	// See Compiled.Transactions for their names.
	AllExamples bool
	// NoCache compiles anew, and keeps nothing.
	NoCache bool
	// Version is that of the program, sent in User-Agent to where descriptions are fetched from; empty
	// means "dev".
	Version string
}

// Text is a description that is in no file, and what it is called. What it includes or refers to is not read.
type Text = description.Text

// Compiled is what one description was compiled to.
type Compiled struct {
	// Filename is the path or URL as it was given, or as it was found.
	Filename string
	// MediaType is the format, as Dredd knows it: "text/vnd.apiblueprint",
	// "application/swagger+json" or "application/vnd.oai.openapi"; "" when the description could
	// not be read.
	MediaType string
	// Text is the description as it was compiled: in UTF-8, and with the text of the files that it
	// includes. It is nil when the description could not be read, and must not be changed.
	Text []byte
	// Transactions are in the order of the documentation. Their names begin with the title of the
	// API.
	//
	// With AllExamples, the pairs that Dredd ignores come behind the one that it takes, with its
	// name and, at the end, what tells them apart: what the request is called, and the status of
	// the response, as in "… > Example 1 > Request Unknown, Response 404". Pairs that are alike in
	// that are counted: "Response 404 (2)".
	Transactions []*transaction.Transaction
	// Annotations is what there is to say about the description. One that could not be read, or
	// that a parser refused, has a single one, an error.
	Annotations []transaction.Annotation
	// Actions is how many actions are documented, compiled or not, and Omissions are those that
	// were not.
	Actions   int
	Omissions []transaction.Omission
	// Locate finds where each transaction is documented, in the order of Transactions. It can cost
	// a second look at the description, taken by the first call. It is safe for parallel use.
	Locate func() ([]transaction.Source, error)
	// Line returns a line of the description, or of what it includes; false when it is not known.
	Line func(at transaction.Position) (string, bool)

	// prose are the descriptions that may hold a table of permissions.
	prose []compile.Prose
	// find is Locate for a single transaction, which can cost far less.
	find func(n int) (transaction.Source, error)
	// schemas reads what the schemas of the description refer to.
	schemas *schemaFolder
	// excerpt shows the line of the only annotation, in a file that Line may not know.
	excerpt string
}

// Compile makes transactions of descriptions, one Compiled for each that is found. What is wrong with
// a description is told in its annotations. The error says that one is not there, or that this build
// cannot read it.
func Compile(ctx context.Context, cfg CompileConfig) ([]*Compiled, error) {
	if len(cfg.Descriptions) == 0 && len(cfg.Texts) == 0 {
		return nil, errors.New("no API description is named")
	}
	loaded, err := description.LoadEach(ctx, description.Options{
		FS: cfg.FS, Dir: cfg.Dir, Patterns: cfg.Descriptions, Texts: cfg.Texts, Stdin: cfg.Stdin, UserAgent: product(cfg.Version),
	})
	if err != nil {
		return nil, err
	}
	store := openCache(cfg)
	compiled := make([]*Compiled, 0, len(loaded))
	for _, l := range loaded {
		c, err := compileLoaded(ctx, l, cfg, store)
		if err != nil {
			return nil, err
		}
		compiled = append(compiled, c)
	}
	return compiled, nil
}

// openCache returns nil, which keeps nothing, when there is no folder for a cache: that costs time,
// and nothing else.
func openCache(cfg CompileConfig) *cache.Cache {
	if cfg.NoCache {
		return nil
	}
	dir, err := cache.Folder()
	if err != nil {
		return nil
	}
	store, err := cache.Open(cache.Options{Dir: dir})
	if err != nil {
		return nil
	}
	return store
}

func compileLoaded(ctx context.Context, l description.Loaded, cfg CompileConfig, store *cache.Cache) (*Compiled, error) {
	c := &Compiled{
		Filename: l.Filename,
		Locate:   func() ([]transaction.Source, error) { return nil, nil },
		Line:     func(transaction.Position) (string, bool) { return "", false },
	}
	if l.Err != nil {
		return c, c.refuse(l.Err)
	}
	doc := l.Document
	c.MediaType, c.Text, c.Line = string(doc.Format), doc.Text, doc.Line
	c.schemas = newSchemaFolder(doc, cfg)
	variant := fmt.Sprintf("drafter %s, all examples %t", drafter.Version(), cfg.AllExamples)
	r, err := store.Compile(ctx, doc, variant, func(ctx context.Context) (*compile.Result, error) {
		return compileDocument(ctx, doc, cfg)
	})
	if err != nil {
		return c, c.refuse(err)
	}
	c.Transactions, c.Annotations, c.Actions, c.Omissions, c.Locate = r.Transactions, r.Annotations, r.Actions, r.Omissions, r.Locate
	c.prose = r.Prose
	c.find = findEach(doc, cfg, r)
	return c, nil
}

// refuse turns an error that is about the text of a description into an annotation; it returns any
// other.
func (c *Compiled) refuse(err error) error {
	a := transaction.Annotation{Severity: transaction.SeverityError, Component: "apiDescriptionParser"}
	var located *description.Error
	var syntax *source.Error
	if errors.As(err, &syntax) {
		a.At, a.Message = syntax.At, syntax.Msg
		c.excerpt = syntax.Excerpt
	}
	switch {
	case errors.As(err, &located):
		a.At, a.Message = located.At, located.Msg
	case syntax == nil:
		return err
	}
	c.Annotations = append(c.Annotations, a)
	return nil
}

// Name is the name that a run knows a transaction by: without the title of the API when it is the
// single description, as Dredd does it.
func (c *Compiled) Name(t *transaction.Transaction, single bool) transaction.Name {
	if single {
		return untitled(t)
	}
	return t.Name
}

// NameOf returns the whole name that the parts of an origin make up.
func NameOf(o transaction.Origin) transaction.Name { return compile.Name(o) }

// Explain writes an annotation for people: its place and message and, if it is an error, the line
// that it is about, with a mark under the column.
func (c *Compiled) Explain(a transaction.Annotation) string {
	line, ok := c.Line(a.At)
	if !ok && c.excerpt != "" {
		return a.String() + "\n" + c.excerpt
	}
	if !ok || a.Severity != transaction.SeverityError || strings.Contains(a.Message, "\n") || strings.TrimSpace(line) == "" {
		return a.String()
	}
	return a.String() + "\n" + quoteLine(line, a.At.Column)
}

// widestLine is how many characters of a line are shown.
const widestLine = 120

// quoteLine shows a line with a mark under a column, counted from 1; 0 marks none. Of a long line,
// the part around the column is shown.
func quoteLine(line string, column int) string {
	runes := []rune(line)
	from := max(0, min(column-widestLine/2, len(runes)-widestLine))
	shown := runes[from:min(len(runes), from+widestLine)]
	for i, r := range shown {
		if !unicode.IsPrint(r) { // a tab has no width that is known, and an escape must not act
			shown[i] = ' '
		}
	}
	text := "    " + string(shown)
	if column < 1 || column-1 > len(runes) {
		return text
	}
	return text + "\n    " + strings.Repeat(" ", column-1-from) + "^"
}
