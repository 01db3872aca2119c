package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// filled is a feature whose blanks are filled in.
type filled struct {
	text  string
	files []string // the hook files in it, in the order of their names
}

// hookFile is a step that writes a hook file; what the file holds is quoted on the lines after it.
var hookFile = regexp.MustCompile(`a file named "([^"]+)\.\{\{my-extension\}\}" with:$`)

func isQuote(line string) bool { return strings.TrimSpace(line) == `"""` }

// fill puts the command of a handler into a feature of the suite, and, in place of what the suite
// says that a hook file should do, the Go file of that name in the folder of hooks.
func fill(feature, hooks, command string) (filled, error) {
	var f filled
	var b strings.Builder
	lines := slices.Collect(strings.Lines(feature))
	for i := 0; i < len(lines); i++ {
		b.WriteString(lines[i])
		step := hookFile.FindStringSubmatch(strings.TrimSpace(lines[i]))
		if step == nil {
			continue
		}
		first := i + 1
		length := -1
		if first < len(lines) && isQuote(lines[first]) {
			length = slices.IndexFunc(lines[first+1:], isQuote)
		}
		if length < 0 {
			return f, fmt.Errorf("line %d: nothing is quoted after this step", i+1)
		}
		path := filepath.Join(hooks, step[1]+".go")
		source, err := os.ReadFile(path)
		if err != nil {
			return f, fmt.Errorf("line %d: there are no hooks for this step: %w", i+1, err)
		}
		f.files = append(f.files, path)
		indent, _, _ := strings.Cut(lines[first], `"`)
		b.WriteString(lines[first])
		for line := range strings.Lines(string(source)) {
			b.WriteString(indent + line)
		}
		i = first + 1 + length
		b.WriteString(lines[i])
	}
	slices.Sort(f.files)
	f.text = strings.NewReplacer("{{my-executable-path}}", command, "{{my-extension}}", "go").Replace(b.String())
	if i := strings.Index(f.text, "{{"); i >= 0 {
		return f, fmt.Errorf("there is a blank of an unknown kind: %.40q", f.text[i:])
	}
	return f, nil
}
