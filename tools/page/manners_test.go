package page_test

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// login signs a user up by a request, and logs them in on the page.
func login(b *tab, email string) {
	b.t.Helper()
	js[int](b, `fetch('/signUp', {method: 'POST',
		body: new URLSearchParams({inputName: '<img src=x onerror=alert(1)>', inputEmail: '`+email+`', inputPassword: 'a long password'})}).then(() => 1)`)
	b.do(typed("#login-email", email), typed("#login-password", "a long password"), chromedp.KeyEvent(kb.Enter),
		says("#who", "Logged in as <img src=x onerror=alert(1)>"), focused("#function"))
}

// TestManners holds what the page does when things do not go as planned: who cannot see, or has no mouse, knows where
// they are, and nobody finds what somebody else did.
func TestManners(t *testing.T) {
	t.Parallel()
	axe := accessibility(t)
	b := browser(t)
	url := serve(t)
	b.do(chromedp.Navigate(url+"/laboratory/"), chromedp.WaitVisible(chromedp.CSS("#signup")))
	blamed(b)
	login(b, "ada@example.org")
	once(b)
	many(b, axe)
	ended(b)
}

// blamed holds that an error is tied to the field that it is about, as long as it is about that.
func blamed(b *tab) {
	b.t.Helper()
	js[any](b, `document.querySelector('#signup-password').removeAttribute('minlength')`)
	b.do(typed("#signup-name", "Ada"), typed("#signup-email", "eve@example.org"), typed("#signup-password", "short"), chromedp.KeyEvent(kb.Enter),
		says("#signup-error", "Password has fewer than 8 characters."))
	described := func() string {
		return js[string](b, `['name', 'email', 'password'].map((f) => document.querySelector('#signup-' + f))
			.map((f) => (f.getAttribute('aria-describedby') ?? '') + ':' + (f.getAttribute('aria-invalid') ?? '')).join()`)
	}
	assert.Equal(b.t, ":,:,signup-error signup-rule:true", described())
	b.do(typed("#signup-email", "eve@localhost"), typed("#signup-password", "a long password"), chromedp.KeyEvent(kb.Enter),
		says("#signup-error", "E-mail address is no e-mail address"), focused("#signup-email"))
	assert.Equal(b.t, ":,signup-error:true,signup-rule:", described())
}

// once holds that one press of a button is one request, and that the button keeps the focus meanwhile.
func once(b *tab) {
	b.t.Helper()
	js[any](b, `{
		const real = window.fetch;
		window.sent = 0;
		window.fetch = (...all) => { window.sent++; return new Promise((go) => { window.go = go; }).then(() => real(...all)); };
		window.restore = () => { window.fetch = real; };
	}`)
	b.do(
		typed("#function", "get_voltage('CH2')"), chromedp.Focus(chromedp.CSS("#run button")),
		chromedp.KeyEvent(" "), chromedp.KeyEvent(" "), chromedp.KeyEvent(kb.Enter),
		until(`Boolean(window.go)`), focused("#run button"),
	)
	js[any](b, `window.go()`)
	b.do(says("#results li:first-child h3", "get_voltage('CH2')"), says("#status", "get_voltage('CH2') was run."), focused("#run button"))
	assert.Equal(b.t, 1, js[int](b, `window.sent`))

	js[any](b, `window.fetch = () => Promise.reject(new TypeError('no network'))`)
	b.do(chromedp.KeyEvent(kb.Enter), says("#run-error", "The laboratory does not answer. Is the network there?"), focused("#run button"))
	js[any](b, `window.restore()`)
	// Nothing chosen from the list: Enter runs, and the list does not stay in the way.
	b.do(typed("#function", "get_state"), until(`!document.querySelector('#choices').hidden`), chromedp.KeyEvent(kb.Enter),
		says("#results li:first-child pre", "there is no name get_state"), chromedp.WaitNotVisible(chromedp.CSS("#choices")))
	// No list of functions within a text.
	b.do(typed("#function", "get_voltage('se"))
	assert.True(b.t, js[bool](b, `document.querySelector('#choices').hidden`))
}

// many holds the page with several captures, with and without the chart library, and in the dark, against axe-core.
func many(b *tab, axe *checker) {
	b.t.Helper()
	run := func(text, shows string) {
		b.do(typed("#function", text), chromedp.KeyEvent(kb.Enter), says("#results li:first-child h3", text), says("#results li:first-child", shows))
	}
	run("capture4(50, 10)", "MIC from")
	run("capture4(50, 10)", "MIC from")
	b.do(until(`document.querySelectorAll('#results .plot canvas').length === 2`))
	js[any](b, `window.uPlot = undefined`)
	run("capture2(50, 10)", "CH2 in V")
	assert.Equal(b.t, 50, js[int](b, `document.querySelectorAll('#results li:first-child tbody tr').length`), "without the chart library the samples are open")
	run("[[1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1, get_frequency('ID1')]]", "[")
	js[any](b, `document.querySelectorAll('#results details').forEach((d) => { d.open = true; })`)
	b.do(until(`document.querySelectorAll('#results .samples table').length === 3`))
	axe.check(b, "many")
	dark := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, dark)
	require.NoError(b.t, err)
	b.do(until(`matchMedia('(prefers-color-scheme: dark)').matches`))
	axe.check(b, "dark")
	b.keep("laboratory-dark")
}

// ended holds that a session that ends in the middle is told of, and leaves nothing for the next one.
func ended(b *tab) {
	b.t.Helper()
	js[int](b, `fetch('/logout', {method: 'POST'}).then(() => 1)`)
	b.do(typed("#function", "get_voltage('CH1')"), chromedp.KeyEvent(kb.Enter),
		says("#status", "Your session has ended. Log in again."), focused("#login-email"))
	login(b, "eve@example.org")
	assert.Equal(b.t, "|||", js[string](b, `['#results', '#run-error', '#signup-error'].map((s) => document.querySelector(s).textContent).join('|')
		+ '|' + document.querySelector('#function').value`))
	assert.False(b.t, js[bool](b, `document.querySelector('#none').hidden`))
}
