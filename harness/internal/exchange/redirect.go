package exchange

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// isRedirect reports that a response sends elsewhere: one of the statuses of RFC 9110, section 15.4, that
// a client may follow by itself, with the header that tells where.
func isRedirect(res *http.Response) bool {
	switch res.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return res.Header.Get("Location") != ""
	}
	return false
}

// ofContent are the headers that speak of the body, which leave with it (RFC 9110, section 15.4).
var ofContent = []string{
	"Content-Encoding", "Content-Language", "Content-Length", "Content-Location", "Content-Type", "Digest",
	"Content-Digest", "Repr-Digest", "Last-Modified",
}

// ofOrigin are the headers that are meant for the server that was asked, and for no other.
var ofOrigin = []string{"Authorization", "Cookie", "Proxy-Authorization", "Www-Authenticate"}

// redirected is the request that a redirect asks for. 303 turns all but HEAD into a GET; 301 and 302 turn
// a POST into one, as every browser does and RFC 9110 allows; otherwise method and body stay.
func (m *message) redirected(res *http.Response) (*message, error) {
	location := res.Header.Get("Location")
	to, err := m.base().Parse(location)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the redirect of %s cannot be followed, its Location is no URL: %w", m, err)
	case to.Scheme != "http" && to.Scheme != "https" || to.Host == "":
		return nil, fmt.Errorf("the redirect of %s cannot be followed: its Location, %q, is no http or https URL", m, location)
	}
	to.Fragment, to.RawFragment = "", ""
	next := &message{method: m.method, url: to, host: m.host, header: m.header.Clone(), names: m.names, body: m.body, chunked: m.chunked}
	if turnsIntoGet(res.StatusCode, m.method) {
		next.method, next.body, next.chunked = http.MethodGet, "", false
		for _, name := range ofContent {
			next.header.Del(name)
		}
	}
	if origin(to) != origin(m.url) {
		next.host = ""
		for _, name := range ofOrigin {
			next.header.Del(name)
		}
	}
	return next, nil
}

// base is what a relative Location is relative to.
func (m *message) base() *url.URL {
	if m.url.Opaque == "" && m.url.Path != "*" {
		return m.url
	}
	return &url.URL{Scheme: m.url.Scheme, Host: m.url.Host, Path: "/"}
}

func turnsIntoGet(status int, method string) bool {
	switch status {
	case http.StatusSeeOther:
		return method != http.MethodHead && method != http.MethodGet
	case http.StatusMovedPermanently, http.StatusFound:
		return method == http.MethodPost
	}
	return false
}

// origin is the scheme, host and port of a URL (RFC 6454, section 4).
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return strings.ToLower(u.Scheme + "://" + u.Hostname() + ":" + port)
}
