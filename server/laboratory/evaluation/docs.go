package evaluation

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
)

// documented is what the source says of a method.
type documented struct {
	text       string
	parameters []string
}

// Docs are the documentation and the names of parameters of methods, by the names of those.
type Docs map[string]documented

// ReadDocs reads the documentation of all exported methods in the Go files at the root of a file system.
func ReadDocs(source fs.FS) (Docs, error) {
	docs := Docs{}
	names, err := fs.Glob(source, "*.go")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := fs.ReadFile(source, name)
		if err != nil {
			return nil, fmt.Errorf("read the source of the functions: %w", err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("read the source of the functions: %w", err)
		}
		for _, d := range file.Decls {
			if method, ok := d.(*ast.FuncDecl); ok && method.Recv != nil && method.Name.IsExported() {
				docs[method.Name.Name] = documented{sentence(method), parameters(method)}
			}
		}
	}
	return docs, nil
}

// sentence is the comment of a method without its name, as one line.
func sentence(method *ast.FuncDecl) string {
	text := strings.Join(strings.Fields(method.Doc.Text()), " ")
	rest, ok := strings.CutPrefix(text, method.Name.Name+" ")
	if !ok || rest == "" {
		return text
	}
	return strings.ToUpper(rest[:1]) + rest[1:]
}

// parameters are the names of what a method takes. Names of Go that say more than a user needs end where
// the thing itself does: channelName is a channel.
func parameters(method *ast.FuncDecl) []string {
	var names []string
	for _, field := range method.Type.Params.List {
		for _, name := range field.Names {
			names = append(names, strings.TrimSuffix(snake(name.Name), "_name"))
		}
	}
	return names
}
