package report

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// statusRows writes the status line. It is there as context too, when it is as documented.
func statusRows(t *transaction.Transaction, fs []transaction.Finding) []row {
	if len(fs) == 0 {
		return []row{{sign: same, text: statusText(t.Real.StatusCode)}}
	}
	return []row{
		{sign: minus, text: statusText(t.Expected.StatusCode)},
		{sign: plus, text: statusText(t.Real.StatusCode), notes: notes(fs)},
	}
}

// statusText writes a status code with its name, as the status line of HTTP does.
func statusText(code int) string {
	return strings.TrimSpace(strconv.Itoa(code) + " " + http.StatusText(code))
}

// headerRows writes one header that is not as documented.
func headerRows(t *transaction.Transaction, f transaction.Finding, width int) []row {
	name := strings.TrimPrefix(f.Pointer, "/")
	doc, hasDoc := headerValue(t.Expected.Headers, name, f.Expected, f.HasExpected)
	real, hasReal := headerValue(t.Real.Headers, name, f.Real, f.HasReal)
	name = asWritten(name, t.Expected.Headers, t.Real.Headers)
	label := clean(cut(name, longestKey)) + ": "
	room := max(width-len(label), shortest)
	write := func(sign byte, s stretch) row {
		head, mid := label+clean(s.text[:s.from]), clean(s.text[s.from:s.to])
		r := row{sign: sign, text: head + mid + clean(s.text[s.to:])}
		if s.from > 0 || s.to < len(s.text) {
			r.from, r.to = len(head), len(head)+len(mid)
		}
		return r
	}
	a, b := maskedPair(maskHeader(name, doc), maskHeader(name, real), room)
	var rs []row
	if hasDoc {
		if !hasReal {
			a.from, a.to = 0, len(a.text)
		}
		rs = append(rs, write(minus, a))
	}
	if hasReal {
		sign := byte(plus)
		if !hasDoc {
			sign, b.from, b.to = wrong, 0, len(b.text)
		}
		rs = append(rs, write(sign, b))
	}
	if len(rs) == 0 {
		rs = []row{{sign: wrong, text: strings.TrimSuffix(label, ": ")}}
	}
	rs[len(rs)-1].notes = notes([]transaction.Finding{f})
	return rs
}

// headerValue prefers the header as it is written to what the verdict made of it.
func headerValue(hs transaction.Headers, name string, v any, has bool) (string, bool) {
	if !has {
		return "", false
	}
	if value, ok := hs.Get(name); ok {
		return value, true
	}
	return fmt.Sprint(v), true
}

// asWritten returns the name of a header as one of the messages writes it.
func asWritten(name string, all ...transaction.Headers) string {
	for _, hs := range all {
		for _, h := range hs {
			if strings.EqualFold(h.Name, name) {
				return h.Name
			}
		}
	}
	return name
}

const (
	mostMarked = 60      // findings of one body that the diff shows
	mostAnswer = 10      // lines of a body that is no JSON, and compared with nothing
	bigBody    = 1 << 16 // bytes from which on a body's size is said
)

// body compares the bodies: JSON as trees, everything else line by line. Of an answer with another
// status code, what it says is shown too.
func (d *detail) body(t *transaction.Transaction, fs []transaction.Finding, answer bool) []row {
	if len(fs) == 0 && !answer {
		return nil
	}
	rs := d.bodyRows(t, fs, answer)
	for _, b := range []struct{ whose, text string }{{"documented", t.Expected.Body}, {"real", t.Real.Body}} {
		if len(b.text) >= bigBody {
			rs = append(rs, row{sign: elision, text: "… the " + b.whose + " body is " + plural(len(b.text), "byte") + " long"})
		}
	}
	return rs
}

func (d *detail) bodyRows(t *transaction.Transaction, fs []transaction.Finding, answer bool) []row {
	doc, docOK := parse(t.Expected.Body)
	real, realOK := parse(t.Real.Body)
	if len(fs) == 0 {
		return d.answer(t.Real.Body, real, realOK)
	}
	marked := fs[:min(len(fs), mostMarked)]
	tree := (docOK || t.Expected.Body == "") && realOK && !asText(fs, doc)
	var rs []row
	switch {
	case docOK && t.Real.Body == "":
		rs = append(d.whole(minus, doc), row{sign: plus, text: inBytes(""), notes: notes(marked)})
	case docOK && !realOK && !binary(t.Real.Body) && !startsAsJSON(t.Real.Body):
		rs = append(d.whole(minus, doc), d.lines(plus, t.Real.Body)...)
		rs = append(rs, row{sign: same, notes: notes(marked)})
	case tree:
		td := &treeDiff{width: d.width(), answer: answer}
		rs = td.render(doc, real, marked)
	default:
		rs = append(textDiff(t.Expected.Body, t.Real.Body, d.width()), row{sign: same, notes: notes(marked)})
	}
	if n := len(fs) - len(marked); n > 0 {
		rs = append(rs, row{sign: elision, text: "… " + plural(n, "more finding") + " in the body"})
	}
	return rs
}

// asText reports that the verdict compared the bodies as texts although they are JSON.
func asText(fs []transaction.Finding, doc node) bool {
	for _, f := range fs {
		if _, text := f.Expected.(string); f.Pointer == "" && text && f.HasExpected && !doc.isString() {
			return true
		}
	}
	return false
}

// startsAsJSON reports that a text may be JSON that is broken: its lines are worth comparing.
func startsAsJSON(s string) bool {
	s = strings.TrimLeft(s, blanks)
	return s != "" && (s[0] == '{' || s[0] == '[')
}

// whole writes one body of which nothing is compared.
func (d *detail) whole(sign byte, n node) []row {
	td := &treeDiff{width: d.width()}
	td.most = mostRows
	if n != "" {
		td.value(sign, spot{}, n)
	}
	return td.close()
}

// answer writes the body of a response that has another status code than documented.
func (d *detail) answer(body string, n node, isJSON bool) []row {
	if body == "" {
		return nil
	}
	if isJSON {
		return d.whole(same, n)
	}
	if binary(body) {
		return []row{{sign: same, text: inBytes(body)}}
	}
	return d.lines(same, body)
}

// lines writes the beginning of one text.
func (d *detail) lines(sign byte, body string) []row {
	t := &textPage{width: d.width()}
	all := splitLines(body)
	var rs []row
	for _, l := range all[:min(len(all), mostAnswer)] {
		rs = append(rs, row{sign: sign, text: t.line(strings.TrimSuffix(l, "\n"))})
	}
	if n := len(all) - mostAnswer; n > 0 {
		rs = append(rs, row{sign: elision, text: "… " + plural(n, "more line")})
	}
	return rs
}

// longestMessage is how many characters of a finding's message are printed.
const longestMessage = 400

// quotedPart finds the values that a message repeats.
var quotedPart = regexp.MustCompile(`"(?:[^"\\]|\\.)*"?`)

// message makes the text of a finding fit to print. The texts of a verdict repeat the values they
// are about, so those of secret parts are masked by value.
func message(f transaction.Finding, text string) string {
	if secretPart(f) {
		for _, v := range []any{f.Expected, f.Real} {
			switch v.(type) {
			case string, json.Number:
				if s := fmt.Sprint(v); s != "" {
					text = strings.ReplaceAll(text, s, masked)
				}
			}
		}
		text = quotedPart.ReplaceAllString(text, `"`+masked+`"`) // of a value that was cut
	}
	return clean(cut(maskText(strings.Join(strings.Fields(cut(text, longestMasked)), " ")), longestMessage))
}

// secretPart reports whether a finding is about a secret.
func secretPart(f transaction.Finding) bool {
	if f.Field == "headers" {
		return secretHeader(strings.TrimPrefix(f.Pointer, "/"))
	}
	for _, key := range steps(f.Pointer) {
		if secretKey(key) {
			return true
		}
	}
	return false
}
