// Command types finds out whether the code compiles on other systems: it checks the types of all packages, tests
// too, as they are there without cgo. It makes no code, and so takes seconds where building takes minutes.
//
//	go run -C tools ./types linux/arm64 windows/amd64
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/tools/go/packages"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	stdout, stderr := os.Stdout, os.Stderr //nolint:forbidigo // a main may
	if err := run(ctx, os.Args[1:], stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "types:", err)
		os.Exit(1) //nolint:forbidigo // a main may
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var dir string
	flags := flag.NewFlagSet("types", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&dir, "dir", "..", "the `folder` of the module")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	case flags.NArg() == 0:
		return errors.New("name a platform, such as windows/amd64")
	}
	failed := false
	for _, platform := range flags.Args() {
		begin := time.Now()
		found, err := check(ctx, dir, platform)
		if err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
		for _, e := range found {
			fmt.Fprintf(stderr, "%s: %s\n", platform, e)
		}
		failed = failed || len(found) > 0
		fmt.Fprintf(stdout, "%s: %d errors, %s\n", platform, len(found), time.Since(begin).Round(time.Second))
	}
	if failed {
		return errors.New("the code does not compile everywhere")
	}
	return nil
}

// check returns what does not compile on a platform in the packages of a module.
func check(ctx context.Context, dir, platform string) ([]string, error) {
	system, processor, ok := strings.Cut(platform, "/")
	if !ok {
		return nil, errors.New("not a platform such as windows/amd64")
	}
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	list, err := packages.Load(&packages.Config{
		Context: ctx, Dir: root, Tests: true, ParseFile: shortened(root),
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedDeps |
			packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedTypesSizes | packages.NeedEmbedPatterns,
		Env: append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+processor, "GOFLAGS=-mod=readonly"),
	}, "./...")
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errors.New("there are no packages")
	}
	var found []string
	for _, p := range list {
		if strings.HasSuffix(p.ID, ".test") { // a main that go test makes up
			continue
		}
		for _, e := range p.Errors {
			found = append(found, strings.ReplaceAll(e.Error(), root+string(filepath.Separator), ""))
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil // a package and its test variant have the same errors
}

// shortened parses files, those of others without what is in their functions: that they compile is not our concern.
func shortened(root string) func(*token.FileSet, string, []byte) (*ast.File, error) {
	return func(files *token.FileSet, name string, text []byte) (*ast.File, error) {
		if strings.HasPrefix(name, root) {
			return parser.ParseFile(files, name, text, parser.AllErrors)
		}
		file, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
		if err != nil {
			return file, err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				f.Body = nil
			}
		}
		return file, nil
	}
}
