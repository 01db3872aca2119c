// Package architecture_test holds the tree against the design: imports point one way, and files
// and functions stay small.
package architecture_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/bailiff-dev/bailiff/"

// bans lists what must not depend on what, directly or not, each with its reason. A package stands
// for those below it too.
var bans = []struct{ from, to, reason string }{
	{"server", "harness", "the server under test and the harness share HTTP and nothing else"},
	{"harness", "server", "the harness must work on any server"},
	{"harness", "factories", "the harness must work on any database"},
	{"harness", "hooks", "hooks are what users write"},
	{"harness", "internal", "the product does not know its command line"},
	{"server/laboratory", "server", "the laboratory knows nothing of the event API"},
	{"server/laboratory/evaluation", "", "what is called is found by reflection"},
	{"server/laboratory/instrument", "", "an instrument does not know who calls it"},
	{"factories", "harness", "factories work on any Postgres connection"},
	{"factories", "server/internal", "factories know tables, not the server"},
	{"blueprints", "", "documentation depends on nothing"},
	{"harness/transaction", "", "the vocabulary imports the standard library only"},
	{"harness/internal/apib", "harness/hook", "a stage knows the vocabulary and nothing of its neighbours"},
	{"harness/internal/compile", "harness/internal/apib", "what formats share does not know them"},
	{"harness/internal/compile", "harness/internal/openapi", "what formats share does not know them"},
	{"harness/internal/apib", "harness/internal/openapi", "one format does not know another"},
	{"harness/internal/openapi", "harness/internal/apib", "one format does not know another"},
	{"harness/internal/openapi/source", "harness/internal/compile", "reading comes before compiling"},
	{"harness/internal/cache", "harness/internal/apib", "what is kept does not know the formats"},
	{"harness/internal/cache", "harness/internal/openapi", "what is kept does not know the formats"},
	{"harness/internal/description", "harness/internal/compile", "reading comes before compiling"},
	{"harness/internal/exchange", "harness/internal/gavel", "a stage knows the vocabulary and nothing of its neighbours"},
	{"harness/internal/gavel", "harness/internal/exchange", "a stage knows the vocabulary and nothing of its neighbours"},
	{"harness/internal/gavel", "harness/internal/compile", "a stage knows the vocabulary and nothing of its neighbours"},
	{"harness/internal/report", "harness/internal/gavel", "reporters turn values into text and judge nothing"},
	{"harness/internal/content", "harness/internal/gavel", "what bytes say is found out before it is judged"},
	{"harness/internal/permission", "harness/internal/compile", "a stage knows the vocabulary and nothing of its neighbours"},
	{"harness/internal/permission", "harness/hook", "a table does not know who seeds what it says"},
	{"harness/internal/recording", "harness/internal/gavel", "a recording is read, not judged"},
	{"harness/internal/sanitize", "harness/internal/report", "secrets are taken out of values, whoever writes them"},
	{"harness/internal/report", "harness/internal/recording", "reporters turn values into text, wherever they come from"},
	{"harness/hook", "harness/internal", "hooks know transactions, not how they are run"},
	{"harness/postgres", "harness/hook", "a database does not know who uses it"},
	{"harness/postgres", "harness/redis", "a service does not know another one"},
	{"harness/redis", "harness/postgres", "a service does not know another one"},
	{"harness/redis", "harness/hook", "a service does not know who uses it"},
	{"harness/internal/container", "harness/postgres", "a container does not know what runs in it"},
	{"harness/internal/container", "harness/redis", "a container does not know what runs in it"},
	{"harness/hook", "harness/redis", "hooks reach Redis through the server under test, if at all"},
	{"server/internal/engine", "server/internal/queue", "resources are declared; who has jobs says so beside them"},
	{"server/internal/health", "server/internal/engine", "a check knows what it asks, not what is served"},
	{"server/web", "server/internal", "what serves any handler does not know this one"},
}

// edge is a ban, by its ends.
type edge struct{ from, to string }

// allowed lists what a ban does not speak of, with reasons.
var allowed = map[edge]map[string]string{
	{"harness/hook", "harness/internal"}: {
		"harness/internal/glob":    "hook files are named by patterns, as descriptions are",
		"harness/internal/process": "hooks in other languages are programs",
	},
	{"server/laboratory", "server"}: {
		"server/laboratory/evaluation": "its own part",
		"server/laboratory/instrument": "its own part",
		"server/password":              "both APIs hash passwords alike",
	},
}

func TestImportsPointOneWay(t *testing.T) {
	t.Parallel()
	imports := dependencies(t)
	for _, ban := range bans {
		matched := false
		for pkg, deps := range imports {
			if !within(pkg, ban.from) {
				continue
			}
			matched = true
			for _, dep := range deps {
				if allowed[edge{ban.from, ban.to}][dep] != "" {
					continue
				}
				if ban.to == "" || within(dep, ban.to) {
					assert.Failf(t, "import that points the wrong way", "%s imports %s: %s", pkg, dep, ban.reason)
				}
			}
		}
		assert.Truef(t, matched, "no package is at %q any more: drop or mend its row", ban.from)
	}
}

// dependencies returns, for each package of the module, the packages of the module that it needs.
func dependencies(t *testing.T) map[string][]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, module+"...")
	list.Dir = root
	out, err := list.Output()
	require.NoError(t, err)
	all := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], module)
		all[pkg] = []string{}
		for _, dep := range fields[1:] {
			if rest, ok := strings.CutPrefix(dep, module); ok {
				all[pkg] = append(all[pkg], rest)
			}
		}
	}
	require.NotEmpty(t, all)
	return all
}

func within(pkg, folder string) bool { return pkg == folder || strings.HasPrefix(pkg, folder+"/") }

const (
	root        = "../.."
	maxFile     = 500 // lines
	maxFunction = 90  // lines
)

func TestFilesAndFunctionsAreSmall(t *testing.T) {
	t.Parallel()
	seen := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		seen++
		measure(t, path)
		return nil
	})
	require.NoError(t, err)
	require.NotZero(t, seen)
}

func measure(t *testing.T, path string) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	lines := set.File(file.FileStart).LineCount()
	assert.LessOrEqualf(t, lines, maxFile, "%s has %d lines", path, lines)
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			n := set.Position(f.End()).Line - set.Position(f.Pos()).Line + 1
			assert.LessOrEqualf(t, n, maxFunction, "%s: %s has %d lines", path, f.Name.Name, n)
		}
	}
}
