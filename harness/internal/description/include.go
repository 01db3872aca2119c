package description

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// directive is an include, spelt as aglio has it, with some freedom in spaces. A path has no angle
// brackets, so that a line of many openings costs no more than its length.
var directive = regexp.MustCompile(`(?i)^<!--[ \t]*include\([ \t]*([^<>\r\n]*?)[ \t]*\)[ \t]*-->`)

// nextDirective finds a directive from an offset on: where it begins and ends, and its path. The
// comment is searched for first, since the expression is slow on a large text.
func nextDirective(text []byte, from int) (begin, end int, name string, ok bool) {
	for {
		i := bytes.Index(text[from:], []byte("<!--"))
		if i < 0 {
			return 0, 0, "", false
		}
		from += i
		if m := directive.FindSubmatchIndex(text[from:]); m != nil {
			return from, from + m[1], string(text[from+m[2] : from+m[3]]), true
		}
		from += len("<!--")
	}
}

// assembler puts included files into the text of the top file.
type assembler struct {
	limits Limits
	// read gets a file by its path under the root, and display is what people call it; both nil
	// when nothing can be included.
	read    func(path string) ([]byte, error)
	display func(path string) string

	files    []*file
	known    map[string]int // files by path
	chain    []string       // paths of the files that are being put in, the top one first
	includes int
	out      []byte
	segments []segment
}

// piece is a part of a file: the spaces that an indented directive puts before each line.
type piece struct{ file, offset, size int }

func (a *assembler) add(f *file) int {
	a.files = append(a.files, f)
	return len(a.files) - 1
}

// expand writes the text of a file, following its directives. indent is what goes before each of
// its lines but the first, which the directive has indented already.
func (a *assembler) expand(ctx context.Context, n int, indent []piece) error {
	f := a.files[n]
	from := f.start()
	for {
		begin, end, name, ok := nextDirective(f.text, from)
		if !ok {
			break
		}
		a.copyIndented(n, from, begin, indent)
		i := inclusion{name: name, file: f, offset: begin, indent: indent}
		if spaces := leadingSpaces(f.text[f.start():begin]); spaces > 0 {
			i.indent = append(indent[:len(indent):len(indent)], piece{n, begin - spaces, spaces})
		}
		if err := a.include(ctx, i); err != nil {
			return err
		}
		if err := a.checkSize(); err != nil {
			return err
		}
		from = end
	}
	a.copyIndented(n, from, len(f.text), indent)
	return a.checkSize()
}

// leadingSpaces counts the spaces that the text ends in, when nothing else is on that line.
func leadingSpaces(text []byte) int {
	trimmed := bytes.TrimRight(text, " ")
	if len(trimmed) > 0 && trimmed[len(trimmed)-1] != '\n' {
		return 0
	}
	return len(text) - len(trimmed)
}

func (a *assembler) checkSize() error {
	if len(a.out) > a.limits.Size {
		return tooLarge(a.files[0].name, a.limits.Size)
	}
	return nil
}

// inclusion is what a directive asks for: a file by a name, with an indentation. It stands at an
// offset of a file.
type inclusion struct {
	name   string
	file   *file
	offset int
	indent []piece
}

// include writes the file that a directive names.
func (a *assembler) include(ctx context.Context, i inclusion) error {
	name, p := i.name, path.Join(path.Dir(i.file.path), i.name)
	fail := func(err error, format string, args ...any) error {
		return &Error{At: i.file.position(i.offset), Msg: fmt.Sprintf("include %q: ", name) + fmt.Sprintf(format, args...), Err: err}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if a.includes++; a.includes > a.limits.Includes {
		return fail(nil, "this is more than %d includes; do some included files include others twice?", a.limits.Includes)
	}
	if len(a.chain) > a.limits.Depth {
		return fail(nil, "nested deeper than %d files; include it from a file nearer to the top", a.limits.Depth)
	}
	switch {
	case a.read == nil:
		return fail(nil, "files cannot be included into a description that is not a file; put the text in")
	case name == "":
		return fail(nil, "names no file; write the path within the parentheses")
	case path.IsAbs(name) || strings.Contains(name, "://"):
		return fail(nil, "only files are included, by a path relative to this one")
	case !fs.ValidPath(p):
		return fail(nil, "this is outside the folder of the description, which nothing is read from; move the file into it")
	}
	if chain := a.cycle(p); chain != "" {
		return fail(nil, "the file includes itself: %s; take one of these directives out", chain)
	}
	n, known := a.known[p]
	if !known {
		text, err := a.read(p)
		if err != nil {
			return fail(err, "%s", includeProblem(a.display(p), err))
		}
		f := &file{name: a.display(p), path: p, text: text}
		if err := f.check(); err != nil {
			return err
		}
		n = a.add(f)
		a.known[p] = n
	}
	a.chain = append(a.chain, p)
	defer func() { a.chain = a.chain[:len(a.chain)-1] }()
	return a.expand(ctx, n, i.indent)
}

// includeProblem says why an included file cannot be read, and what to do.
func includeProblem(name string, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("there is no file %s; correct the path, which is relative to this file", name)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("%s may not be read; change its permissions", name)
	case errors.Is(err, errFolder):
		return fmt.Sprintf("%s is a folder; include a file", name)
	case errors.Is(err, errOutside):
		return fmt.Sprintf("%s is a link that leads outside the folder of the description, which nothing is read from; put the file itself there", name)
	}
	var located *Error
	if errors.As(err, &located) {
		return err.Error()
	}
	return fmt.Sprintf("%s: %v", name, err)
}

// cycle returns the chain of includes that would close a circle by including the path; "" when
// there is none.
func (a *assembler) cycle(p string) string {
	i := slices.Index(a.chain, p)
	if i < 0 {
		return ""
	}
	var chain strings.Builder
	for _, p := range a.chain[i:] {
		chain.WriteString(a.display(p) + " > ")
	}
	return chain.String() + a.display(p)
}

// copyIndented copies bytes of a file, with the indentation before each line that begins in them
// and is not blank.
func (a *assembler) copyIndented(n, from, to int, indent []piece) {
	if len(indent) == 0 {
		a.copyText(n, from, to)
		return
	}
	text := a.files[n].text
	for from < to {
		if from > a.files[n].start() && text[from-1] == '\n' && !startsBlank(text[from:]) {
			for _, p := range indent {
				a.copyText(p.file, p.offset, p.offset+p.size)
			}
		}
		end := to
		if i := bytes.IndexByte(text[from:to], '\n'); i >= 0 {
			end = from + i + 1
		}
		a.copyText(n, from, end)
		from = end
	}
}

// copyText copies bytes of a file, without carriage returns before a line feed.
func (a *assembler) copyText(n, from, to int) {
	text := a.files[n].text
	for {
		i := bytes.Index(text[from:to], []byte("\r\n"))
		if i < 0 {
			break
		}
		a.put(n, from, from+i)
		from += i + 1
	}
	a.put(n, from, to)
}

func (a *assembler) put(n, from, to int) {
	if from >= to {
		return
	}
	next := segment{text: int32(len(a.out)), offset: int32(from), file: int32(n)}
	if a.out == nil {
		a.out = a.files[n].text[from:to:to] // most documents are one file and need no copy
	} else {
		a.out = append(a.out, a.files[n].text[from:to]...)
	}
	if len(a.segments) > 0 {
		last := a.segments[len(a.segments)-1]
		if last.file == next.file && next.offset-last.offset == next.text-last.text {
			return
		}
	}
	a.segments = append(a.segments, next)
}

// startsBlank reports whether the first line of a text is blank.
func startsBlank(text []byte) bool {
	rest := bytes.TrimLeft(text, " \t\r")
	return len(rest) == 0 || rest[0] == '\n'
}

func isBlank(text []byte) bool { return len(bytes.TrimSpace(text)) == 0 }
