package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// target is a reporter that is no console reporter, and where its document goes.
type target struct {
	reporter harness.ReporterInfo
	path     string // "" for a reporter that makes no document; "-" is standard output
}

// standardOutput stands for standard output among paths.
const standardOutput = "-"

func (t target) isStdout() bool { return t.path == standardOutput }

// toStdout reports that one of the outputs is standard output.
func toStdout(outputs []string) bool {
	return slices.ContainsFunc(outputs, func(output string) bool {
		name, path, pair := strings.Cut(output, "=")
		_, known := documentNamed(name)
		return output == standardOutput || pair && known && path == standardOutput
	})
}

// assignOutputs says which document goes where. A path belongs to the reporter of documents at the same
// position, and name=path to that reporter, which need not be named before. In Dredd the apiary reporter
// takes a path, too, and leaves it unused: it does here where there are as many paths as that needs.
func assignOutputs(reporters []harness.ReporterInfo, outputs []string) (targets []target, warnings []string, err error) {
	var paths []string
	named := map[string]string{}
	for _, output := range outputs {
		name, path, pair := strings.Cut(output, "=")
		info, known := documentNamed(name)
		switch {
		case pair && known:
			if _, twice := named[name]; twice {
				return nil, nil, fmt.Errorf("--output names two files for %s: %s and %s", name, named[name], path)
			}
			if path == "" {
				return nil, nil, fmt.Errorf("--output %q names no file: use %s=FILE", output, name)
			}
			if named[name] = path; !slices.Contains(reporters, info) {
				reporters = append(slices.Clip(reporters), info)
			}
		case pair && likeName.MatchString(name):
			if near := config.Nearest(strings.ToLower(name), reporterNames(harness.Reporters())); near != "" {
				return nil, nil, fmt.Errorf("--output %q: no reporter is called %q: did you mean %s? For a file of that name, write ./%s", output, name, near, output)
			}
			paths = append(paths, output)
		default:
			paths = append(paths, output)
		}
	}
	targets, rest, defaults := giveOut(reporters, paths, named)
	if len(defaults) > 0 {
		warnings = append(warnings, "there are fewer outputs than reporters that write files: "+strings.Join(defaults, ", "))
	}
	if len(rest) > 0 {
		warnings = append(warnings, "there are more outputs than reporters that write files: nothing goes to "+strings.Join(rest, ", "))
	}
	return targets, warnings, nil
}

// likeName is what could be the name of a reporter.
var likeName = regexp.MustCompile(`^[A-Za-z]+$`)

func documentNamed(name string) (harness.ReporterInfo, bool) {
	for _, r := range harness.Reporters() {
		if r.Name == name && r.Kind == harness.ReporterDocument {
			return r, true
		}
	}
	return harness.ReporterInfo{}, false
}

// giveOut pairs reporters and paths. It returns the paths that nobody took, and which reporter writes to
// a file that nobody named.
func giveOut(reporters []harness.ReporterInfo, paths []string, named map[string]string) (targets []target, rest, defaults []string) {
	places := 0
	for _, r := range reporters {
		if _, ok := named[r.Name]; !ok && (r.Kind == harness.ReporterDocument || r.Name == "apiary") {
			places++
		}
	}
	apiaryTakes := len(paths) >= places
	for _, r := range reporters {
		t := target{reporter: r, path: named[r.Name]}
		takes := t.path == "" && (r.Kind == harness.ReporterDocument || r.Name == "apiary" && apiaryTakes)
		path := ""
		if takes && len(paths) > 0 {
			path, paths = paths[0], paths[1:]
		} else if takes {
			defaults = append(defaults, r.Name+" writes to "+r.File)
		}
		if r.Kind == harness.ReporterDocument && t.path == "" {
			if t.path = path; path == "" {
				t.path = r.File // as in Dredd, also where a path is empty
			}
		}
		targets = append(targets, t)
	}
	return targets, paths, defaults
}

// outputFiles are the files that reports go to.
type outputFiles struct {
	warn   func(string)
	stdout io.Writer // for the one document that goes there
	opened []*outputFile
}

type outputFile struct {
	*os.File
	reporter string
	info     os.FileInfo
}

// make makes the reporters of the targets. o is for those that write to the screen.
func (f *outputFiles) make(targets []target, o harness.ReportOptions) ([]harness.Reporter, error) {
	var all []harness.Reporter
	taken := ""
	for _, t := range targets {
		own := o
		switch {
		case t.path == "":
			if err := f.stepSummary(t, &own); err != nil {
				return nil, err
			}
		case t.isStdout():
			if taken != "" {
				return nil, fmt.Errorf("%s and %s both write to standard output: give one of them a file with --output %s=FILE", taken, t.reporter.Name, t.reporter.Name)
			}
			taken = t.reporter.Name
			own = plain(own)
			own.Out = f.stdout
		default:
			own = plain(own)
			if err := f.open(t, &own); err != nil {
				return nil, err
			}
		}
		r, err := harness.NewReporter(t.reporter.Name, own)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// plain are the options of what no terminal shows.
func plain(o harness.ReportOptions) harness.ReportOptions {
	o.Out, o.Err, o.Color, o.Width, o.Terminal = nil, nil, false, 0, false
	return o
}

// open opens the file of a document. What is no regular file, such as a pipe, gets the document as a
// whole in the end.
func (f *outputFiles) open(t target, o *harness.ReportOptions) error {
	path, err := absolute(t.path)
	if err != nil {
		return fmt.Errorf("report of %s: %w", t.reporter.Name, err)
	}
	before, err := os.Stat(path)
	exists := err == nil
	if exists && before.IsDir() {
		return fmt.Errorf("report of %s: %s is a folder: name a file in it", t.reporter.Name, path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return fmt.Errorf("report of %s: %w", t.reporter.Name, err)
	}
	// Nothing is cut off before it is sure that no other report is in that file.
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return fmt.Errorf("report of %s: %w", t.reporter.Name, err)
	}
	opened := &outputFile{File: file, reporter: t.reporter.Name}
	f.opened = append(f.opened, opened)
	if opened.info, err = file.Stat(); err != nil {
		return fmt.Errorf("report of %s: %w", t.reporter.Name, err)
	}
	if !opened.info.Mode().IsRegular() {
		o.Out = file
		return nil
	}
	for _, other := range f.opened[:len(f.opened)-1] {
		if os.SameFile(other.info, opened.info) {
			return fmt.Errorf("%s and %s both write to %s: give one of them another file with --output %s=FILE", other.reporter, t.reporter.Name, path, t.reporter.Name)
		}
	}
	if exists {
		f.warn("File exists at " + path + ", will be overwritten...")
	}
	if err := file.Truncate(0); err != nil {
		return fmt.Errorf("report of %s: %w", t.reporter.Name, err)
	}
	o.File = file
	return nil
}

// stepSummary opens the file that GitHub shows below a job, for the reporter that adds to it. Others may
// have written to it before.
func (f *outputFiles) stepSummary(t target, o *harness.ReportOptions) error {
	if t.reporter.Name != "github" {
		return nil
	}
	path := o.Getenv("GITHUB_STEP_SUMMARY")
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return fmt.Errorf("open what GITHUB_STEP_SUMMARY names: %w", err)
	}
	opened := &outputFile{File: file, reporter: t.reporter.Name}
	f.opened = append(f.opened, opened)
	if opened.info, err = file.Stat(); err != nil {
		return fmt.Errorf("open what GITHUB_STEP_SUMMARY names: %w", err)
	}
	o.File = behind{file, opened.info.Size()}
	return nil
}

// behind is the part of a file from an offset on.
type behind struct {
	file   *os.File
	offset int64
}

func (b behind) WriteAt(p []byte, at int64) (int, error) { return b.file.WriteAt(p, b.offset+at) }

func (b behind) Truncate(size int64) error { return b.file.Truncate(b.offset + size) }

// close closes the files. Their reports are complete already.
func (f *outputFiles) close() error {
	var errs []error
	for _, file := range f.opened {
		if err := file.Close(); err != nil {
			errs = append(errs, fmt.Errorf("report of %s: %w", file.reporter, err))
		}
	}
	f.opened = nil
	return errors.Join(errs...)
}

// absolute makes the path of a report absolute. A "~" at its beginning is the home folder, for those
// whose shell does not see it, as in a configuration file.
func absolute(path string) (string, error) {
	if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		path = filepath.Join(home, rest)
	}
	return filepath.Abs(path)
}
