package gavel

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/fields"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/markup"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/multipart"
)

// placer returns the offset of what a pointer leads to, or of the deepest of its ancestors.
type placer func(steps []string) int

// NewLinesOf reads a body of that Content-Type, so that the pointers of its findings can be looked
// up: those of XML, HTML, forms and multipart as well as those of JSON. In a body that is not what its
// Content-Type says, each pointer leads to where that shows. A text of any other type has no lines, and
// neither has JSON that is none.
func NewLinesOf(contentType, body string) *Lines {
	if len(body) > math.MaxInt32 {
		return &Lines{}
	}
	m, _ := content.ParseMediaType(contentType)
	kind := m.Kind()
	if kind == content.JSON || kind == content.Unknown {
		return NewLines(body)
	}
	if find := newPlacer(m, body, 0); find != nil {
		return &Lines{body: body, breaks: breaksOf(body), media: find}
	}
	return &Lines{}
}

// newPlacer reads a body; it returns nil when there is nothing to look up in it.
func newPlacer(m content.MediaType, body string, depth int) placer {
	switch m.Kind() {
	case content.JSON:
		if t, bad := parse(body); bad == nil {
			return func(steps []string) int { return int(t.offset(steps)) }
		}
	case content.XML:
		return placerOf(markup.XML(body))
	case content.HTML:
		return placerOf(markup.PlacedHTML(body))
	case content.Form:
		return placeFields(body)
	case content.Multipart:
		return placeParts(m, body, depth)
	}
	return nil
}

// at is the placer of a body of which one place counts.
func at(offset int) placer { return func([]string) int { return max(0, offset) } }

func placerOf(d *markup.Document, bad *markup.Refusal) placer {
	if bad != nil {
		return at(bad.Offset)
	}
	names := d.Names()
	return func(steps []string) int { return d.Offset(names, steps) }
}

func placeFields(body string) placer {
	list, bad := fields.Parse(body)
	if bad != nil {
		return at(bad.Offset)
	}
	return func(steps []string) int {
		if len(steps) == 0 {
			return 0
		}
		index := 0
		if len(steps) > 1 {
			index, _ = strconv.Atoi(steps[1])
		}
		found := 0
		for _, f := range list {
			if f.Name != steps[0] {
				continue
			}
			if found = f.Offset; index == 0 {
				break
			}
			index--
		}
		return found
	}
}

func placeParts(m content.MediaType, body string, depth int) placer {
	boundary, ok := multipart.Boundary(m)
	if !ok {
		boundary, ok = multipart.GuessBoundary(body)
	}
	if !ok || depth > maxNesting {
		return at(0)
	}
	parts, bad := multipart.Parse(body, boundary)
	if bad != nil {
		return at(bad.Offset)
	}
	names := partKeys(m, parts)
	return func(steps []string) int {
		if len(steps) == 0 {
			return 0
		}
		i := slices.Index(names, steps[0])
		if i < 0 {
			return 0
		}
		return placeInPart(body, parts[i], steps[1:], depth)
	}
}

// partKeys returns the first step of the pointer of each part.
func partKeys(m content.MediaType, parts []multipart.Part) []string {
	if m.Name == formData {
		return namesOf(parts)
	}
	keys := make([]string, len(parts))
	for i := range parts {
		keys[i] = strconv.Itoa(i)
	}
	return keys
}

func placeInPart(body string, p multipart.Part, steps []string, depth int) int {
	switch {
	case len(steps) == 0:
	case steps[0] == partBody:
		value, _ := headerValue(p.Headers, contentType)
		m, _ := content.ParseMediaType(value)
		// What was decoded has other offsets than what stands there.
		if len(steps) > 1 && strings.HasPrefix(body[p.ContentOffset:], p.Content) {
			if find := newPlacer(m, p.Content, depth+1); find != nil {
				return p.ContentOffset + find(steps[1:])
			}
		}
		return p.ContentOffset
	case steps[0] == partHeads && len(steps) > 1:
		for i, f := range p.Headers {
			if strings.EqualFold(f.Name, steps[1]) {
				return p.HeaderOffsets[i]
			}
		}
	}
	return p.Offset
}
