package handler_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/hook/handler"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// needNode skips the test on a machine without Node.js, and fails it where CI is set.
func needNode(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// script is a run with JavaScript hooks.
type script struct {
	*handler.Handler
	run     *hook.Run
	printed *printed
	hooks   []hook.Registered
}

// printed keeps what hooks print.
type printed struct{ lines chan handler.Line }

// next is the next line of a kind.
func (p *printed) next(t *testing.T, kind handler.Kind) string {
	t.Helper()
	for {
		select {
		case l := <-p.lines:
			if l.Kind == kind {
				return l.Text
			}
		case <-time.After(20 * time.Second):
			t.Fatal("nothing was printed")
		}
	}
}

func runScript(t *testing.T, cfg handler.Config, code string, ts ...*transaction.Transaction) *script {
	t.Helper()
	needNode(t)
	if len(cfg.Files) == 0 {
		file := filepath.Join(t.TempDir(), "hooks.js")
		require.NoError(t, os.WriteFile(file, []byte("const hooks = require('hooks');\n"+code), 0o600))
		cfg.Files = []string{file}
	}
	p := &printed{make(chan handler.Line, 10000)}
	cfg.Language, cfg.Log = handler.JavaScript, func(l handler.Line) { p.lines <- l }
	h, err := handler.Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.Close(context.Background())) })
	registered, err := h.Load(t.Context(), ts)
	require.NoError(t, err)
	return &script{h, hook.NewRun(t.Context(), ts), p, registered}
}

func item(name string) *transaction.Transaction {
	return &transaction.Transaction{
		Name: transaction.Name(name), Origin: transaction.Origin{ActionName: name},
		Request:  transaction.Request{Method: "GET", URI: "/" + name},
		Expected: transaction.Response{StatusCode: 200}, Protocol: "http:", Host: "127.0.0.1", Port: "80", FullPath: "/" + name,
	}
}

func (s *script) caseOf(t *transaction.Transaction) *hook.Case {
	return hook.NewCase(s.run.Context(), s.run, t, nil, nil)
}

func TestJavaScriptTellsWhatItIsRegisteredFor(t *testing.T) {
	t.Parallel()
	s := runScript(t, handler.Config{}, `hooks.before('a', (t) => {});
hooks.beforeEach((t) => {});
hooks.after('b', (t) => {});`, item("a"))

	require.Equal(t, []hook.Registered{
		{Name: "a", Kind: "before", At: transaction.Position{File: "hooks.js", Line: 2}},
		{Name: "b", Kind: "after", At: transaction.Position{File: "hooks.js", Line: 4}},
	}, s.hooks)
	require.Len(t, hook.Unmatched(s.hooks, []*transaction.Transaction{item("a")}), 1)
}

// Hooks keep what they want in a transaction, and change others; both sides change it between two events.
func TestJavaScriptObjectsStayTheSame(t *testing.T) {
	t.Parallel()
	a, b := item("a"), item("b")
	s := runScript(t, handler.Config{}, `
let kept;
hooks.beforeAll((all) => { kept = all; });
hooks.before('a', (t) => {
  t.mine = { f() { return 'kept'; }, t };
  kept[1].request.headers = { 'X-From': 'a' };
  hooks.transactions.b.fullPath = '/b?from=a';
});
hooks.beforeValidation('a', (t) => { t.real.headers['x-hook'] = t.mine.f() + (t.mine.t === t && kept[0] === t); });
hooks.before('b', (t) => { t.request.headers['X-Go'] = t.expected.statusCode; });`, a, b)

	require.NoError(t, s.RunBeforeAll(s.run))
	c := s.caseOf(a)
	require.NoError(t, s.RunBefore(c))
	a.Real = &transaction.Response{StatusCode: 200, Body: "{}"}
	require.NoError(t, s.RunBeforeValidation(c))
	b.Expected.StatusCode = 418 // as a hook in Go may do meanwhile
	other := s.caseOf(b)
	require.NoError(t, s.RunBefore(other))

	require.NoError(t, c.Reported())
	require.NoError(t, other.Reported())
	hooked, _ := a.Real.Headers.Get("x-hook")
	assert.Equal(t, "kepttrue", hooked)
	assert.Equal(t, "/b?from=a", b.FullPath)
	assert.Equal(t, 418, b.Expected.StatusCode)
	from, _ := b.Request.Headers.Get("X-From")
	seen, _ := b.Request.Headers.Get("X-Go")
	assert.Equal(t, []string{"a", "418"}, []string{from, seen})
}

// What another handler, or a hook in Go, adds and takes away before beforeAll is known to hooks.
func TestJavaScriptFollowsTheList(t *testing.T) {
	t.Parallel()
	a, b, added := item("a"), item("b"), item("added")
	s := runScript(t, handler.Config{}, `
hooks.beforeAll((all) => {
  console.log(all.map((t) => t.name).join(), hooks.transactions.b === all[0], hooks.transactions.added === all[1]);
  all.push(all.shift());
});
hooks.afterAll((all) => console.log(all.map((t) => t.name).join()));`, a, b)
	s.run.Transactions = []*transaction.Transaction{b, added}

	require.NoError(t, s.RunBeforeAll(s.run))
	require.NoError(t, s.RunAfterAll(s.run))

	require.Equal(t, []*transaction.Transaction{added, b}, s.run.Transactions, "the very same ones")
	require.Equal(t, "b,added true true", s.printed.next(t, handler.Stdout))
	require.Equal(t, "added,b", s.printed.next(t, handler.Stdout))
}

func TestJavaScriptLosesNothing(t *testing.T) {
	t.Parallel()
	const many = 1000
	begun := time.Now()
	all := make([]*transaction.Transaction, many)
	for i := range all {
		all[i] = item(fmt.Sprintf("灯é😀 %d", i))
		all[i].Request.Body = strings.Repeat("灯é😀", i)
	}
	s := runScript(t, handler.Config{}, `
let n = 0;
hooks.beforeEach((t) => { t.request.body += '€' + n; n += 1; });
hooks.afterAll((all) => console.log(n, all.length, all.every((t, i) => t.request.body.endsWith('€' + i))));`, all...)

	require.NoError(t, s.RunBeforeAll(s.run))
	for _, tr := range all {
		c := s.caseOf(tr)
		require.NoError(t, s.RunBefore(c))
		require.NoError(t, c.Reported())
		require.NoError(t, s.RunAfter(c))
	}
	require.NoError(t, s.RunAfterAll(s.run))

	for i, tr := range all {
		require.Equal(t, strings.Repeat("灯é😀", i)+fmt.Sprintf("€%d", i), tr.Request.Body)
	}
	require.Equal(t, "1000 1000 true", s.printed.next(t, handler.Stdout))
	// Two small messages in a row, and the second waits for 40 ms: 1,000 would take that many times longer.
	require.Less(t, time.Since(begun), 30*time.Second)
}

func TestJavaScriptBodyOfBytes(t *testing.T) {
	t.Parallel()
	a := item("a")
	s := runScript(t, handler.Config{}, `hooks.before('a', (t) => { t.request.body = new Uint8Array([0xff, 0, 0xfe]); });`, a)
	require.NoError(t, s.RunBeforeAll(s.run))

	require.NoError(t, s.RunBefore(s.caseOf(a)))

	require.Equal(t, "\xff\x00\xfe", a.Request.Body)
}

func TestJavaScriptMistakes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ code, want string }{
		"throws":              {"throw new TypeError('no such thing')", "TypeError: no such thing"},
		"throws text":         {"throw 'text'", "before hook (hooks.js:2): text"},
		"throws an object":    {"throw { code: 5 }", "a hook threw  code=5"},
		"throws nothing":      {"throw undefined", "a hook threw nothing"},
		"rejects":             {"return Promise.reject(new Error('rejected'))", "Error: rejected"},
		"rejects nothing":     {"return Promise.reject()", "a promise was rejected without a reason"},
		"is never fulfilled":  {"return new Promise(() => {})", "took more than 200 ms and was given up: its promise was not fulfilled"},
		"cannot be inspected": {"const e = new Error('odd'); e.stack = undefined; throw e", "Error: odd"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := item("a")
			s := runScript(t, handler.Config{Timeout: 200 * time.Millisecond}, "hooks.before('a', (t) => { "+c.code+" });", a)
			require.NoError(t, s.RunBeforeAll(s.run))
			one := s.caseOf(a)

			require.NoError(t, s.RunBefore(one))

			require.ErrorContains(t, one.Reported(), c.want)
			require.ErrorContains(t, one.Reported(), "before hook (hooks.js:2)")
			require.NotContains(t, one.Reported().Error(), ".cjs", "the worker is nobody's business")
		})
	}
}

func TestJavaScriptThatGivesNoWayEndsTheRun(t *testing.T) {
	t.Parallel()
	a := item("a")
	s := runScript(t, handler.Config{Timeout: 100 * time.Millisecond}, "hooks.before('a', (t) => { for (;;); });", a)
	require.NoError(t, s.RunBeforeAll(s.run))

	err := s.RunBefore(s.caseOf(a))

	require.ErrorIs(t, err, handler.ErrGone)
	require.ErrorIs(t, err, hook.ErrAbort)
	require.ErrorContains(t, err, "before hook (hooks.js:2) keeps it busy")
}

func TestJavaScriptEndsWithTheConnection(t *testing.T) {
	t.Parallel()
	s := runScript(t, handler.Config{}, "setInterval(() => {}, 1000); process.on('SIGTERM', () => {});", item("a"))
	begun := time.Now()

	require.NoError(t, s.Close(context.Background()))

	require.Less(t, time.Since(begun), 4*time.Second, "it did not have to be killed")
}

func TestTypeScriptIsRefusedWhereNodeCannotRunIt(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "hooks.ts")
	require.NoError(t, os.WriteFile(file, []byte("import hooks from 'hooks';\nconst name: string = 'a';\nhooks.before(name, (t: any) => {});\n"), 0o600))
	// A Node that has it takes this as the answer, and one that has not, too.
	without := filepath.Join(t.TempDir(), "without.cjs")
	require.NoError(t, os.WriteFile(without, []byte("Object.defineProperty(process.features, 'typescript', { value: false });\n"), 0o600))
	s := runScript(t, handler.Config{Files: []string{file}, Env: append(os.Environ(), "NODE_OPTIONS=--require "+without)}, "", item("a"))

	require.Contains(t, s.printed.next(t, handler.Warning), "runs no TypeScript: use 22.18 or newer")
	require.Empty(t, s.hooks)
}

func TestTypeScript(t *testing.T) {
	t.Parallel()
	needNode(t)
	out, err := exec.CommandContext(t.Context(), "node", "-p", "Boolean(process.features.typescript)").Output()
	require.NoError(t, err)
	if strings.TrimSpace(string(out)) != "true" {
		t.Skip("this Node runs no TypeScript")
	}
	file := filepath.Join(t.TempDir(), "hooks.ts")
	require.NoError(t, os.WriteFile(file, []byte("import hooks from 'hooks';\nconst name: string = 'a';\nhooks.before(name, (t: any) => {});\n"), 0o600))

	s := runScript(t, handler.Config{Files: []string{file}}, "", item("a"))

	require.Len(t, s.hooks, 1)
}

func TestJavaScriptWithoutNode(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hooks.js")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	t.Setenv("PATH", t.TempDir()) // not parallel: it sets the environment

	_, err := handler.Start(t.Context(), handler.Config{Language: handler.JavaScript, Files: []string{file}})

	require.ErrorContains(t, err, "JavaScript hooks need Node.js")
	require.ErrorContains(t, err, "nodejs.org")
}

func TestMissingHandlerIsToldBeforeABusyPort(t *testing.T) {
	t.Parallel()
	var listen net.ListenConfig
	l, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	port := l.Addr().(*net.TCPAddr).Port

	_, err = handler.Start(t.Context(), handler.Config{Language: "python", Port: port, Env: []string{"PATH=" + t.TempDir()}})

	require.ErrorContains(t, err, "pip install dredd_hooks")
}
