package handler

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/bailiff-dev/bailiff/harness/internal/glob"
)

// Files finds hook files as Dredd does: it expands patterns, makes the names absolute, leaves each
// only once, and sorts them by their base names. dir is where relative names start; empty means ours.
// It is an error that names the pattern when one matches nothing.
func Files(dir string, patterns []string) ([]string, error) {
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find hook files: %w", err)
	}
	tree := glob.Machine(root)
	var files []string
	for _, pattern := range patterns {
		names := []string{pattern}
		if !tree.Exists(pattern) {
			if names, err = tree.Find(pattern); err != nil {
				return nil, fmt.Errorf("find hook files on path '%s': %w", pattern, err)
			}
		}
		if len(names) == 0 {
			return nil, fmt.Errorf("could not find any hook files on path: '%s'", pattern)
		}
		for _, name := range names {
			if name = filepath.FromSlash(name); !filepath.IsAbs(name) {
				name = filepath.Join(root, name)
			}
			files = append(files, filepath.Clean(name))
		}
	}
	slices.SortFunc(files, func(a, b string) int {
		return cmp.Or(cmp.Compare(filepath.Base(a), filepath.Base(b)), cmp.Compare(a, b))
	})
	return slices.Compact(files), nil
}
