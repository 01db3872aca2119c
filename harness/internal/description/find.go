package description

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/glob"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// source is one description that a pattern names.
type source struct {
	// name is what people call it; path is what the file system, or the network, calls it.
	name, path string
	remote     bool
	// stdin says that it is standard input, which has no path.
	stdin bool
	// text is the description itself, which has no path either; nil when it has to be read.
	text []byte
}

// stdinName is the pattern of standard input, and what it is called.
const stdinName = "-"

// find resolves the patterns as Dredd does: in their order, what a glob matches sorted by base name,
// each description once.
func (o Options) find() ([]source, error) {
	var found []source
	seen := map[string]bool{}
	for _, pattern := range o.Patterns {
		matches, err := o.match(pattern)
		if err != nil {
			return nil, err
		}
		for _, s := range matches {
			key := s.path
			if o.FS == nil && !s.remote && !s.stdin {
				if abs, err := filepath.Abs(s.path); err == nil {
					key = abs
				}
			}
			if !seen[key] {
				seen[key] = true
				found = append(found, s)
			}
		}
	}
	for _, t := range o.Texts {
		found = append(found, source{name: t.Name, text: []byte(t.Content)})
	}
	return found, nil
}

func (o Options) match(pattern string) ([]source, error) {
	if pattern == stdinName && o.Stdin != nil {
		return []source{{name: stdinName, stdin: true}}, nil
	}
	if isURL(pattern) {
		if o.FS != nil {
			return nil, fmt.Errorf("description %q: a URL is not a name within a folder; name a file", pattern)
		}
		return []source{{name: pattern, path: pattern, remote: true}}, nil
	}
	tree := o.tree()
	slashed := o.clean(pattern)
	// A file whose name looks like a glob is that file.
	if info, err := tree.Stat(slashed); err == nil || !glob.Is(slashed) {
		if err == nil && info.IsDir() {
			return o.folder(tree, slashed)
		}
		return []source{o.source(slashed)}, o.explain(pattern, err)
	}
	names, err := tree.Find(slashed)
	if err != nil {
		return nil, fmt.Errorf("description %q: %w", pattern, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("could not find any files on path: '%s'; correct the pattern, which is relative to %s", pattern, o.where())
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(path.Base(a), path.Base(b)), cmp.Compare(a, b))
	})
	found := make([]source, len(names))
	for i, n := range names {
		found[i] = o.source(n)
	}
	return found, nil
}

// tree is where the files are: on the machine, or in an fs.FS.
func (o Options) tree() glob.Tree {
	if o.FS == nil {
		return glob.Machine("")
	}
	return glob.FS(o.FS)
}

// clean is a name with slashes, without what stands for nothing.
func (o Options) clean(name string) string {
	if o.FS == nil {
		name = filepath.ToSlash(name)
	}
	return path.Clean(name)
}

// explain says what to do about a file that is not there.
func (o Options) explain(pattern string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid):
		return fmt.Errorf("could not find any files on path: '%s' (%w); correct the path, which is relative to %s", pattern, fs.ErrNotExist, o.where())
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("description %q: %w; change the permissions of the file or its folder", pattern, fs.ErrPermission)
	case err != nil:
		return fmt.Errorf("description %q: %w", pattern, err)
	}
	return nil
}

func (o Options) where() string {
	switch {
	case o.FS == nil:
		return "the current folder"
	case o.Dir != "":
		return o.Dir
	}
	return "the folder that is embedded"
}

func (o Options) source(slashed string) source {
	if o.FS != nil {
		return source{name: path.Join(o.Dir, slashed), path: slashed}
	}
	name := filepath.FromSlash(slashed)
	return source{name: name, path: name}
}

// load reads one description and what it includes.
func (s source) load(ctx context.Context, o Options) (*Document, error) {
	limits := o.Limits.orDefault()
	a := &assembler{limits: limits, known: map[string]int{}}
	top := &file{name: s.name, path: path.Base(filepath.ToSlash(s.path))}
	var err error
	switch {
	case s.text != nil:
		top.path, top.text = "", s.text
		if len(s.text) > limits.Size {
			err = tooLarge(s.name, limits.Size)
		}
	case s.stdin:
		top.path = ""
		top.text, err = readAll(o.Stdin, s.name, limits.Size)
	case s.remote:
		top.text, err = fetch(ctx, o, s.path, limits.Size)
	case o.FS != nil:
		top.path = s.path
		top.text, err = readFile(o.FS.Open, s.path, s.name, limits.Size)
		a.read = func(p string) ([]byte, error) { return readFile(o.FS.Open, p, path.Join(o.Dir, p), limits.Size) }
		a.display = func(p string) string { return path.Join(o.Dir, p) }
	default:
		dir := filepath.Dir(s.path)
		top.text, err = readFile(func(name string) (fs.File, error) { return os.Open(name) }, s.path, s.name, limits.Size)
		root := &folder{dir: dir, limit: limits.Size}
		defer root.close()
		a.read, a.display = root.read, root.display
	}
	if err != nil {
		return nil, err
	}
	if err := top.check(); err != nil {
		return nil, err
	}
	n := a.add(top)
	a.chain = append(a.chain, top.path)
	a.known[top.path] = n
	if format, known := detect(top.text[top.start():]); known && format != APIBlueprint {
		a.copyText(n, top.start(), len(top.text))
	} else if err := a.expand(ctx, n, nil); err != nil {
		return nil, err
	}
	d, err := a.document()
	if err == nil && !s.remote && !s.stdin && s.text == nil {
		d.reach = s.reach(o, limits)
		d.reach.referred = &referred{}
	}
	return d, err
}

// reach says what the document may read later. A folder is opened anew each time, so that nothing is
// left to close.
func (s source) reach(o Options, limits Limits) reach {
	if o.FS != nil {
		display := func(p string) string { return path.Join(o.Dir, p) }
		return reach{
			path:    s.path,
			read:    func(p string) ([]byte, error) { return readFile(o.FS.Open, p, display(p), limits.Size) },
			display: display,
		}
	}
	dir := filepath.Dir(s.path)
	return reach{
		path: path.Base(filepath.ToSlash(s.path)),
		read: func(p string) ([]byte, error) {
			root := &folder{dir: dir, limit: limits.Size}
			defer root.close()
			return root.read(p)
		},
		display: (&folder{dir: dir}).display,
	}
}

// check refuses what no parser may see.
func (f *file) check() error {
	fail := func(offset int, format string, args ...any) error {
		return &Error{At: f.position(offset), Msg: fmt.Sprintf(format, args...)}
	}
	for _, mark := range []string{"\xFF\xFE", "\xFE\xFF"} {
		if bytes.HasPrefix(f.text, []byte(mark)) {
			return &Error{At: transaction.Position{File: f.name}, Msg: "this is UTF-16; save the file as UTF-8"}
		}
	}
	if i := invalidUTF8(f.text); i >= 0 {
		return fail(i, "the byte 0x%02X is not UTF-8; save the file as UTF-8", f.text[i])
	}
	if i := bytes.IndexByte(f.text, 0); i >= 0 {
		return fail(i, "a NUL byte; is this a text file?")
	}
	return nil
}

func isURL(pattern string) bool {
	return strings.HasPrefix(pattern, "http://") || strings.HasPrefix(pattern, "https://")
}
