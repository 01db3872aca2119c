package starter

import (
	"bytes"
	"cmp"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Description is an API description.
type Description struct {
	Path string
	// Format is the name that people use: "API Blueprint", "OpenAPI 2" or "OpenAPI 3".
	Format string
}

// The formats.
const (
	APIBlueprint = "API Blueprint"
	OpenAPI2     = "OpenAPI 2"
	OpenAPI3     = "OpenAPI 3"
)

var (
	blueprintMark = regexp.MustCompile(`(?i)^\x{FEFF}?\s*(?:VERSION:[ \t]*2|FORMAT:[ \t]*(?:X-)?1A)[ \t]*(?:[\r\n]|$)`)
	yamlMark      = regexp.MustCompile(`(?m)^["']?(swagger|openapi)["']?[ \t]*:[ \t]*["']?([23])\.\d`)
	include       = regexp.MustCompile(`<!--\s*include\(\s*([^)]+?)\s*\)\s*-->`)
)

// descriptions are ordered by how likely each is the one: whole documents before parts of them, as
// Dredd API Blueprint first, then those that lie higher.
func (t *tree) descriptions() []Description {
	type candidate struct {
		Description
		part bool
	}
	var found []candidate
	included := map[string]bool{}
	for _, name := range t.files {
		format, whole := t.format(name)
		if format == "" {
			continue
		}
		if format == APIBlueprint {
			for _, m := range include.FindAllSubmatch(t.read(name), -1) {
				included[path.Join(path.Dir(name), string(m[1]))] = true
			}
		}
		found = append(found, candidate{Description{name, format}, !whole})
	}
	for i := range found {
		found[i].part = found[i].part || included[found[i].Path]
	}
	if slices.ContainsFunc(found, func(c candidate) bool { return !c.part }) {
		found = slices.DeleteFunc(found, func(c candidate) bool { return included[c.Path] })
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(
			compareBool(a.part, b.part),
			compareBool(a.Format != APIBlueprint, b.Format != APIBlueprint),
			cmp.Compare(depth(a.Path), depth(b.Path)),
			compareBool(!named(a.Path), !named(b.Path)),
			cmp.Compare(a.Path, b.Path),
		)
	})
	list := make([]Description, len(found))
	for i, c := range found {
		list[i] = c.Description
	}
	return list
}

// named reports whether a file has the name of an API description.
func named(name string) bool {
	base := strings.ToLower(path.Base(name))
	return strings.Contains(base, "swagger") || strings.Contains(base, "openapi") || strings.Contains(base, "api")
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// format looks into a file. An API Blueprint is whole when it says what it is.
func (t *tree) format(name string) (format string, whole bool) {
	switch strings.ToLower(path.Ext(name)) {
	case ".apib":
		return APIBlueprint, blueprintMark.Match(t.read(name))
	case ".md", ".markdown":
		if blueprintMark.Match(t.read(name)) {
			return APIBlueprint, true
		}
	case ".yml", ".yaml", ".json":
		if format := openAPI(t.read(name)); format != "" {
			return format, true
		}
	}
	return "", false
}

// openAPI tells the version that a document has at its root; empty for none. A mere mention deeper down,
// the dependencies of a package.json say, is no sign.
func openAPI(text []byte) string {
	if !bytes.Contains(text, []byte("openapi")) && !bytes.Contains(text, []byte("swagger")) {
		return ""
	}
	key, version := "", ""
	if trimmed := bytes.TrimLeft(text, "\ufeff \t\r\n"); len(trimmed) > 0 && trimmed[0] == '{' {
		key, version = jsonVersion(trimmed)
	} else if m := yamlMark.FindSubmatch(text); m != nil {
		key, version = string(m[1]), string(m[2])
	}
	switch {
	case key == "swagger" && strings.HasPrefix(version, "2"):
		return OpenAPI2
	case key == "openapi" && strings.HasPrefix(version, "3"):
		return OpenAPI3
	}
	return ""
}

// jsonVersion finds the version among the members of the root, of a text that may be cut off.
func jsonVersion(text []byte) (key, version string) {
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil { // the brace
		return "", ""
	}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return "", ""
		}
		name, _ := token.(string)
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return "", ""
		}
		if name == "openapi" || name == "swagger" {
			return name, strings.Trim(string(value), `"`)
		}
	}
	return "", ""
}
