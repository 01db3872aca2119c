package main

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// requirement is one thing at one version.
type requirement struct {
	name, version string
	// via is who requires it; empty for what only we require.
	via []string
}

// section is what one kind of file pins.
type section struct {
	title string
	list  []requirement
}

// gather makes the list of a repository.
func gather(ctx context.Context, root string) ([]section, error) {
	var all []section
	for _, file := range []string{"go.mod", "tools/go.mod"} {
		list, err := goModules(ctx, filepath.Join(root, filepath.FromSlash(file)))
		if err != nil {
			return nil, err
		}
		all = append(all, section{"Go modules of " + file, list})
	}
	locks, err := filepath.Glob(filepath.Join(root, "tools", "*", "package-lock.json"))
	if err != nil {
		return nil, err
	}
	for _, path := range locks {
		list, err := npmPackages(path)
		name := filepath.ToSlash(filepath.Join("tools", filepath.Base(filepath.Dir(path))))
		if err != nil {
			return nil, err
		}
		all = append(all, section{"npm packages of " + name, list})
	}
	images, err := containerImages(root)
	if err != nil {
		return nil, err
	}
	return append(all, section{"container images", images}), nil
}

// width is the column that the reasons begin in.
const width = 60

// render is the list as text, in the form that pip-compile made common.
func render(all []section) string {
	var b strings.Builder
	b.WriteString("# All that is required, at the versions that are pinned. Written by make requirements from go.mod,\n" +
		"# tools/go.mod and tools/*/package.json; see docs/requirements.md before you change it.\n")
	for _, s := range all {
		if len(s.list) == 0 {
			continue
		}
		slices.SortFunc(s.list, func(a, b requirement) int {
			return cmp.Or(cmp.Compare(strings.ToLower(a.name), strings.ToLower(b.name)), cmp.Compare(a.version, b.version))
		})
		fmt.Fprintf(&b, "\n# %s\n", s.title)
		for _, r := range s.list {
			line := r.name + "==" + r.version
			if len(r.via) > 0 {
				slices.Sort(r.via)
				line = fmt.Sprintf("%-*s  # via %s", width, line, strings.Join(slices.Compact(r.via), ", "))
			}
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}
