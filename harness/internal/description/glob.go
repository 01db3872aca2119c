package description

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// tree is where a glob looks: the machine's files, or an fs.FS. Names have slashes.
type tree struct {
	clean   func(name string) string
	stat    func(name string) (fs.FileInfo, error)
	readDir func(name string) ([]fs.DirEntry, error)
}

func (o Options) tree() tree {
	if o.FS == nil {
		return tree{
			clean:   func(name string) string { return path.Clean(filepath.ToSlash(name)) },
			stat:    func(name string) (fs.FileInfo, error) { return os.Stat(filepath.FromSlash(name)) },
			readDir: func(name string) ([]fs.DirEntry, error) { return os.ReadDir(filepath.FromSlash(name)) },
		}
	}
	return tree{
		clean:   path.Clean,
		stat:    func(name string) (fs.FileInfo, error) { return fs.Stat(o.FS, name) },
		readDir: func(name string) ([]fs.DirEntry, error) { return fs.ReadDir(o.FS, name) },
	}
}

func isGlob(pattern string) bool { return strings.ContainsAny(pattern, "*?[{") }

// maxAlternatives bounds what {a,b}{c,d}... may expand to.
const maxAlternatives = 1000

// glob returns the files that match, in no particular order. "*", "?" and "[...]" stay within a
// name, "**" stands for any number of folders, "{a,b}" for either. As in a shell, names that begin
// with a dot are matched by a pattern that begins with one only; "**" follows no links.
func glob(t tree, pattern string) ([]string, error) {
	alternatives, err := braces(pattern, nil)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, p := range alternatives {
		if _, err := path.Match(p, ""); err != nil {
			return nil, fmt.Errorf("%w: a bracket is not closed", err)
		}
		base, rest := ".", p
		if path.IsAbs(p) {
			base, rest = "/", p[1:]
		}
		g := globber{tree: t, found: found}
		parts := strings.Split(rest, "/")
		parts = slices.CompactFunc(parts, func(a, b string) bool { return a == "**" && b == "**" })
		g.walk(base, parts)
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
	for i, depth := open, 0; open >= 0 && i < len(pattern); i++ {
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
			break
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
	tree
	found map[string]bool
}

// walk looks for the rest of a pattern, split at its slashes, in a folder.
func (g globber) walk(dir string, rest []string) {
	name, last := rest[0], len(rest) == 1
	if !isGlob(name) {
		p := path.Join(dir, name)
		if info, err := g.stat(p); err == nil {
			g.enter(p, info.IsDir(), rest[1:])
		}
		return
	}
	entries, err := g.readDir(dir)
	if err != nil {
		return // a folder that cannot be read has no matches, as in a shell
	}
	if name == "**" {
		if !last {
			g.walk(dir, rest[1:])
		}
		for _, e := range entries {
			switch hidden := strings.HasPrefix(e.Name(), "."); {
			case hidden:
			case e.IsDir():
				g.walk(path.Join(dir, e.Name()), rest)
			case last:
				g.enter(path.Join(dir, e.Name()), false, nil)
			}
		}
		return
	}
	for _, e := range entries {
		if ok, _ := path.Match(name, e.Name()); !ok || strings.HasPrefix(e.Name(), ".") && name[0] != '.' {
			continue
		}
		p := path.Join(dir, e.Name())
		isDir := e.IsDir()
		if info, err := g.stat(p); err == nil { // a link is what it leads to
			isDir = info.IsDir()
		}
		g.enter(p, isDir, rest[1:])
	}
}

func (g globber) enter(p string, isDir bool, rest []string) {
	switch {
	case len(rest) == 0 && !isDir:
		g.found[p] = true
	case len(rest) > 0 && isDir && !slices.Contains(rest, ""):
		g.walk(p, rest)
	}
}
