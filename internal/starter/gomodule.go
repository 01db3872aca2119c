package starter

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
)

// GoModule is a module of Go, as far as a test in it needs to know.
type GoModule struct {
	// Package is the name of the package that the test is in, and Dir its folder: "." or a path below it.
	Package, Dir string
	// Handler is a function without parameters of that package that makes the server's http.Handler;
	// empty when none was found.
	Handler string
	// Has says that bailiff is among its requirements.
	Has bool
	// Test is a file named contract_test.go in Dir, empty when there is none.
	Test string
}

// handlers are the types of results that are an http.Handler, as they are commonly written.
var handlers = []string{
	"http.Handler", "*http.ServeMux", "http.HandlerFunc", "*gin.Engine", "*echo.Echo", "*chi.Mux", "chi.Router", "*mux.Router", "*httprouter.Router",
}

// maxParsed is how many files of Go are parsed; what makes the handler lies high.
const maxParsed = 500

// wanted are the words that names of such functions have, the likeliest first.
var wanted = []string{"handler", "router", "server", "routes", "mux", "app", "api", "engine"}

func (t *tree) goModule() *GoModule {
	if !t.has("go.mod") {
		return nil
	}
	m := &GoModule{Dir: ".", Package: "main", Has: t.mentions([]string{"go.mod"}, "github.com/bailiff-dev/bailiff")}
	best := len(wanted)
	seen, parsed := false, 0
	for _, name := range t.files {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || parsed == maxParsed {
			continue
		}
		parsed++
		file, err := parser.ParseFile(token.NewFileSet(), name, t.read(name), parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		if !seen && path.Dir(name) == "." {
			m.Package, seen = file.Name.Name, true
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !makesHandler(f.Recv, f.Type) {
				continue
			}
			if rank := rankOf(f.Name.Name); rank < best {
				best = rank
				m.Package, m.Dir, m.Handler, seen = file.Name.Name, path.Dir(name), f.Name.Name, true
			}
		}
	}
	if test := path.Join(m.Dir, goTestName); t.has(test) {
		m.Test = test
	}
	return m
}

// makesHandler reports whether a function can be called with nothing, and returns one handler.
func makesHandler(receiver *ast.FieldList, f *ast.FuncType) bool {
	if receiver != nil || f.TypeParams != nil || f.Params.NumFields() != 0 || f.Results.NumFields() != 1 {
		return false
	}
	return slices.Contains(handlers, typeName(f.Results.List[0].Type))
}

func typeName(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.StarExpr:
		return "*" + typeName(x.X)
	case *ast.SelectorExpr:
		if p, ok := x.X.(*ast.Ident); ok {
			return p.Name + "." + x.Sel.Name
		}
	}
	return ""
}

func rankOf(name string) int {
	name = strings.ToLower(name)
	if i := slices.IndexFunc(wanted, func(w string) bool { return strings.Contains(name, w) }); i >= 0 {
		return i
	}
	return len(wanted)
}
