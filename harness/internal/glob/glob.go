// Package glob finds files by pattern, as Dredd's users write patterns: "*", "?" and "[...]" stay
// within a name, "**" stands for any number of folders, "{a,b}" for either.
//
//	names, err := glob.Machine(dir).Find("hooks/**/*.{js,ts}")
//
// As in a shell, names that begin with a dot are matched by a pattern that begins with one only; "**"
// follows no links. Only files are found, no folders. What was found is not sorted, and nothing is said
// of a pattern that finds nothing: what that means is the caller's business.
package glob

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Tree is where to look. Names have slashes.
type Tree struct {
	// Stat and ReadDir look at a file or folder, as os.Stat and os.ReadDir do.
	Stat    func(name string) (fs.FileInfo, error)
	ReadDir func(name string) ([]fs.DirEntry, error)
}

// Machine looks at the files of the machine. Relative names start at dir; empty means ours.
func Machine(dir string) Tree {
	at := func(name string) string {
		name = filepath.FromSlash(name)
		if dir == "" || filepath.IsAbs(name) {
			return name
		}
		return filepath.Join(dir, name)
	}
	return Tree{
		Stat:    func(name string) (fs.FileInfo, error) { return os.Stat(at(name)) },
		ReadDir: func(name string) ([]fs.DirEntry, error) { return os.ReadDir(at(name)) },
	}
}

// FS looks at the files of an fs.FS.
func FS(files fs.FS) Tree {
	return Tree{
		Stat:    func(name string) (fs.FileInfo, error) { return fs.Stat(files, name) },
		ReadDir: func(name string) ([]fs.DirEntry, error) { return fs.ReadDir(files, name) },
	}
}

// Is reports whether a name is a pattern.
func Is(name string) bool { return strings.ContainsAny(name, "*?[{") }

// Exists reports whether there is a file or folder of that name.
func (t Tree) Exists(name string) bool {
	_, err := t.Stat(name)
	return err == nil
}

// maxAlternatives bounds what {a,b}{c,d}... may expand to.
const maxAlternatives = 1000

// Find returns the names of the files that match, each once, in no particular order. The error tells
// of a pattern that makes no sense.
func (t Tree) Find(pattern string) ([]string, error) {
	alternatives, err := braces(filepath.ToSlash(pattern), nil)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, p := range alternatives {
		if _, err := path.Match(p, ""); err != nil {
			return nil, fmt.Errorf("%w: a bracket is not closed", err)
		}
		base, rest := ".", p
		if volume := filepath.VolumeName(p); path.IsAbs(p[len(volume):]) {
			base, rest = volume+"/", p[len(volume)+1:]
		}
		parts := slices.DeleteFunc(strings.Split(rest, "/"), func(s string) bool { return s == "" })
		parts = slices.CompactFunc(parts, func(a, b string) bool { return a == "**" && b == "**" })
		if len(parts) > 0 && !strings.HasSuffix(rest, "/") {
			globber{tree: t, found: found}.walk(base, parts)
		}
	}
	names := make([]string, 0, len(found))
	for n := range found {
		names = append(names, n)
	}
	return names, nil
}

// braces expands {a,b} to all alternatives. A brace that is not closed stands for itself.
func braces(pattern string, out []string) ([]string, error) {
	open := strings.IndexByte(pattern, '{')
	shut := -1
	var commas []int
	for i, depth := open, 0; open >= 0 && i < len(pattern) && shut < 0; i++ {
		switch pattern[i] {
		case '{':
			depth++
		case ',':
			if depth == 1 {
				commas = append(commas, i)
			}
		case '}':
			depth--
		}
		if depth == 0 {
			shut = i
		}
	}
	if shut < 0 || len(commas) == 0 {
		if len(out) >= maxAlternatives {
			return nil, fmt.Errorf("the braces stand for more than %d patterns", maxAlternatives)
		}
		return append(out, pattern), nil
	}
	from := open + 1
	var err error
	for _, to := range append(commas, shut) {
		if out, err = braces(pattern[:open]+pattern[from:to]+pattern[shut+1:], out); err != nil {
			return nil, err
		}
		from = to + 1
	}
	return out, nil
}

type globber struct {
	tree  Tree
	found map[string]bool
}

// walk looks for the rest of a pattern, split at its slashes, in a folder.
func (g globber) walk(dir string, rest []string) {
	name, last := rest[0], len(rest) == 1
	if !Is(name) {
		p := path.Join(dir, name)
		if info, err := g.tree.Stat(p); err == nil {
			g.enter(p, info.IsDir(), rest[1:])
		}
		return
	}
	entries, err := g.tree.ReadDir(dir)
	if err != nil {
		return // a folder that cannot be read has no matches, as in a shell
	}
	if name == "**" && !last {
		g.walk(dir, rest[1:])
	}
	for _, e := range entries {
		p := path.Join(dir, e.Name())
		hidden := strings.HasPrefix(e.Name(), ".")
		if name == "**" {
			switch {
			case hidden:
			case e.IsDir():
				g.walk(p, rest)
			case last:
				g.enter(p, false, nil)
			}
			continue
		}
		if ok, _ := path.Match(name, e.Name()); !ok || hidden && name[0] != '.' {
			continue
		}
		isDir := e.IsDir()
		if info, err := g.tree.Stat(p); err == nil { // a link is what it leads to
			isDir = info.IsDir()
		}
		g.enter(p, isDir, rest[1:])
	}
}

func (g globber) enter(p string, isDir bool, rest []string) {
	switch {
	case len(rest) == 0 && !isDir:
		g.found[p] = true
	case len(rest) > 0 && isDir:
		g.walk(p, rest)
	}
}
