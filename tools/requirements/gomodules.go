package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// goModules lists the modules that a go.mod pins. A module is required via another when that one's go.mod
// requires it directly, or, where none does, at all.
func goModules(ctx context.Context, path string) ([]requirement, error) {
	mod, err := readModule(path)
	if err != nil {
		return nil, err
	}
	if len(mod.Replace) > 0 {
		return nil, fmt.Errorf("%s:%d: a replace directive pins nothing that others get", path, mod.Replace[0].Syntax.Start.Line)
	}
	if mod.Go == nil {
		return nil, fmt.Errorf("%s: no line says which version of Go it is for: add one, such as go 1.26", path)
	}
	if err := verified(path, mod); err != nil {
		return nil, err
	}
	files, err := moduleFiles(ctx, filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	direct, indirect := map[string][]string{}, map[string][]string{}
	for _, r := range mod.Require {
		parent, err := readModule(files[r.Mod.Path])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %s: %w", path, r.Syntax.Start.Line, r.Mod.Path, err)
		}
		for _, needed := range parent.Require {
			into := direct
			if needed.Indirect {
				into = indirect
			}
			into[needed.Mod.Path] = append(into[needed.Mod.Path], r.Mod.Path)
		}
	}
	var list []requirement
	for _, r := range mod.Require {
		via := direct[r.Mod.Path]
		if len(via) == 0 && r.Indirect {
			via = indirect[r.Mod.Path]
		}
		list = append(list, requirement{r.Mod.Path, r.Mod.Version, via})
	}
	return append(list, requirement{name: "go", version: mod.Go.Version}), nil
}

// verified finds the hashes of each module in go.sum: that of what is in it, and that of its go.mod.
func verified(path string, mod *modfile.File) error {
	sums, err := os.ReadFile(strings.TrimSuffix(path, ".mod") + ".sum")
	if err != nil {
		return err
	}
	hashed := map[string]bool{}
	for line := range strings.Lines(string(sums)) {
		if f := strings.Fields(line); len(f) == 3 && strings.HasPrefix(f[2], "h1:") {
			hashed[f[0]+" "+f[1]] = true
		}
	}
	for _, r := range mod.Require {
		if at := r.Mod.Path + " " + r.Mod.Version; !hashed[at] || !hashed[at+"/go.mod"] {
			return fmt.Errorf("%s:%d: %s has no hash in go.sum: run go mod tidy", path, r.Syntax.Start.Line, at)
		}
	}
	return nil
}

func readModule(path string) (*modfile.File, error) {
	if path == "" {
		return nil, errors.New("it is in go.mod, but not in the module graph: run go mod tidy")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	parse := modfile.ParseLax // files of others may be newer than this program
	if filepath.Base(path) == "go.mod" {
		parse = modfile.Parse
	}
	return parse(path, text, nil)
}

// moduleFiles finds the go.mod of each module in the graph, by its path.
func moduleFiles(ctx context.Context, dir string) (map[string]string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-m", "-mod=readonly", "-json=Path,GoMod", "all")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=") // the same on every machine
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: go list -m all: %w: %s", dir, err, strings.TrimSpace(stderr.String()))
	}
	files := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var m struct{ Path, GoMod string }
		switch err := d.Decode(&m); {
		case errors.Is(err, io.EOF):
			return files, nil
		case err != nil:
			return nil, fmt.Errorf("go list -m all: %w", err)
		}
		files[m.Path] = m.GoMod
	}
}
