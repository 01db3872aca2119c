package page_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// patience bounds a whole test.
const patience = 4 * time.Minute

// missing skips a test on a laptop and fails it in CI.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// chromium is the browser of the machine.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "there is no Chromium: apt-get install chromium")
	return ""
}

// serve starts bailiff serve, and returns its URL. It ends with the test.
func serve(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "bailiff")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./cmd/bailiff")
	build.Dir = "../.."
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	cmd := exec.CommandContext(t.Context(), binary, "serve", "--address", "127.0.0.1:0")
	cmd.Dir = "../.."
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	var log strings.Builder
	cmd.Stderr = &log
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Wait() // it was told to end by the end of the test's context
		if t.Failed() {
			t.Log(log.String())
		}
	})
	listening := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if url := listening.FindString(lines.Text()); url != "" {
			go func() {
				for lines.Scan() { // so that it never waits for us
				}
			}()
			return url
		}
	}
	require.Fail(t, "bailiff serve did not say where it listens", log.String())
	return ""
}

// tab is a page in a browser.
type tab struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // chromedp keeps the browser in it
}

// browser starts Chromium, in which nothing but this machine can be reached, and opens a tab. What the page says on
// the console, or throws, fails the test.
func browser(t *testing.T) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, // Chromium's own does not work for root, nor in many containers
		chromedp.WindowSize(1000, 900),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-dev-shm-usage", true),
	)
	// Not the test's own context: the browser is closed in an orderly way.
	limit, cancel := context.WithTimeout(context.Background(), patience)
	allocator, end := chromedp.NewExecAllocator(limit, options...)
	ctx, closeTab := chromedp.NewContext(allocator)
	var mu sync.Mutex
	var complaints []string
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			complaints = append(complaints, fmt.Sprintf("the page threw: %+v", e.ExceptionDetails))
		case *runtime.EventConsoleAPICalled:
			complaints = append(complaints, "the page wrote to the console")
		}
	}))
	t.Cleanup(func() {
		closeTab()
		end()
		cancel()
		mu.Lock()
		defer mu.Unlock()
		for _, c := range complaints {
			t.Error(c)
		}
	})
	return &tab{t, ctx}
}

// action is a step that gives nothing.
type action = chromedp.Action[chromedp.Void]

// do carries out steps, and says which of them failed.
func (b *tab) do(steps ...action) {
	b.t.Helper()
	for i, step := range steps {
		err := chromedp.Do(b.ctx, step)
		if err != nil {
			b.keep("failed")
		}
		require.NoError(b.t, err, "step %d", i+1)
	}
}

// js is what a script in the page gives; it may be a promise.
func js[T any](b *tab, script string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err)
	return value
}

// keep writes a screenshot of the whole page where CI keeps it.
func (b *tab) keep(name string) {
	b.t.Helper()
	image, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	require.NoError(b.t, err)
	folder := os.Getenv("BAILIFF_ARTIFACTS")
	if folder == "" {
		folder = b.t.TempDir()
	}
	require.NoError(b.t, os.MkdirAll(folder, 0o755))
	require.NoError(b.t, os.WriteFile(filepath.Join(folder, name+".png"), image, 0o600))
}

// until waits for a script to give true.
func until(script string) action {
	poll := chromedp.Poll[bool](script, chromedp.WithPollingTimeout(30*time.Second))
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		if _, err := poll(ctx, t); err != nil {
			return chromedp.Void{}, fmt.Errorf("wait for %s: %w", script, err)
		}
		return chromedp.Void{}, nil
	}
}

// says waits until an element has a text.
func says(selector, text string) action {
	return until(fmt.Sprintf(`Boolean(document.querySelector(%q)?.textContent.includes(%q))`, selector, text))
}

// focused waits until an element has the focus.
func focused(selector string) action {
	return until(fmt.Sprintf(`document.activeElement === document.querySelector(%q)`, selector))
}

// typed puts the cursor into a field, empties it as people do, and types.
func typed(selector chromedp.CSS, text string) action {
	return chromedp.Steps(
		chromedp.Focus(selector), until(fmt.Sprintf(`document.querySelector(%q).select() ?? true`, selector)),
		chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent(text),
	)
}
