package report

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// statusRows writes the status line. It is there as context too, when it is as documented.
func statusRows(t *transaction.Transaction, fs []transaction.Finding) []row {
	if len(fs) == 0 {
		r := row{sign: same, text: statusText(t.Real.StatusCode)}
		if t.Expected.StatusCode != t.Real.StatusCode {
			r.doc = statusText(t.Expected.StatusCode)
		}
		return []row{r}
	}
	// The two lines say what a message could say.
	return []row{
		{sign: minus, group: 1, text: statusText(t.Expected.StatusCode)},
		{sign: plus, group: 1, text: statusText(t.Real.StatusCode)},
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
	value, hasReal := headerValue(t.Real.Headers, name, f.Real, f.HasReal)
	name = asWritten(name, t.Expected.Headers, t.Real.Headers)
	label := clean(cut(name, longestKey)) + ": "
	room := max(width-columns(label), shortest)
	write := func(sign byte, s stretch) row {
		head, mid := label+clean(s.text[:s.from]), clean(s.text[s.from:s.to])
		r := row{sign: sign, group: 1, text: strings.TrimRight(head+mid+clean(s.text[s.to:]), " ")}
		if s.from > 0 || s.to < len(s.text) {
			r.from, r.to = len(head), min(len(head)+len(mid), len(r.text))
		}
		return r
	}
	warn := warns([]transaction.Finding{f})
	a, b := cutPair(doc, value, room)
	var rs []row
	if hasDoc && (!warn || !hasReal) {
		if !hasReal {
			a.from, a.to = 0, len(a.text)
		}
		rs = append(rs, write(minus, a))
	}
	if hasReal {
		sign := byte(plus)
		if !hasDoc || warn {
			sign, b.from, b.to = severe([]transaction.Finding{f}), 0, len(b.text)
		}
		rs = append(rs, write(sign, b))
	}
	if len(rs) == 0 {
		rs = []row{{sign: severe([]transaction.Finding{f}), text: strings.TrimSuffix(label, ": ")}}
	}
	if !shownByBoth(f) || !hasDoc || !hasReal || warn {
		rs[len(rs)-1].notes = notes([]transaction.Finding{f})
	}
	return rs
}

// shownByBoth reports that a finding says no more than that two values are not the same, which the two
// lines say themselves.
func shownByBoth(f transaction.Finding) bool {
	switch f.ID {
	case "header-mismatch", "header-value-mismatch", "content-type-mismatch":
		return true
	}
	return false
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

// longestMessage is how many columns of a finding's message are printed.
const longestMessage = 400

// message makes the text of a finding fit to print.
func message(text string) string {
	return clean(cut(strings.Join(strings.Fields(text), " "), longestMessage))
}
