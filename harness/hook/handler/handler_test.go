//go:build linux

package handler_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/hook/handler"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// journal keeps the log of a handler.
type journal struct {
	mu    sync.Mutex
	lines []handler.Line
}

func (j *journal) add(l handler.Line) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, l)
}

func (j *journal) of(kind handler.Kind) (texts []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, l := range j.lines {
		if l.Kind == kind {
			texts = append(texts, l.Text)
		}
	}
	return texts
}

// first is the first line that the handler printed. It may come later than the handler answers.
func (j *journal) first(t *testing.T) string {
	t.Helper()
	require.Eventually(t, func() bool { return len(j.of(handler.Stdout)) > 0 }, 20*time.Second, time.Millisecond)
	return j.of(handler.Stdout)[0]
}

// group is the process group of the handler, which it told in its first line.
func (j *journal) group(t *testing.T) int {
	t.Helper()
	for _, text := range j.of(handler.Stdout) {
		if rest, ok := strings.CutPrefix(text, "pid "); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			require.NoError(t, err)
			return n
		}
	}
	return 0
}

// requireNoOrphan looks through the process table.
func (j *journal) requireNoOrphan(t *testing.T) {
	t.Helper()
	group := j.group(t)
	if group == 0 {
		return // it died before it said a word, and Stop would have told
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	for _, path := range stats {
		b, err := os.ReadFile(path) //nolint:gosec // it is the process table
		if err != nil {
			continue
		}
		fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		alive := fields[0] != "Z" && fields[0] != "X"
		require.Falsef(t, alive && fields[2] == strconv.Itoa(group), "an orphan: %s", b)
	}
}

func config(mode string, j *journal) handler.Config {
	return handler.Config{
		Command:  []string{os.Args[0]},
		Name:     "stress",
		FreePort: true,
		Env:      append(os.Environ(), envMode+"="+mode),
		Log:      j.add,
		Timeout:  20 * time.Second,
	}
}

// start starts a handler, and makes sure at the end that nothing of it is left.
func start(t *testing.T, cfg handler.Config, j *journal) *handler.Handler {
	t.Helper()
	h, err := handler.Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { closeAll(t, h, j) })
	return h
}

func closeAll(t *testing.T, h *handler.Handler, j *journal) {
	t.Helper()
	begun := time.Now()
	require.NoError(t, h.Close(context.Background()))
	require.Less(t, time.Since(begun), 8*time.Second)
	j.requireNoOrphan(t)
}

func machine(name string) *transaction.Transaction {
	return &transaction.Transaction{
		Name: transaction.Name(name), Origin: transaction.Origin{ActionName: name},
		Request:  transaction.Request{Method: "GET", URI: "/" + name, Headers: transaction.Headers{{Name: "Accept", Value: "*/*"}}},
		Expected: transaction.Response{StatusCode: 200}, Protocol: "http:", Host: "127.0.0.1", Port: "80",
	}
}

func machines(names ...string) (ts []*transaction.Transaction) {
	for _, n := range names {
		ts = append(ts, machine(n))
	}
	return ts
}

func caseOf(ctx context.Context, t *transaction.Transaction) *hook.Case {
	return hook.NewCase(ctx, nil, t, nil, nil)
}

// lifecycle is what a run of one transaction asks of a handler; it ends at the first error, as a run
// does, and says at which event.
func lifecycle(ctx context.Context, h *handler.Handler) (string, *transaction.Transaction, error) {
	t := machine("a")
	all := hook.NewRun(ctx, []*transaction.Transaction{t})
	c := hook.NewCase(ctx, all, t, nil, nil)
	if err := h.RunBeforeAll(all); err != nil {
		return "beforeAll", t, err
	}
	if err := h.RunBefore(c); err != nil {
		return "beforeEach", t, err
	}
	t.Real = &transaction.Response{StatusCode: 200, Body: "ok"}
	if err := h.RunBeforeValidation(c); err != nil {
		return "beforeEachValidation", t, err
	}
	c.Outcome = &transaction.Outcome{Transaction: t, Started: time.Now()}
	if err := h.RunAfter(c); err != nil {
		return "afterEach", t, err
	}
	if err := h.RunAfterAll(all); err != nil {
		return "afterAll", t, err
	}
	return "", t, nil
}

func TestLifecycleOfAGoodHandler(t *testing.T) {
	t.Parallel()
	j, order := &journal{}, &bytes.Buffer{}
	cfg := config("echo", j)
	cfg.Order = order
	h := start(t, cfg, j)

	_, tr, err := lifecycle(t.Context(), h)

	require.NoError(t, err)
	require.NoError(t, h.Err())
	by, _ := tr.Request.Headers.Get("X-By")
	require.Equal(t, strconv.Itoa(j.group(t)), by)
	require.Equal(t, "FOR TESTING ONLY\n0 before all modification\n1 before each modification\n2 before modification\n"+
		"3 before each validation modification\n4 before validation modification\n5 after modification\n"+
		"6 after each modification\n7 after all modification\nFOR TESTING ONLY\n", order.String())
	require.Contains(t, j.of(handler.Stdout), "Starting")
	require.Contains(t, j.of(handler.Stderr), "about to serve")
	require.Equal(t, "stress: x", handler.Line{Handler: h.String(), Text: "x"}.String())
}

func TestOrderNeedsNotes(t *testing.T) {
	t.Parallel()
	j := &journal{}
	cfg := config("twice", j)
	cfg.Order = &bytes.Buffer{}
	h := start(t, cfg, j)

	err := h.RunAfterAll(hook.NewRun(t.Context(), machines("a")))

	require.EqualError(t, err, "hooks must modify transaction.hooks_modifications")
}

// What ends a handler is told at once, in one message, and nothing is left.
func TestHandlersThatAreGone(t *testing.T) {
	t.Parallel()
	const nameError = "\nits last output:\n"
	type row struct{ mode, event, want string }
	rows := []row{
		{"garbage@beforeEach", "beforeEach", `sent what is no message of Dredd's protocol: "Traceback (most recent call last):" is no JSON: invalid character 'T' looking for beginning of value`},
		{"garbage-exit0@beforeEach", "beforeEach", `sent what is no message of Dredd's protocol: "Traceback`},
		{"garbage@connect", "", `sent what is no message of Dredd's protocol: `},
		{"huge@afterEach", "afterEach", "sent a message of more than 64 MiB, which is more than allowed"},
		{"half@beforeAll", "beforeAll", "closed its connection in the middle of a message, but still runs"},
		{"close@beforeEachValidation", "beforeEachValidation", "closed its connection, but still runs"},
		{"close@connect", "", "closed its connection, but still runs"},
		{"exit1@connect", "", "exited with status: 1" + nameError},
	}
	for _, event := range []string{"beforeAll", "beforeEach", "beforeEachValidation", "afterEach", "afterAll"} {
		rows = append(rows,
			row{"exit0@" + event, event, "exited with status: 0" + nameError},
			row{"exit1@" + event, event, "exited with status: 1" + nameError},
			row{"signal@" + event, event, "was killed by SIGKILL" + nameError})
	}
	for _, tc := range rows {
		t.Run(tc.mode, func(t *testing.T) {
			t.Parallel()
			j := &journal{}
			cfg := config(tc.mode, j)
			h, err := handler.Start(t.Context(), cfg)
			require.NoError(t, err)
			t.Cleanup(func() { closeAll(t, h, j) })
			begun := time.Now()

			event, _, err := lifecycle(t.Context(), h)

			require.ErrorIs(t, err, handler.ErrGone)
			require.Less(t, time.Since(begun), 10*time.Second, "long before the time-out")
			require.ErrorContains(t, err, "hooks handler process '"+os.Args[0]+"' "+tc.want)
			if tc.event != "" {
				require.Equal(t, tc.event, event)
			}
			if strings.Contains(tc.mode, "exit1") {
				require.ErrorContains(t, err, "\n  NameError: name 'x' is not defined")
			}
			<-h.Gone()
			var gone *handler.GoneError
			require.ErrorAs(t, h.Err(), &gone)
			require.Equal(t, "stress", gone.Handler)
			if strings.Contains(tc.mode, "exit1") {
				require.Len(t, gone.Output, 10, "the last ones")
				require.Less(t, len(gone.Error()), 4000)
			}
			_, _, again := lifecycle(t.Context(), h)
			require.Equal(t, err, again, "the same message, whoever asks")
		})
	}
}

func TestHandlersThatDoNotStart(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		mode, want string
		gone       bool
	}{
		{"exit0@start", "exited with status: 0 before it listened on 127.0.0.1:", true},
		{"exit1@start", "exited with status: 1 before it listened on 127.0.0.1:", true},
		{"signal@start", "was killed by SIGKILL before it listened on 127.0.0.1:", true},
		{"never", "runs, but does not listen on 127.0.0.1:", false},
	} {
		t.Run(tc.mode, func(t *testing.T) {
			t.Parallel()
			j := &journal{}
			cfg := config(tc.mode, j)
			if !tc.gone {
				cfg.ConnectTimeout = 2 * time.Second
			}
			begun := time.Now()

			_, err := handler.Start(t.Context(), cfg)

			require.ErrorContains(t, err, "hooks handler process '"+os.Args[0]+"' "+tc.want)
			lastWords := "about to serve"
			if tc.mode == "exit1@start" {
				lastWords = "NameError: name 'x' is not defined"
			}
			require.ErrorContains(t, err, lastWords, "its last output")
			require.Equal(t, tc.gone, errors.Is(err, handler.ErrGone))
			require.Less(t, time.Since(begun), 9*time.Second)
			j.requireNoOrphan(t)
		})
	}
}

func TestInterruptedStart(t *testing.T) {
	t.Parallel()
	j := &journal{}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(200*time.Millisecond, cancel)

	_, err := handler.Start(ctx, config("never", j))

	require.ErrorIs(t, err, context.Canceled)
	j.requireNoOrphan(t)
}

func TestHandlersThatDisturbButServe(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"late", "slow", "wrong-event", "twice", "flood", "bytes", "babble", "deaf", "children", "daemon"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			j := &journal{}
			cfg := config(mode, j)
			cfg.TermTimeout, cfg.TermRetry = 300*time.Millisecond, 50*time.Millisecond
			h := start(t, cfg, j)
			if mode == "daemon" {
				require.Eventually(t, func() bool {
					return slices.Contains(j.of(handler.Debug), "exited with status: 0, but the connection is still open")
				}, 10*time.Second, time.Millisecond)
			}

			event, tr, err := lifecycle(t.Context(), h)

			require.NoError(t, err, event)
			require.Equal(t, transaction.Name("a"), tr.Name)
			require.Empty(t, tr.Fail)
			switch mode {
			case "flood":
				require.Greater(t, len(j.of(handler.Debug)), 49_000)
			case "babble":
				require.Eventually(t, func() bool { return len(j.of(handler.Stdout)) > 100_000 }, 10*time.Second, time.Millisecond)
			}
		})
	}
}

func TestTimeOutFailsTheTransactionInDreddsWords(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"silent", "wrong-uuid", "no-uuid", "unread@beforeAll"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			j := &journal{}
			cfg := config(mode, j)
			cfg.Timeout = 100 * time.Millisecond
			h := start(t, cfg, j)

			_, tr, err := lifecycle(t.Context(), h)

			require.NoError(t, err)
			require.Equal(t, "Hook timed out.", tr.Fail)
			require.Equal(t, []string{
				"hook handling timed out: no answer to beforeAll within 100ms (--hooks-worker-timeout)",
				"hook handling timed out: no answer to beforeEach of a within 100ms (--hooks-worker-timeout)",
				"hook handling timed out: no answer to beforeEachValidation of a within 100ms (--hooks-worker-timeout)",
				"hook handling timed out: no answer to afterEach of a within 100ms (--hooks-worker-timeout)",
				"hook handling timed out: no answer to afterAll within 100ms (--hooks-worker-timeout)",
			}, j.of(handler.Warning))
		})
	}
}

func TestLateAnswerIsPassedOver(t *testing.T) {
	t.Parallel()
	j := &journal{}
	cfg := config("late-answer@beforeEach", j)
	cfg.Timeout = 200 * time.Millisecond
	h := start(t, cfg, j)
	tr := machine("a")
	c := caseOf(t.Context(), tr)

	require.NoError(t, h.RunBefore(c))
	require.Equal(t, "Hook timed out.", tr.Fail)
	require.Eventually(t, func() bool { return len(j.of(handler.Debug)) == 1 }, 10*time.Second, time.Millisecond)
	require.NoError(t, h.RunAfter(c))

	require.Equal(t, transaction.Name("a"), tr.Name)
	require.Contains(t, j.of(handler.Debug)[0], "a message that nobody waits for is passed over (event \"beforeEach\"")
}

func TestUnreadMessageTooLongForTheSocket(t *testing.T) {
	t.Parallel()
	j := &journal{}
	cfg := config("unread@beforeAll", j)
	cfg.Timeout = 300 * time.Millisecond
	h := start(t, cfg, j)
	tr := machine("a")
	tr.Request.Body = strings.Repeat("x", 12<<20)
	begun := time.Now()

	for range 3 {
		require.NoError(t, h.RunBeforeAll(hook.NewRun(t.Context(), []*transaction.Transaction{tr})))
	}

	require.Less(t, time.Since(begun), 30*time.Second)
	require.Len(t, j.of(handler.Warning), 3)
}

func TestAnswersThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ mode, event, want string }{
		{"text-data@beforeEach", "beforeEach", "hooks handler stress answered beforeEach with what makes no sense: read a transaction: it is no JSON object"},
		{"text-data@beforeAll", "beforeAll", "hooks handler stress answered beforeAll with what makes no sense: read the list of transactions: it is no JSON array"},
		{"text-data@afterAll", "afterAll", "hooks handler stress answered afterAll with what makes no sense: read the list of transactions: it is no JSON array"},
		{"latin1@beforeEach", "beforeEach", `hooks handler stress answered beforeEach with what makes no sense: read request of a transaction: unsupported bodyEncoding "latin1": use utf-8 or base64`},
	} {
		t.Run(tc.mode, func(t *testing.T) {
			t.Parallel()
			j := &journal{}
			h := start(t, config(tc.mode, j), j)

			event, _, err := lifecycle(t.Context(), h)

			require.EqualError(t, err, tc.want)
			require.Equal(t, tc.event, event)
			require.NoError(t, h.Err(), "the next transaction may be better")
			require.NoError(t, h.RunAfter(caseOf(t.Context(), machine("b"))))
		})
	}
}

func TestContextEndsTheWait(t *testing.T) {
	t.Parallel()
	j := &journal{}
	cfg := config("silent", j)
	cfg.Timeout = -1
	h := start(t, cfg, j)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	var all sync.WaitGroup
	begun := time.Now()
	for i := range 4 { // one waits for the answer, the others for their turn
		all.Go(func() {
			assert.ErrorIs(t, h.RunBefore(caseOf(ctx, machine(strconv.Itoa(i)))), context.Canceled)
		})
	}
	all.Wait()
	require.Less(t, time.Since(begun), 10*time.Second)
}

func TestCloseEndsTheWait(t *testing.T) {
	t.Parallel()
	j := &journal{}
	h, err := handler.Start(t.Context(), config("silent", j))
	require.NoError(t, err)
	failed := make(chan error, 1)
	go func() { failed <- h.RunBefore(caseOf(t.Context(), machine("a"))) }()
	require.Eventually(t, func() bool { return strings.Contains(fmt.Sprint(j.of(handler.Stdout)), "event beforeEach") }, 10*time.Second, time.Millisecond)

	closeAll(t, h, j)

	require.ErrorIs(t, <-failed, handler.ErrGone)
	_, port, err := net.SplitHostPort(h.Address())
	require.NoError(t, err)
	n, err := strconv.Atoi(port)
	require.NoError(t, err)
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", n+1))
	require.NoError(t, err, "what kept the port from others is gone")
	require.NoError(t, l.Close())
	require.NoError(t, h.Close(t.Context()), "again")
}

func TestCloseKillsAtOnceWhenInterrupted(t *testing.T) {
	t.Parallel()
	j := &journal{}
	cfg := config("deaf", j)
	cfg.TermTimeout = time.Hour
	h, err := handler.Start(t.Context(), cfg)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	require.NoError(t, h.Close(ctx))
	j.requireNoOrphan(t)
}

func TestManyTransactionsAtOnce(t *testing.T) {
	t.Parallel()
	j := &journal{}
	h := start(t, config("echo", j), j)
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			tr := machine(strconv.Itoa(i))
			c := caseOf(t.Context(), tr)
			assert.NoError(t, h.RunBefore(c))
			tr.Real = &transaction.Response{StatusCode: 200}
			assert.NoError(t, h.RunBeforeValidation(c))
			assert.NoError(t, h.RunAfter(c))
			assert.Equal(t, transaction.Name(strconv.Itoa(i)), tr.Name)
		})
	}
	all.Wait()
}

func withData(mode, data string, j *journal) handler.Config {
	cfg := config(mode, j)
	cfg.Env = append(cfg.Env, envMode+"_DATA="+data)
	return cfg
}

func element(name, more string) string {
	return fmt.Sprintf(`{"id":"GET (200) /%s","origin":{"filename":"","apiName":"","resourceGroupName":"","resourceName":"","actionName":"%s","exampleName":""}%s}`, name, name, more)
}

func TestBeforeAllChangesTheList(t *testing.T) {
	t.Parallel()
	a, b, c := element("a", ""), element("b", ""), element("c", "")
	for _, tc := range []struct {
		name, answer string
		want         []string // the names, with "+" for those that are not the ones of before
	}{
		{"nothing", `null`, []string{"a", "b", "c"}},
		{"same", `[` + a + `,` + b + `,` + c + `]`, []string{"a", "b", "c"}},
		{"changed", `[` + element("a", `,"name":"A"`) + `,` + b + `,` + c + `]`, []string{"A", "b", "c"}},
		{"moved", `[` + c + `,` + a + `,` + b + `]`, []string{"c", "a", "b"}},
		{"shorter", `[` + a + `]`, []string{"a", "b", "c"}},
		{"shorter and moved", `[` + c + `]`, []string{"c", "b", "c+"}},
		{"copied", `[` + a + `,` + b + `,` + c + `,` + element("a", `,"name":"again"`) + `]`, []string{"a", "b", "c", "again+"}},
		{"added", `[` + a + `,` + b + `,` + c + `,` + element("n", `,"name":"new","fullPath":"/n"`) + `]`, []string{"a", "b", "c", "new+"}},
		{"another in its place", `[` + a + `,` + element("x", `,"name":"x"`) + `]`, []string{"a", "x", "c"}},
		{"null inside", `[null,` + b + `,null]`, []string{"a", "b", "c"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			j := &journal{}
			h := start(t, withData("data@beforeAll", tc.answer, j), j)
			before := machines("a", "b", "c")
			known := map[*transaction.Transaction]bool{before[0]: true, before[1]: true, before[2]: true}
			run := hook.NewRun(t.Context(), before)

			require.NoError(t, h.RunBeforeAll(run))

			var got []string
			for _, tr := range run.Transactions {
				name := string(tr.Name)
				if !known[tr] {
					name += "+"
				}
				got = append(got, name)
			}
			require.Empty(t, cmp.Diff(tc.want, got))
			require.NoError(t, h.RunAfterAll(run))
		})
	}
}

func TestBeforeAllListsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ answer, want string }{
		{`[1]`, "transaction 0: read a transaction: it is no JSON object"},
		{`[null,null]`, "transaction 1: it is null"},
	} {
		j := &journal{}
		h := start(t, withData("data@beforeAll", tc.answer, j), j)
		err := h.RunBeforeAll(hook.NewRun(t.Context(), machines("a")))
		require.EqualError(t, err, "hooks handler stress answered beforeAll with what makes no sense: "+tc.want)
	}
}

func TestOwnHandlersMaySayMore(t *testing.T) {
	t.Parallel()
	for _, event := range []string{"beforeAll", "beforeEach", "beforeEachValidation", "afterEach", "afterAll"} {
		t.Run(event, func(t *testing.T) {
			t.Parallel()
			j := &journal{}
			h := start(t, withData("more@"+event, `"error":"TypeError: x is undefined"`, j), j)
			tr := machine("a")
			run := hook.NewRun(t.Context(), []*transaction.Transaction{tr})
			c := hook.NewCase(t.Context(), run, tr, nil, nil)

			require.NoError(t, h.RunBeforeAll(run))
			require.NoError(t, h.RunBefore(c))
			require.NoError(t, h.RunBeforeValidation(c))
			require.NoError(t, h.RunAfter(c))
			require.NoError(t, h.RunAfterAll(run))

			reported := append(run.Reported(), c.Reported())
			require.EqualError(t, errors.Join(reported...), "TypeError: x is undefined")
		})
	}
}

func TestOwnHandlersMayTakeFromTheList(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ more, want string }{
		{`"length":1`, "a"},
		{`"length":9`, "ab"},
		{`"length":"x"`, "ab"},
		{`"length":-1`, "ab"},
	} {
		j := &journal{}
		h := start(t, withData("more@beforeAll", tc.more, j), j)
		run := hook.NewRun(t.Context(), machines("a", "b"))
		require.NoError(t, h.RunBeforeAll(run))
		got := ""
		for _, tr := range run.Transactions {
			got += string(tr.Name)
		}
		require.Equal(t, tc.want, got, tc.more)
	}
}

func TestHandlersThatCannotBeToldListenWhereDreddsDo(t *testing.T) {
	t.Parallel()
	j := &journal{}
	cfg := config("never", j)
	cfg.FreePort = false
	cfg.ConnectTimeout = 100 * time.Millisecond

	_, err := handler.Start(t.Context(), cfg)

	require.ErrorContains(t, err, " 127.0.0.1:61321")
	j.requireNoOrphan(t)
}

func TestAddressIsToldSoThatRunsDoNotCollide(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"dredd-hooks-python", "dredd-hooks-ruby"} {
		require.NoError(t, os.Symlink(os.Args[0], filepath.Join(dir, name)))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b.py"), nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.py"), nil, 0o600))
	python := func(j *journal, language string) handler.Config {
		return handler.Config{
			Language: language, Files: []string{"*.py", "./a.py"}, Dir: dir, Log: j.add,
			Env: append(os.Environ(), envMode+"=echo", "PATH="+dir),
		}
	}
	var hs []*handler.Handler
	for _, language := range []string{"python", "python", filepath.Join(dir, "dredd-hooks-python") + " -v"} {
		j := &journal{}
		h := start(t, python(j, language), j)
		hs = append(hs, h)
		tr := machine("a")
		require.NoError(t, h.RunBefore(caseOf(t.Context(), tr)))
		by, _ := tr.Request.Headers.Get("X-By")
		first := j.first(t)
		require.Equal(t, strconv.Itoa(j.group(t)), by, "its own handler answered")
		_, port, err := net.SplitHostPort(h.Address())
		require.NoError(t, err)
		require.Contains(t, first, "--host=127.0.0.1 --port="+port+" "+filepath.Join(dir, "a.py")+" "+filepath.Join(dir, "b.py"))
	}
	require.NotEqual(t, hs[0].Address(), hs[1].Address())
	require.Equal(t, "python", hs[0].String())
	require.Equal(t, "dredd-hooks-python", hs[2].String())

	j := &journal{}
	cfg := python(j, "ruby")
	cfg.Port = freePort(t)
	cfg.Language = fmt.Sprintf("dredd-hooks-python --port=%d --host=127.0.0.1", cfg.Port)
	start(t, cfg, j)
	require.Equal(t, 1, strings.Count(j.first(t), "--port"), "it was told already")

	j = &journal{}
	cfg = python(j, "ruby")
	cfg.Port = freePort(t)
	h := start(t, cfg, j)
	require.Equal(t, fmt.Sprintf("127.0.0.1:%d", cfg.Port), h.Address())
	require.NotContains(t, j.first(t), "--port", "it would take that for a file")
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	return l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it is one
}

func TestAddressInUse(t *testing.T) {
	t.Parallel()
	ours := &journal{}
	other := start(t, config("echo", ours), ours)
	_, port, err := net.SplitHostPort(other.Address())
	require.NoError(t, err)
	j := &journal{}
	cfg := config("echo", j)
	cfg.Port, err = strconv.Atoi(port)
	require.NoError(t, err)

	_, err = handler.Start(t.Context(), cfg)
	require.EqualError(t, err, "the hooks handler cannot listen on "+other.Address()+": the address is in use, by the handler of another run perhaps; "+
		"end that, or give this one another port (--hooks-worker-handler-port)")
}

func TestHandlerThatWasStartedByHand(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var all sync.WaitGroup
	all.Go(func() {
		conn, err := l.Accept() // once, as some do
		assert.NoError(t, err)
		assert.NoError(t, l.Close())
		_, _ = io.Copy(conn, conn)
		assert.NoError(t, conn.Close())
	})
	t.Cleanup(all.Wait)
	j := &journal{}
	cfg := config("never", j) // all the command does is wait
	cfg.FreePort = false
	cfg.Port = l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it is one
	cfg.AfterConnectWait = 10 * time.Millisecond
	h := start(t, cfg, j)

	_, tr, err := lifecycle(t.Context(), h)

	require.NoError(t, err)
	require.Empty(t, tr.Fail)
	require.Equal(t, []string{"something listens on " + h.Address() + " already, and is taken for the hooks handler"}, j.of(handler.Warning))
}

func TestConfigsThatCannotBe(t *testing.T) {
	t.Parallel()
	empty := append(os.Environ(), "PATH=", "GOBIN=/no/where")
	for _, tc := range []struct {
		name string
		cfg  handler.Config
		want string
	}{
		{"nothing", handler.Config{}, "no hooks handler: name a language or a command"},
		{"quote", handler.Config{Language: "x '"}, "read the command of the hooks handler: the command line x ' has a quote at character 3 that is not closed"},
		{"command", handler.Config{Language: "no-such-handler -x", Env: empty}, "hooks handler command not found: no-such-handler"},
		{"python", handler.Config{Language: "python", Env: empty}, "Python hooks handler command not found: dredd-hooks-python\nInstall it by running:\n$ pip install dredd_hooks"},
		{"ruby", handler.Config{Language: "ruby", Env: empty, Port: 1}, "Ruby hooks handler command not found: dredd-hooks-ruby\nInstall it by running:\n$ gem install dredd_hooks"},
		{"go", handler.Config{Language: "go", Env: empty, Port: 1}, "Go hooks handler command not found: /no/where/goodman\nInstall it by running:\n$ go install github.com/snikch/goodman/cmd/goodman@latest"},
		{"go path", handler.Config{Language: "go", Env: append(empty, "GOBIN=", "GOPATH=/my/go:/other"), Port: 1}, "Go hooks handler command not found: /my/go/bin/goodman\nInstall it by running:\n$ go install github.com/snikch/goodman/cmd/goodman@latest"},
		{"file", handler.Config{Language: "python", Files: []string{"hooks/*.py"}}, "could not find any hook files on path: 'hooks/*.py'"},
		{"pattern", handler.Config{Language: "python", Files: []string{"[a"}}, "find hook files on path '[a': syntax error in pattern: a bracket is not closed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := handler.Start(t.Context(), tc.cfg)
			require.EqualError(t, err, tc.want)
		})
	}
	require.Equal(t, []string{"go", "perl", "php", "python", "ruby", "rust"}, handler.Languages())
}

func TestFilesAreSortedByBaseName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"z/a.rb", "b.rb", "y/c.rb", "x[1].rb", "y/a.rb"} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}

	got, err := handler.Files(dir, []string{"y/c.rb", "**/*.rb", "x[1].rb", filepath.Join(dir, "b.rb")})

	require.NoError(t, err)
	var want []string
	for _, name := range []string{"y/a.rb", "z/a.rb", "b.rb", "y/c.rb", "x[1].rb"} {
		want = append(want, filepath.Join(dir, name))
	}
	require.Equal(t, want, got)
	none, err := handler.Files("", nil)
	require.NoError(t, err)
	require.Empty(t, none)
}

// BenchmarkEvent is the time from one event to its answer, with a handler that only echoes.
func BenchmarkEvent(b *testing.B) {
	j := &journal{}
	cfg := config("wrong-event", j)
	cfg.Log = func(handler.Line) {}
	h, err := handler.Start(b.Context(), cfg)
	require.NoError(b, err)
	defer func() { require.NoError(b, h.Close(context.Background())) }()
	tr := machine("a")
	c := caseOf(b.Context(), tr)
	for b.Loop() {
		if err := h.RunBefore(c); err != nil {
			b.Fatal(err)
		}
	}
}
