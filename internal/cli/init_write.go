package cli

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/bailiff-dev/bailiff/internal/starter"
)

// write writes all files, and shows them. What fails says what was written before.
func (i *initializer) write(w starter.Written) error {
	var done []string
	for _, f := range w.Files {
		if err := writeFile(f); err != nil {
			if len(done) > 0 {
				return fmt.Errorf("write %s: %w; written before that: %s", f.Path, err, strings.Join(done, ", "))
			}
			return fmt.Errorf("write %s: %w; nothing was written", f.Path, err)
		}
		done = append(done, f.Path)
		switch {
		case f.Changes:
			fmt.Fprintf(i.stdout, "\nchanged %s, at its end:\n\n%s", f.Path, indented(f.Added))
		default:
			fmt.Fprintf(i.stdout, "\nwrote %s:\n\n%s", f.Path, indented(string(f.Content)))
		}
	}
	if len(done) == 0 && i.answers.Keep {
		fmt.Fprintf(i.stdout, "\n%s is used as it is; nothing was written.\n", cmp.Or(i.project.Config, i.project.Dredd.Name))
	}
	return nil
}

// writeFile puts a file there in one step, so that nobody finds half of one.
func writeFile(f starter.File) error {
	name := filepath.FromSlash(f.Path)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
		if target, err := filepath.EvalSymlinks(name); err == nil {
			name = target // a link stays one
		}
	}
	temp, err := os.CreateTemp(filepath.Dir(name), ".bailiff-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(f.Content)
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = os.Chmod(temp.Name(), mode)
	}
	if err == nil {
		err = os.Rename(temp.Name(), name)
	}
	if err != nil {
		_ = os.Remove(temp.Name()) // the error that counts is known
	}
	return err
}

// indented sets a text off from what is said about it.
func indented(text string) string {
	var b bytes.Buffer
	for line := range strings.Lines(strings.Trim(text, "\n") + "\n") {
		if strings.TrimSpace(line) != "" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}
