package openapi

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// headers makes the header fields of the parameters, the cookies in one of them.
func (c *compiler) headers(params []param) transaction.Headers {
	var headers transaction.Headers
	var cookies []string
	for _, p := range params {
		if p.in != "header" && p.in != "cookie" || !isToken(p.name) {
			continue
		}
		v, asText := c.value(p)
		if asText {
			p.style, p.explode = "simple", false
		}
		if p.in == "cookie" {
			if v.Exists() {
				cookies = append(cookies, cookie(p, v)...)
			}
			continue
		}
		if _, there := headers.Get(p.name); !there {
			// Without a value the header is sent all the same, empty, as Dredd does.
			headers = append(headers, transaction.Header{Name: p.name, Value: headerValue(simple(v, p.explode))})
		}
	}
	if len(cookies) > 0 {
		headers.Set("Cookie", strings.Join(cookies, "; "))
	}
	return headers
}

// simple writes a value in the style of that name.
func simple(v *source.Node, explode bool) string { return strings.Join(parts(v, explode), ",") }

// parts returns what a style puts commas between: items, keys and values, or the value itself.
func parts(v *source.Node, explode bool) []string {
	if isScalar(v) {
		return []string{scalar2(v)}
	}
	var list []string
	for _, item := range v.Items() {
		list = append(list, plain(item))
	}
	for key, value := range v.All() {
		if explode {
			list = append(list, key+"="+plain(value))
		} else {
			list = append(list, key, plain(value))
		}
	}
	return list
}

// cookie writes a cookie parameter as pairs of a cookie header.
func cookie(p param, v *source.Node) []string {
	encode := func(s string) string {
		if p.style == "cookie" {
			return headerValue(s)
		}
		return escapeName(s, "-.~!#$&'()*+/:<=>?@[]^`{|}")
	}
	if p.explode && v.Len() > 0 {
		var pairs []string
		for _, item := range v.Items() {
			pairs = append(pairs, p.name+"="+encode(plain(item)))
		}
		for key, value := range v.All() {
			if isToken(key) {
				pairs = append(pairs, key+"="+encode(plain(value)))
			}
		}
		return pairs
	}
	list := parts(v, false)
	for i := range list {
		list[i] = encode(list[i])
	}
	return []string{p.name + "=" + strings.Join(list, ",")}
}

// plain writes a part of a value: what is no scalar, which no style has a place for, as JSON.
func plain(v *source.Node) string {
	if isScalar(v) {
		return scalar2(v)
	}
	return v.JSON("")
}
