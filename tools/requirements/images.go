package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// imageName is a text that names a container image of others: a name, a tag, and perhaps a digest.
var imageName = regexp.MustCompile(`^((?:[\w.-]+(?::\d+)?/)*(?:postgres|redis|valkey|ryuk):[\w.-]+)(@sha256:[0-9a-f]{64})?$`)

// containerImages lists the images that the code runs when nobody names others.
func containerImages(root string) ([]requirement, error) {
	var list []requirement
	err := filepath.WalkDir(filepath.Join(root, "harness"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			text, unquoted := strconv.Unquote(literal.Value)
			m := imageName.FindStringSubmatch(text)
			if unquoted != nil || m == nil {
				return true
			}
			if m[2] == "" {
				err = fmt.Errorf("%s: the image %s is named without a digest: pin it as %s@sha256:digest", files.Position(literal.Pos()), m[1], m[1])
				return false
			}
			list = append(list, requirement{name: m[1], version: strings.TrimPrefix(m[2], "@")})
			return true
		})
		return err
	})
	return list, err
}
