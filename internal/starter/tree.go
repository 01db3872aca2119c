package starter

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"strings"
)

const (
	// maxFiles and maxDepth bound the looking: what matters lies near the root, and that comes first.
	maxFiles = 10_000
	maxDepth = 4
	// maxLook is how much of a file is read. The largest public descriptions are near 1 MB.
	maxLook = 2 << 20
	// maxHead is how much is read to find out what a source file loads.
	maxHead = 16 << 10
	// maxRead is how much is read in all, so that a folder of large files keeps nobody waiting.
	maxRead = 256 << 20
)

// tree is the files of a project, as far as they matter.
type tree struct {
	fsys fs.FS
	// files are slash-separated paths, those of a folder before those below it.
	files []string
	// index finds files whatever the case of their letters.
	index map[string]string
	// left is how much may be read yet.
	left int64
}

// walk lists the files of a project by breadth, so that what is near comes first whatever the limit.
func walk(fsys fs.FS) *tree {
	t := &tree{fsys: fsys, index: map[string]string{}, left: maxRead}
	level := []string{"."}
	for depth := 0; depth <= maxDepth && len(level) > 0; depth++ {
		var below []string
		for _, dir := range level {
			entries, err := fs.ReadDir(fsys, dir)
			if err != nil {
				continue
			}
			for _, e := range entries {
				name := path.Join(dir, e.Name())
				switch {
				case e.IsDir() && !skipped(e.Name()):
					below = append(below, name)
				case e.Type()&^fs.ModeSymlink == 0 && len(t.files) < maxFiles: // a pipe would keep us waiting
					t.files = append(t.files, name)
					if key := strings.ToLower(name); t.index[key] == "" {
						t.index[key] = name
					}
				}
			}
		}
		level = below
	}
	return t
}

// skipped tells the folders that hold what others wrote, or what is made. Of those with a dot, two
// matter for continuous integration.
func skipped(name string) bool {
	switch name {
	case "node_modules", "vendor", "target", "dist", "build", "_build", "deps", "venv", "testdata", "__pycache__", "bower_components":
		return true
	case ".github", ".circleci":
		return false
	}
	return strings.HasPrefix(name, ".")
}

// has reports whether a file is there, in whatever case of letters.
func (t *tree) has(name string) bool { return t.find(name) != "" }

// find returns the path of a file as it is written; empty when it is not there.
func (t *tree) find(name string) string {
	if t == nil {
		return ""
	}
	return t.index[strings.ToLower(name)]
}

// match returns the files that a pattern of path.Match matches.
func (t *tree) match(pattern string) []string {
	var found []string
	for _, f := range t.files {
		if ok, err := path.Match(pattern, f); ok && err == nil {
			found = append(found, f)
		}
	}
	return found
}

// read returns the beginning of a file; nil when it cannot be read.
func (t *tree) read(name string) []byte { return t.head(name, maxLook) }

// head returns that many bytes of a file, or all that it has.
func (t *tree) head(name string, size int64) []byte {
	if name = t.find(name); name == "" || t.left <= 0 {
		return nil
	}
	if info, err := fs.Stat(t.fsys, name); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	f, err := t.fsys.Open(name)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(f, min(size, t.left)))
	if err != nil {
		return nil
	}
	t.left -= int64(len(text))
	return text
}

// mentions reports whether one of the files has one of the words in it, in whatever case of letters.
func (t *tree) mentions(names []string, words ...string) bool {
	for _, name := range names {
		text := bytes.ToLower(t.read(name))
		for _, w := range words {
			if bytes.Contains(text, []byte(w)) {
				return true
			}
		}
	}
	return false
}

// depth counts the folders that a file is in.
func depth(name string) int { return strings.Count(name, "/") }
