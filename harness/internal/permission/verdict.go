package permission

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// The ids of the findings.
const (
	// Denied: it should be allowed, but was not.
	Denied = "permission-denied"
	// Granted: it should be denied, but was allowed.
	Granted = "permission-granted"
	// Field: it is allowed, but more fields are shown than the table grants.
	Field = "permission-field"
	// WrongStatus: it should be denied and was not allowed, but the answer is no denial, or not the one that
	// the table says.
	WrongStatus = "permission-status"
)

// part is the Field of the findings: they are about an answer as a whole.
const part = "permission"

// Answer is what came of a case.
type Answer struct {
	Status int
	// LoggedIn says that the request was made in somebody's name.
	LoggedIn bool
	// Row is what the list was searched for, and Listed whether it is in it. They are looked at for a
	// List that succeeded.
	Row    string
	Listed bool
	// Fields are those that the answer shows. They are looked at where the table grants only some.
	Fields []string
}

// Succeeded reports whether the server did what it was asked.
func (a Answer) Succeeded() bool { return a.Status >= 200 && a.Status < 300 }

// Judge holds an answer against what the table says of what, such as "Speakers". There is one finding
// at most.
func (c Case) Judge(what string, a Answer) []transaction.Finding {
	allowed := a.Succeeded() && (c.Action != List || a.Listed)
	f := transaction.Finding{
		Severity: transaction.SeverityError, Field: part, At: c.At,
		Real: fmt.Sprint(a.Status), HasReal: true, HasExpected: true,
	}
	f.Message = fmt.Sprintf("The table says that %s %s %s %s%s, but the server answered %s.",
		c.Actor, may(c.Allowed), strings.ToLower(c.Action), what, c.when(), a.text(c))
	switch {
	case c.Allowed && allowed && len(c.beyond(a)) > 0:
		return []transaction.Finding{c.tooMuch(what, c.beyond(a))}
	case c.Allowed && allowed, !c.Allowed && !allowed && c.acceptable(a):
		return nil
	case c.Allowed:
		f.ID, f.Expected = Denied, "a status from 200 to 299"
	case allowed:
		f.ID, f.Expected = Granted, c.statuses(a)
	default:
		f.ID, f.Expected = WrongStatus, c.statuses(a)
	}
	if c.Action == List && a.Succeeded() {
		f.Expected, f.Real = listed(c.Allowed, a.Row), listed(a.Listed, a.Row)
	}
	return []transaction.Finding{f}
}

// beyond are the fields that an answer shows and the table does not grant. Words may be joined by
// hyphens or by underscores.
func (c Case) beyond(a Answer) []string {
	if c.Fields == nil {
		return nil
	}
	joined := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "-")) }
	var list []string
	for _, shown := range a.Fields {
		if !slices.ContainsFunc(c.Fields, func(granted string) bool { return joined(granted) == joined(shown) }) {
			list = append(list, shown)
		}
	}
	slices.Sort(list)
	return list
}

// mostFields is how many fields a message names.
const mostFields = 10

func (c Case) tooMuch(what string, beyond []string) transaction.Finding {
	shown := strings.Join(beyond[:min(len(beyond), mostFields)], ", ")
	if n := len(beyond) - mostFields; n > 0 {
		shown += fmt.Sprintf(" and %d more", n)
	}
	return transaction.Finding{
		ID: Field, Severity: transaction.SeverityError, Field: part, At: c.At,
		Message: fmt.Sprintf("The table says that %s may %s only some fields of %s, but the server showed %s, too.",
			c.Actor, strings.ToLower(c.Action), what, shown),
		Expected: strings.Join(c.Fields, ", "), Real: strings.Join(beyond, ", "), HasExpected: true, HasReal: true,
	}
}

// acceptable reports whether what was not allowed was denied as it may be.
func (c Case) acceptable(a Answer) bool {
	switch {
	case a.Succeeded(): // a list without the row
		return c.Hidden || c.Status == 0
	case c.Status != 0:
		return a.Status == c.Status
	}
	return slices.Contains(c.denials(a), a.Status)
}

// denials are the statuses that say no. 401 says it to those alone who have not logged in: to others, it
// says that their credentials are not good. 404 is the answer to a wrong path, too, so it says no only
// where the action is granted to somebody.
func (c Case) denials(a Answer) []int {
	if c.Status != 0 {
		return []int{c.Status}
	}
	var list []int
	if !a.LoggedIn {
		list = append(list, http.StatusUnauthorized)
	}
	list = append(list, http.StatusForbidden)
	if !c.Ungranted {
		list = append(list, http.StatusNotFound)
	}
	return list
}

// statuses names the denials.
func (c Case) statuses(a Answer) string {
	list := c.denials(a)
	texts := make([]string, len(list))
	for i, status := range list {
		texts[i] = fmt.Sprint(status)
	}
	last := len(texts) - 1
	if last == 0 {
		return texts[0]
	}
	return strings.Join(texts[:last], ", ") + " or " + texts[last]
}

// why tells why a status that is a denial elsewhere is none here.
func (c Case) why(a Answer) string {
	switch {
	case c.Status != 0:
	case a.Status == http.StatusUnauthorized && a.LoggedIn:
		return fmt.Sprintf("; 401 is none, since %s has logged in: see whether the hook of the actor sends good credentials, or write ✗ 401 if this is meant", c.Actor)
	case a.Status == http.StatusNotFound && c.Ungranted:
		return fmt.Sprintf("; 404 is none, since the table grants %s to nobody, and a wrong path is answered like that, too: write ✗ 404 if this is meant", c.Action)
	}
	return ""
}

func may(allowed bool) string {
	if allowed {
		return "may"
	}
	return "may not"
}

func listed(is bool, row string) string {
	if is {
		return "row " + row + " in the list"
	}
	return "no row " + row + " in the list"
}

// when tells the situation.
func (c Case) when() string {
	if unmet, ok := c.Unmet(); ok {
		s := fmt.Sprintf(" when %q is not met", unmet.Text)
		if met := c.met(true); len(met) > 0 {
			s += ", although " + strings.Join(met, " and ") + are(met) + "met"
		}
		return s
	}
	if c.Allowed {
		if met := c.met(true); len(met) > 0 {
			return " when " + strings.Join(met, " and ") + are(met) + "met"
		}
		return ""
	}
	if met := c.met(false); len(met) > 0 {
		return ", not even when " + strings.Join(met, " and ") + are(met) + "met"
	}
	return ""
}

func are(list []string) string {
	if len(list) > 1 {
		return " are "
	}
	return " is "
}

// met are the conditions that are met, of the cell alone or all.
func (c Case) met(deciding bool) []string {
	var list []string
	for _, d := range c.Conditions {
		if d.Met && (d.Decides || !deciding) {
			list = append(list, fmt.Sprintf("%q", d.Text))
		}
	}
	return list
}

// text is the answer in words.
func (a Answer) text(c Case) string {
	s := fmt.Sprint(a.Status)
	if name := http.StatusText(a.Status); name != "" {
		s += " " + name
	}
	if c.Action == List && a.Succeeded() {
		s += ", with " + listed(a.Listed, a.Row)
	}
	if !c.Allowed && !a.Succeeded() {
		s += " where " + c.statuses(a) + " is a denial" + c.why(a)
	}
	return s
}

// Denial is the status that a denial of the case is expected to have, for those who want one.
func (c Case) Denial() int {
	if c.Status != 0 {
		return c.Status
	}
	return http.StatusForbidden
}
