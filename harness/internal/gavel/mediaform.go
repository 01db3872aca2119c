package gavel

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/fields"
)

// form compares bodies of application/x-www-form-urlencoded as lists of values by name: the first value
// of the field tag is at /tag/0. Under type the values are free.
func (k *check) form(p pair) {
	read := func(body string, documented bool) *tree {
		list, bad := fields.Parse(body)
		if bad == nil {
			return k.reads(p, fields.JSON(list), documented)
		}
		k.malformed(p, BodyNotForm, malformed{"a form", bad.What, bad.Offset, bad.TooLarge}, documented)
		return nil
	}
	real, expected := read(p.got.body, false), read(p.want.body, true)
	if expected != nil && real != nil {
		k.hold(p.path, expected, real, nil)
	}
}

// malformed is why and where a body is not what it should be.
type malformed struct {
	not, what string
	offset    int
	tooLarge  bool
}

func (k *check) malformed(p pair, id string, m malformed, documented bool) {
	body := p.got.body
	if documented {
		body, id = p.want.body, DocumentedBodyMalformed
	}
	if m.tooLarge {
		id = limitID(refusedSize, documented)
	}
	line, column := lineAndColumn(body, m.offset)
	k.about(p, id, fmt.Sprintf("Can't validate: %s body is not %s: %s at line %d, column %d",
		sideOf(documented), m.not, m.what, line, column))
}

// lineAndColumn is the place of an offset, counted from 1, columns in characters.
func lineAndColumn(body string, offset int) (line, column int) {
	before := body[:min(offset, len(body))]
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
}
