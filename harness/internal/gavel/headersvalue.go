package gavel

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
)

// sameMediaType compares two values of Content-Type as media types (RFC 9110, section 8.3.1): the
// order of parameters, the case of names and of the charset, quotes and blanks do not matter, and
// neither does the boundary of multipart, which is made anew for each body. Where a parameter stands
// twice, the first one counts. A structured suffix such as +json is part of the name.
func sameMediaType(a, b string) bool {
	if a == b {
		return true
	}
	x, xok := content.ParseMediaType(a)
	y, yok := content.ParseMediaType(b)
	if !xok || !yok {
		return strings.EqualFold(trimBlanks(a), trimBlanks(b))
	}
	return writeMediaType(x) == writeMediaType(y)
}

// plainMediaType writes a media type, or what looks like one, in one way only. What cannot be read is
// left as it is.
func plainMediaType(value string) string {
	const kind = "x/" // a disposition has one name where a media type has two
	m, ok := content.ParseMediaType(value)
	if !ok {
		m, ok = content.ParseMediaType(kind + trimBlanks(value))
		m.Name = strings.TrimPrefix(m.Name, kind)
	}
	if !ok {
		return trimBlanks(value)
	}
	return writeMediaType(m)
}

func writeMediaType(m content.MediaType) string {
	var parameters []string
	for _, p := range m.Parameters {
		switch {
		case p.Name == "boundary" && m.Kind() == content.Multipart:
			continue
		case p.Name == "charset":
			p.Value = strings.ToLower(p.Value)
		}
		parameters = append(parameters, "; "+p.Name+"="+strconv.Quote(p.Value))
	}
	slices.Sort(parameters)
	return m.Name + strings.Join(parameters, "")
}

// sameRanges compares two values of an Accept header as lists of ranges with their weights (RFC
// 9110, section 12.4.2). The order of the list says nothing there: the weights do.
func sameRanges(a, b string) bool {
	ranges := func(value string) []string {
		list := splitList(value)
		for i, s := range list {
			list[i] = writeRange(s)
		}
		return list
	}
	return sameLists(ranges(a), ranges(b))
}

// writeRange writes a range in one way only: without blanks, in lower case, its parameters in order,
// with a weight.
func writeRange(s string) string {
	name, rest, _ := strings.Cut(s, ";")
	m, ok := content.ParseMediaType("*/*;" + rest)
	if !ok {
		return strings.ToLower(s)
	}
	weight := "1"
	kept := m.Parameters[:0:0]
	for _, p := range m.Parameters {
		if p.Name == "q" {
			weight = plainWeight(p.Value)
			continue
		}
		kept = append(kept, p)
	}
	m.Parameters = kept
	m.Name = strings.ToLower(trimBlanks(name))
	return writeMediaType(m) + "; q=" + weight
}

// plainWeight writes 0.50 as 0.5, and leaves what is no weight as it is.
func plainWeight(s string) string {
	q, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	return strconv.FormatFloat(q, 'f', -1, 64)
}

// splitList splits a list at its commas (RFC 9110, section 5.6.1), those in quoted strings aside.
// Empty members are none.
func splitList(value string) []string {
	var list []string
	quoted, from := false, 0
	add := func(to int) {
		if s := trimBlanks(value[from:to]); s != "" {
			list = append(list, s)
		}
		from = to + 1
	}
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			add(i)
		}
	}
	if from < len(value) {
		add(len(value))
	}
	return list
}

// sameLists compares two lists in any order.
func sameLists(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}
