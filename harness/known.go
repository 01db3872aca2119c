package harness

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// ReadKnownFailing reads a list of transactions that are known to fail: a name on each line. Blank lines
// are left out, and so are those that begin with "#". A name that is there twice is an error, as is a line
// that is no text; both are told by file and line.
func ReadKnownFailing(name string) ([]KnownFailing, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read the list of what is known to fail: %w", err)
	}
	var list []KnownFailing
	lines := map[transaction.Name]int{}
	number := 0
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\uFEFF"))) {
		number++
		text := strings.TrimSpace(string(line))
		at := transaction.Position{File: name, Line: number}
		switch known := transaction.Name(text); {
		case text == "" || text[0] == '#':
		case !utf8.ValidString(text) || strings.Contains(text, "\x00"):
			return nil, fmt.Errorf("%s: the line is no UTF-8 text: write the name of a transaction on each line", at)
		case lines[known] > 0:
			return nil, fmt.Errorf("%s: %q is listed on line %d already: take one of them out", at, text, lines[known])
		default:
			lines[known] = number
			list = append(list, KnownFailing{Name: known, At: at})
		}
	}
	return list, nil
}

// knownFailing holds what is known to fail, by name.
type knownFailing map[transaction.Name]*known

// known is an entry of the list.
type known struct {
	at transaction.Position
	// left counts the transactions of that name that did not run yet. Names are not necessarily unique:
	// where several share one, the entry is true as long as one of them does not pass.
	left atomic.Int64
	held atomic.Bool // one of them did not pass
}

// newKnownFailing checks that each entry is about a transaction.
func newKnownFailing(list []KnownFailing, names []transaction.Name) (knownFailing, error) {
	all := knownFailing{}
	var lost []string
	for _, k := range list {
		entry := &known{at: k.At}
		for _, n := range names {
			if n == k.Name {
				entry.left.Add(1)
			}
		}
		if entry.left.Load() == 0 {
			lost = append(lost, fmt.Sprintf("%s%q matches no transaction%s", before(k.At), k.Name, meant(string(k.Name), texts(names))))
		}
		if all[k.Name] == nil {
			all[k.Name] = entry
		}
	}
	if len(lost) > 0 {
		return nil, errors.New("transactions are listed as failing that do not exist; mend their names, or take them off the list:" + listed(lost))
	}
	return all, nil
}

// before is how a place is written before what is there.
func before(at transaction.Position) string {
	if at.IsZero() {
		return ""
	}
	return at.String() + ": "
}

// lists reports whether a transaction is known to fail.
func (k knownFailing) lists(name transaction.Name) bool {
	_, listed := k[name]
	return listed
}

// judge turns the outcome of a listed transaction around. What could not be carried out stays an error:
// a server that is not there is not what was listed.
func (k knownFailing) judge(name transaction.Name, o *transaction.Outcome) {
	entry := k[name]
	if entry == nil {
		return
	}
	if o.Status != transaction.Pass {
		entry.held.Store(true)
	}
	last := entry.left.Add(-1) <= 0
	switch {
	case o.Status == transaction.Fail:
		o.Reason = "known to fail" + entry.place(" (", ")") + ": " + whatFailed(o)
		o.Status, o.Findings, o.Excused = transaction.Skip, nil, nil
	case o.Status == transaction.Pass && last && !entry.held.Load():
		o.Status = transaction.Fail
		o.Reason = "passes, and is listed as failing" + entry.place(" at ", "") + ": take it off the list"
	}
}

// place writes where an entry stands, "" when that is not known.
func (k *known) place(before, after string) string {
	if k.at.IsZero() {
		return ""
	}
	return before + k.at.String() + after
}

// mostPlaces is how many places a reason lists.
const mostPlaces = 3

// whatFailed says in a line what is wrong: the reason, or else the places that findings are about, without
// their values, which may be secrets.
func whatFailed(o *transaction.Outcome) string {
	if o.Reason != "" {
		line, _, _ := strings.Cut(o.Reason, "\n")
		return line
	}
	var places []string
	for _, f := range o.Findings {
		if place := strings.TrimSpace(f.Field + " " + f.Pointer); f.Severity != transaction.SeverityWarning && !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	more := ""
	if n := len(places) - mostPlaces; n > 0 {
		places, more = places[:mostPlaces], fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(places, ", ") + more
}
