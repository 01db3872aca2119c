package harness

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// refer returns what reads the files that the documented schema refers to.
func (d documented) refer() func(ref string) (text, name string, err error) {
	read := sync.OnceValue(func() func(string) (string, string, error) {
		if d.schemas == nil {
			return func(string) (string, string, error) { return "", "", errMadeUp }
		}
		return d.schemas.seenFrom(d.locate)
	})
	return func(ref string) (string, string, error) { return read()(ref) }
}

// errMadeUp is about a transaction that a hook made: there is no folder that its schema stands in.
var errMadeUp = errors.New("a hook made up this transaction, so no file is beside it; put the schema into one piece")

// schemaFolder reads the files that the schemas of one description refer to, each once, so that a run
// judges by what was there when it first asked. They are under the root of the description; for
// standard input, that is the current folder. It is safe for parallel use.
type schemaFolder struct {
	doc  *description.Document
	root func(p string) (text, name string, err error) // nil when the document reads for itself

	mu   sync.Mutex
	read map[string]schemaFile
}

// schemaFile is what came of reading a file.
type schemaFile struct {
	text, name string
	err        error
}

func newSchemaFolder(doc *description.Document, cfg CompileConfig) *schemaFolder {
	f := &schemaFolder{doc: doc, read: map[string]schemaFile{}}
	if cfg.Stdin != nil && doc.Filename == stdinDescription {
		f.root = readBeside(cfg)
	}
	return f
}

// stdinDescription is what a description from standard input is called.
const stdinDescription = "-"

// seenFrom returns what reads the files that a schema refers to. A name is relative to the file that
// the schema is written in, as an included one is, or else to the description.
func (f *schemaFolder) seenFrom(locate func() (transaction.Source, error)) func(ref string) (text, name string, err error) {
	folders := sync.OnceValue(func() []string { return f.folders(locate) })
	return func(ref string) (string, string, error) {
		if strings.HasPrefix(ref, "/") {
			return "", "", errors.New("name the file by a path relative to the description, without a slash in front")
		}
		if ref == "." || ref == ".." {
			return "", "", errors.New("this is a folder; name a file in it")
		}
		var missing error
		for _, folder := range folders() {
			file := f.file(path.Join(folder, ref))
			if !errors.Is(file.err, fs.ErrNotExist) {
				return file.text, file.name, file.err
			}
			if missing == nil {
				missing = file.err
			}
		}
		return "", "", missing
	}
}

// folders are those that a reference is relative to, the first one first. The place of a schema is only
// looked for where the description has several files, since it can cost another look at all of it.
func (f *schemaFolder) folders(locate func() (transaction.Source, error)) []string {
	own := path.Dir(f.doc.Path())
	files := f.doc.Files()
	if len(files) < 2 {
		return []string{own}
	}
	source, err := locate()
	if err != nil {
		return []string{own}
	}
	at := source.Schema.At(1).File
	for _, file := range files {
		if folder := path.Dir(file.Path); file.Name == at && folder != own {
			return []string{folder, own}
		}
	}
	return []string{own}
}

// file reads a file by its path under the root.
func (f *schemaFolder) file(p string) schemaFile {
	f.mu.Lock()
	defer f.mu.Unlock()
	if file, ok := f.read[p]; ok {
		return file
	}
	var file schemaFile
	if f.root != nil {
		file.text, file.name, file.err = f.root(p)
	} else if doc, err := f.doc.Refer(p); err != nil {
		file.err = err
	} else {
		file.text, file.name = string(doc.Text), doc.Filename
	}
	f.read[p] = file
	return file
}

// largestSchemaFile is how large a file beside standard input may be; description.Limits has the same
// for others.
const largestSchemaFile = 32 << 20

// readBeside reads files for a description from standard input: from Config.FS, or else from the
// current folder and nowhere outside of it.
func readBeside(cfg CompileConfig) func(p string) (text, name string, err error) {
	return func(p string) (string, string, error) {
		name := path.Join(cfg.Dir, p)
		if !fs.ValidPath(p) || p == "." {
			return "", "", fmt.Errorf("%s is outside the current folder, which nothing is read from; move the file into it", p)
		}
		files := cfg.FS
		if files == nil {
			root, err := os.OpenRoot(".")
			if err != nil {
				return "", "", err
			}
			defer func() { _ = root.Close() }() // nothing was written through it
			files = root.FS()
		}
		text, err := readSchemaFile(files, p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return "", "", fmt.Errorf("there is no file %s; correct the path, which is relative to the current folder%w", name, silentError{err})
		case err != nil:
			return "", "", fmt.Errorf("%s cannot be read: %w", name, err)
		}
		return text, name, nil
	}
}

func readSchemaFile(files fs.FS, p string) (string, error) {
	info, err := fs.Stat(files, p)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", errors.New("it is not a regular file")
	}
	file, err := files.Open(p)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(file, largestSchemaFile+1))
	switch {
	case err != nil:
		return "", err
	case len(text) > largestSchemaFile:
		return "", fmt.Errorf("it is larger than %d MB", largestSchemaFile>>20)
	}
	return strings.TrimPrefix(string(text), "\uFEFF"), nil
}

// silentError is the cause of an error whose message has said everything.
type silentError struct{ error }

func (silentError) Error() string   { return "" }
func (s silentError) Unwrap() error { return s.error }
