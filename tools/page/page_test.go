package page_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/tools/npm"
)

// TestPage signs up, logs in, evaluates, looks at a plot and logs out, by the keyboard alone, and holds each state
// of the page against axe-core.
func TestPage(t *testing.T) {
	t.Parallel()
	axe := accessibility(t)
	b := browser(t)
	url := serve(t)

	b.do(chromedp.Navigate(url+"/laboratory/"), chromedp.WaitVisible(chromedp.CSS("#signup")))
	axe.check(b, "nobody")

	// A password that is too short for the server, but not for a browser that is told nothing.
	js[any](b, `document.querySelector('#signup-password').removeAttribute('minlength')`)
	b.do(
		chromedp.Focus(chromedp.CSS("#signup-name")),
		chromedp.KeyEvent("Ada"), chromedp.KeyEvent(kb.Tab),
		chromedp.KeyEvent("ada@example.org"), chromedp.KeyEvent(kb.Tab),
		chromedp.KeyEvent("short"), chromedp.KeyEvent(kb.Enter),
		says("#signup-error", "Password has fewer than 8 characters."),
		focused("#signup-password"),
	)
	axe.check(b, "refused")
	b.do(
		typed("#signup-password", "short but now longer"), chromedp.KeyEvent(kb.Enter),
		says("#status", "User Ada created successfully. e-mail:ada@example.org !"),
		focused("#login-password"),
		chromedp.KeyEvent("wrong password"), chromedp.KeyEvent(kb.Enter),
		says("#login-error", "The e-mail or the password is wrong"),
		typed("#login-password", "short but now longer"), chromedp.KeyEvent(kb.Enter),
		says("#who", "Logged in as Ada"),
		focused("#function"),
	)
	axe.check(b, "logged in")

	complete(b, axe)
	capture(b)
	axe.check(b, "plot")
	b.keep("laboratory")
	b.do(chromedp.EmulateViewport(320, 700))
	axe.check(b, "narrow")
	assert.False(t, js[bool](b, `document.documentElement.scrollWidth > document.documentElement.clientWidth`),
		"the page is wider than a small screen")
	b.keep("laboratory-narrow")
	b.do(chromedp.EmulateViewport(1000, 900))

	logOut(b)
}

// complete chooses a function from the list, and runs it.
func complete(b *tab, axe *checker) {
	b.t.Helper()
	b.do(
		chromedp.KeyEvent("volt"), chromedp.WaitVisible(chromedp.CSS("#choices")),
		chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown),
	)
	axe.check(b, "completion")
	assert.Equal(b.t, js[string](b, `document.querySelector('#choices [aria-selected=true]').id`),
		js[string](b, `document.querySelector('#function').getAttribute('aria-activedescendant')`))
	b.do(
		chromedp.KeyEvent(kb.Escape), chromedp.WaitNotVisible(chromedp.CSS("#choices")),
		typed("#function", "get_vo"), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Tab),
		says("#signature", "get_voltage(channel)"),
		chromedp.KeyEvent("'CH1'"),
	)
	require.Equal(b.t, "get_voltage('CH1')", js[string](b, `document.querySelector('#function').value`))
	b.do(chromedp.KeyEvent(kb.Enter), says("#results li:first-child h3", "get_voltage('CH1')"), says("#results li:first-child pre", "0.0"))

	run := func(text, selector, answer string) {
		b.do(typed("#function", text), chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent(kb.Enter),
			says("#results li:first-child h3", text), says(selector, answer))
	}
	run("get_voltage.__globals__", "#results li:first-child.bad pre", "not allowed")
	run("set_sine1(1000)", "#results li:first-child pre", "done")
}

// inked counts the columns of the last plot in which there is the colour of the first channel.
const inked = `(() => {
	const canvas = document.querySelector('#results li:first-child .plot canvas');
	if (!canvas?.width) return 0;
	const { width, height } = canvas;
	const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
	const hit = new Set();
	for (let i = 0; i < data.length; i += 4) {
		if (data[i + 3] > 200 && data[i] < 60 && data[i + 1] < 130 && data[i + 2] > 130) hit.add((i / 4) % width);
	}
	return hit.size / width;
})()`

// capture runs a capture, and finds the plot drawn: the sine is there in most of the picture's columns.
func capture(b *tab) {
	b.t.Helper()
	b.do(
		typed("#function", "capture1('CH1', 400, 10)"), chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent(kb.Enter),
		says("#results li:first-child figcaption", "400 samples in 3990 µs: CH1 from -"),
		chromedp.WaitVisible(chromedp.CSS("#results li:first-child .plot canvas")),
		until(inked+" > 0.6"),
	)
	js[any](b, `document.querySelector('#results li:first-child details').open = true`)
	b.do(says("#results li:first-child .samples th", "µs"))
	assert.Equal(b.t, 400, js[int](b, `document.querySelectorAll('#results li:first-child .samples tbody tr').length`))
	js[any](b, `document.querySelector('#results li:first-child details').open = false`)
}

// cookies are those of the page.
func cookies(b *tab) []*network.Cookie {
	b.t.Helper()
	answer, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{})
	require.NoError(b.t, err)
	return answer.Cookies
}

// logOut logs out; the cookie that was good before opens nothing any more.
func logOut(b *tab) {
	b.t.Helper()
	before := cookies(b)
	require.Len(b.t, before, 1)
	old := before[0]
	assert.True(b.t, old.HTTPOnly)
	assert.EqualValues(b.t, "Strict", old.SameSite)
	assert.False(b.t, old.Session, "the cookie never expires")
	b.do(chromedp.Focus(chromedp.CSS("#logout")), chromedp.KeyEvent(kb.Enter), says("#who", "Nobody is logged in"), focused("#login-email"))
	assert.Empty(b.t, cookies(b))
	_, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: old.Name, Value: old.Value, Domain: old.Domain, Path: "/"})
	require.NoError(b.t, err)
	answer := js[map[string]any](b, `fetch('/evalFunctionString',
		{method: 'POST', body: new URLSearchParams({function: "get_voltage('CH1')"})}).then((r) => r.json())`)
	assert.Equal(b.t, map[string]any{"status": false, "result": "unauthorized access", "message": "Unauthorized access"}, answer)
}

// TestOtherSites holds that a page of another site can neither act for a user nor show the laboratory, and that
// no script runs that is not the page's.
func TestOtherSites(t *testing.T) {
	t.Parallel()
	b := browser(t)
	url := serve(t)
	// Another port is another origin. Its page may do all that a page can.
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>elsewhere</title>")
	}))
	t.Cleanup(elsewhere.Close)

	b.do(chromedp.Navigate(elsewhere.URL))
	js[int](b, `fetch("`+url+`/signUp", {method: 'POST', mode: 'no-cors', credentials: 'include',
		body: new URLSearchParams({inputName: 'Eve', inputEmail: 'eve@example.org', inputPassword: 'a long password'})}).then(() => 1)`)
	b.do(
		chromedp.Navigate(url+"/laboratory/"), chromedp.WaitVisible(chromedp.CSS("#login")),
		typed("#login-email", "eve@example.org"), typed("#login-password", "a long password"), chromedp.KeyEvent(kb.Enter),
		says("#login-error", "The e-mail or the password is wrong"),
	)
	assert.Equal(t, "script-src-elem", js[string](b, `new Promise((done) => {
		document.addEventListener('securitypolicyviolation', (e) => done(e.effectiveDirective));
		const s = document.createElement('script'); s.textContent = 'window.hacked = true'; document.head.append(s);
		setTimeout(() => done('it ran: ' + window.hacked), 2000);
	})`))

	b.do(chromedp.Navigate(elsewhere.URL))
	assert.Equal(t, "refused", js[string](b, `new Promise((done) => {
		const frame = document.createElement('iframe');
		frame.src = "`+url+`/laboratory/";
		frame.onload = () => { let seen; try { seen = frame.contentDocument; } catch { seen = null; } done(seen ? 'shown' : 'refused'); };
		document.documentElement.append(frame);
	})`))
}

// checker is axe-core.
type checker struct{ script string }

// accessibility brings axe-core here.
func accessibility(t *testing.T) *checker {
	t.Helper()
	if err := npm.Install(t.Context(), ".", os.Stderr); err != nil {
		missing(t, err.Error())
	}
	script, err := os.ReadFile(filepath.Join("node_modules", "axe-core", "axe.min.js"))
	require.NoError(t, err)
	return &checker{string(script)}
}

// violation is what axe-core has against the page.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// check holds the page as it is now against all rules of axe-core, best practices too. The script comes in by the
// debugger, past the policy of the page.
func (c *checker) check(b *tab, state string) {
	b.t.Helper()
	js[int](b, c.script+"; 0")
	found := js[string](b, `axe.run().then((r) => JSON.stringify({violations: r.violations, passes: r.passes.length}))`)
	var result struct {
		Violations []violation
		Passes     int
	}
	require.NoError(b.t, json.Unmarshal([]byte(found), &result))
	assert.Empty(b.t, result.Violations, state)
	assert.Greater(b.t, result.Passes, 15, "axe-core looked at nothing")
}
