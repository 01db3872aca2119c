package laboratory_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/laboratory"
)

// What looks like an address that is taken, or like another name, is none.
func TestLookAlikes(t *testing.T) {
	t.Parallel()
	b := newBench(t, laboratory.Config{AttemptsPerMinute: 1000})
	c := b.user("Ada")
	for name, row := range map[string]struct{ name, email, field string }{
		"case":           {"Ada", "ADA@Example.Org", "inputEmail"},
		"Cyrillic":       {"Ada", "аda@example.org", "inputEmail"},
		"decomposed":     {"Ada", "ade\u0301@example.org", "inputEmail"},
		"Kelvin":         {"Ada", "ada@example.\u212aom", "inputEmail"},
		"no width":       {"Ada", "ada\u200b@example.org", "inputEmail"},
		"quoted":         {"Ada", `"ada"@example.org`, "inputEmail"},
		"comment":        {"Ada", "(x) ada@example.org", "inputEmail"},
		"two lines":      {"Ada\nLogged in as Eve", "eve@example.org", "inputName"},
		"C1 control":     {"Ada\u0085", "eve@example.org", "inputName"},
		"right to left":  {"Ada\u202eevE", "eve@example.org", "inputName"},
		"isolated":       {"\u2066Ada", "eve@example.org", "inputName"},
		"another script": {"Āda Λ", "ada@example.org", "inputEmail"},
	} {
		_, answer := c.post("/signUp", "inputName", row.name, "inputEmail", row.email, "inputPassword", "a long password")
		assert.Equal(t, false, answer["status"], name)
		assert.Equal(t, row.field, answer["field"], name)
	}
}

// A cookie that somebody planted beside the user's own does not decide who acts, and logging out ends both.
func TestTwoCookies(t *testing.T) {
	t.Parallel()
	b := newBench(t, laboratory.Config{})
	ada, eve := b.user("Ada"), b.user("Eve")
	own, planted := ada.cookie, eve.cookie
	for _, order := range [][]*http.Cookie{{planted, own}, {own, planted}} {
		r := form("/evalFunctionString", "function=get_voltage('CH1')")
		for _, c := range order {
			r.AddCookie(c)
		}
		_, answer := (&client{bench: b}).send(r)
		assert.Equal(t, nobody, answer["result"])
	}
	r := form("/logout", "")
	r.AddCookie(planted)
	ada.send(r)
	assert.Equal(t, nobody, (&client{bench: b, cookie: own}).evaluate("get_voltage('CH1')"))
	assert.Equal(t, nobody, (&client{bench: b, cookie: planted}).evaluate("get_voltage('CH1')"))
}

// form is a request with a form.
func form(path, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// Whoever has a network of IPv6 has one limit, and no header says where a request comes from.
func TestAttemptsAreLimited(t *testing.T) {
	t.Parallel()
	b := newBench(t, laboratory.Config{AttemptsPerMinute: 3})
	try := func(from, forwarded string) int {
		r := form("/validateLogin", "inputEmail=ada%40example.org&inputPassword=guess")
		r.RemoteAddr = from
		r.Header.Set("X-Forwarded-For", forwarded)
		code, _ := (&client{bench: b}).send(r)
		return code
	}
	for _, from := range []string{"[2001:db8::1]:1", "[2001:db8::2]:1", "[2001:db8::ffff:1%eth0]:1"} {
		assert.Equal(t, http.StatusOK, try(from, "192.0.2.9"))
	}
	assert.Equal(t, http.StatusTooManyRequests, try("[2001:db8::4]:1", "192.0.2.10"))
	assert.Equal(t, http.StatusOK, try("[2001:db8:0:1::4]:1", ""), "another network")
	for _, from := range []string{"192.0.2.1:1", "192.0.2.1:2", "[::ffff:192.0.2.1]:3"} {
		assert.Equal(t, http.StatusOK, try(from, ""))
	}
	assert.Equal(t, http.StatusTooManyRequests, try("192.0.2.1:4", ""))
	assert.Equal(t, http.StatusOK, try("192.0.2.2:4", ""), "a neighbour")
}

// Nothing of a password or a cookie is logged or said, whatever is wrong with the form.
func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	b := newBench(t, laboratory.Config{AttemptsPerMinute: 1000})
	ada := b.user("Ada")
	cookie := ada.cookie.Value
	for _, body := range []string{
		"inputPassword=hush%zzhush", "inputPassword=hush;hush", "inputPassword=hush&inputPassword=hush", "hush=1&hush=2",
		"inputEmail=ada%40example.org&inputPassword=hush", "inputName=Eve&inputEmail=eve%40example.org&inputPassword=hush",
	} {
		for _, path := range []string{"/validateLogin", "/signUp"} {
			_, answer := ada.send(form(path, body))
			assert.NotContains(t, answer["message"], "hush")
			assert.NotContains(t, answer["message"], "%zz")
		}
	}
	ada.evaluate("get_voltage('CH1', '\nlevel=ERROR msg=forged')")
	assert.NotContains(t, b.log.String(), "hush")
	assert.NotContains(t, b.log.String(), "%zz")
	assert.NotContains(t, b.log.String(), cookie)
	assert.NotContains(t, b.log.String(), "\nlevel=ERROR")
}

// A path of the laboratory that is asked in another way is answered as clearly, and changes nothing.
func TestOtherMethods(t *testing.T) {
	t.Parallel()
	b := newBench(t, laboratory.Config{})
	ada := b.user("Ada")
	for path, allow := range map[string]string{
		"/signUp": "POST", "/validateLogin": "POST", "/logout": "POST", "/evalFunctionString": "POST",
		"/functions": "GET, HEAD", "/account": "GET, HEAD", "/laboratory/": "GET, HEAD",
	} {
		method := http.MethodGet
		if allow != "POST" {
			method = http.MethodPost
		}
		for _, m := range []string{method, http.MethodDelete, http.MethodOptions} {
			code, answer := ada.send(httptest.NewRequest(m, path+"?function=get_voltage('CH1')", nil))
			assert.Equal(t, http.StatusMethodNotAllowed, code, path)
			assert.Equal(t, path+" takes "+allow, answer["message"])
		}
		w := httptest.NewRecorder()
		b.handler.ServeHTTP(w, httptest.NewRequest(http.MethodDelete, path, nil))
		assert.Equal(t, allow, w.Header().Get("Allow"))
	}
	assert.NotEqual(t, nobody, ada.evaluate("get_voltage('CH1')"))
	_, answer := ada.send(form("/evalFunctionString?function=get_voltage('CH1')", ""))
	assert.Equal(t, "function is missing", answer["message"], "fields come in the body")
}

func TestPartsOfThePage(t *testing.T) {
	t.Parallel()
	lab, err := laboratory.New(laboratory.Config{})
	require.NoError(t, err)
	for path, kind := range map[string]string{
		"/laboratory/": "text/html; charset=utf-8", "/laboratory/page.js": "text/javascript; charset=utf-8",
		"/laboratory/style.css": "text/css; charset=utf-8", "/laboratory/icon.svg": "image/svg+xml",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			w := httptest.NewRecorder()
			lab.With(nil).ServeHTTP(w, httptest.NewRequest(method, path, nil))
			assert.Equal(t, http.StatusOK, w.Code, path)
			assert.Equal(t, kind, w.Header().Get("Content-Type"))
			assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
			assert.Equal(t, "no-cache", w.Header().Get("Cache-Control"))
		}
	}
}

// Each handler has limits of its own.
func TestHandlersKnowNothingOfEachOther(t *testing.T) {
	t.Parallel()
	b := newBench(t, laboratory.Config{EvaluationsPerMinute: 1})
	ada := b.user("Ada")
	for range 2 {
		b.handler = b.another()
		ada.evaluate("get_voltage('CH1')")
		code, _ := ada.post("/evalFunctionString", "function", "get_voltage('CH1')")
		assert.Equal(t, http.StatusTooManyRequests, code)
	}
}
