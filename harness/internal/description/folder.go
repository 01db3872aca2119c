package description

import (
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

// extensions are those of descriptions, which are what a folder is searched for.
var extensions = []string{".apib", ".apiblueprint", ".json", ".yaml", ".yml"}

// folder returns the descriptions that are directly in a folder: files that are called like one and
// look like one. What another file of the folder includes is a part of that one.
func (o Options) folder(t glob.Tree, slashed string) ([]source, error) {
	entries, err := t.ReadDir(slashed)
	if err != nil {
		return nil, fmt.Errorf("description %q: %w", slashed, err)
	}
	limit := o.Limits.orDefault().Size
	included := map[string]bool{}
	var names []string
	for _, e := range entries {
		name := path.Join(slashed, e.Name())
		info, err := t.Stat(name) // of what a link leads to
		if err != nil || !info.Mode().IsRegular() || !slices.Contains(extensions, strings.ToLower(path.Ext(name))) {
			continue
		}
		text, err := readFile(o.opener(), o.local(name), name, limit)
		if err != nil {
			names = append(names, name) // to be told why when it is loaded
			continue
		}
		f := &file{text: text}
		format, known := detect(text[f.start():])
		if !known {
			continue
		}
		names = append(names, name)
		if format == APIBlueprint {
			markIncluded(included, name, text)
		}
	}
	tops := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return included[n] })
	if len(tops) == 0 {
		tops = names // they include each other, which loading them will tell
	}
	if len(tops) == 0 {
		return nil, &Error{At: transaction.Position{File: o.source(slashed).name}, Msg: fmt.Sprintf(
			"this is a folder without an API description directly in it (%s); name files, as in %q",
			strings.Join(extensions, ", "), path.Join(slashed, "**", "*.apib"))}
	}
	found := make([]source, len(tops))
	for i, n := range tops {
		found[i] = o.source(n)
	}
	return found, nil
}

// markIncluded notes what the directives of a file name.
func markIncluded(included map[string]bool, name string, text []byte) {
	for from := 0; ; {
		_, end, other, ok := nextDirective(text, from)
		if !ok {
			return
		}
		if p := path.Join(path.Dir(name), other); p != name {
			included[p] = true
		}
		from = end
	}
}

// opener opens files by what the file system calls them.
func (o Options) opener() func(string) (fs.File, error) {
	if o.FS != nil {
		return o.FS.Open
	}
	return func(name string) (fs.File, error) { return os.Open(name) }
}

func (o Options) local(slashed string) string {
	if o.FS != nil {
		return slashed
	}
	return filepath.FromSlash(slashed)
}
