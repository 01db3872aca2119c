package starter

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Service is one of continuous integration.
type Service struct {
	// Key is what --ci calls it, and Name what people call it.
	Key, Name string
	// File is its configuration in this project; empty when there is none.
	File string
}

// service is a row of the table.
type service struct {
	key, name string
	// file is where a job is written. When the service keeps each workflow in a file of its own, it is
	// never that of another one.
	file string
	// signs are files that show that the service is used, as patterns.
	signs []string
	// text is the whole of a new file.
	text func(job) string
	// add adds the job to a file that exists; nil, or false, when a person has to.
	add func(text string, j job) (added string, ok bool)
	// snippet is what a person adds.
	snippet func(job) string
}

func servicesTable() []service {
	return []service{
		{
			key: "github", name: "GitHub Actions", file: ".github/workflows/bailiff.yml",
			signs: []string{".github/workflows/*.yml", ".github/workflows/*.yaml"}, text: gitHub,
		},
		{
			key: "gitlab", name: "GitLab CI", file: ".gitlab-ci.yml", signs: []string{".gitlab-ci.yml"},
			text: gitLab, snippet: gitLab, add: appendJob("bailiff", gitLab),
		},
		{
			key: "circleci", name: "CircleCI", file: ".circleci/config.yml", signs: []string{".circleci/config.yml"},
			text: circleCI, snippet: circleJob,
		},
		{
			key: "travis", name: "Travis CI", file: ".travis.yml", signs: []string{".travis.yml"}, text: travis,
			snippet: func(j job) string {
				return "before_install:\n" + j.list("  ", "sudo ") + "script:\n  - " + j.run + "\n"
			},
		},
		{
			key: "appveyor", name: "AppVeyor", file: "appveyor.yml", signs: []string{"appveyor.yml", ".appveyor.yml"}, text: appVeyor,
			snippet: func(j job) string { return "install:\n" + j.list("  ", "sudo ") + "test_script:\n  - " + j.run + "\n" },
		},
		{
			key: "wercker", name: "Wercker", file: "wercker.yml", signs: []string{"wercker.yml"}, text: wercker,
			snippet: func(j job) string { return "build:\n  steps:\n" + werckerSteps(j) },
		},
		{
			key: "jenkins", name: "Jenkins", file: "Jenkinsfile", signs: []string{"Jenkinsfile"}, text: jenkins,
			snippet: jenkinsStage,
		},
	}
}

// ServiceKeys lists what --ci takes.
func ServiceKeys() []string {
	var list []string
	for _, s := range servicesTable() {
		list = append(list, s.key)
	}
	return list
}

// ServiceName is what people call a service; empty when there is no such one.
func ServiceName(key string) string {
	for _, s := range servicesTable() {
		if s.key == key {
			return s.name
		}
	}
	return ""
}

func (t *tree) services() []Service {
	var found []Service
	for _, s := range servicesTable() {
		for _, sign := range s.signs {
			if files := t.match(sign); len(files) > 0 {
				found = append(found, Service{s.key, s.name, files[0]})
				break
			}
		}
	}
	return found
}

// integrate adds the jobs that were asked for.
func (w *Written) integrate(p Project, a Answers) error {
	j := newJob(p, a)
	for _, key := range a.Services {
		s, ok := find(key)
		if !ok {
			return fmt.Errorf("unknown service %q of continuous integration: use one of %s", key, strings.Join(ServiceKeys(), ", "))
		}
		existing := p.serviceFile(s)
		switch {
		case existing == "":
			w.Files = append(w.Files, File{Path: s.file, Content: []byte(s.text(j))})
			continue
		case s.add != nil:
			text := string(p.text(existing))
			if added, ok := s.add(text, j); ok {
				w.Files = append(w.Files, File{Path: existing, Content: []byte(text + added), Changes: true, Added: added})
				continue
			}
		}
		w.Manual = append(w.Manual, Snippet{existing, s.snippet(j)})
	}
	return nil
}

func find(key string) (service, bool) {
	for _, s := range servicesTable() {
		if s.key == strings.ToLower(key) {
			return s, true
		}
	}
	return service{}, false
}

// serviceFile is the file that a job would have to be added to; empty when it gets one of its own.
func (p Project) serviceFile(s service) string {
	if s.snippet == nil {
		return ""
	}
	for _, found := range p.Services {
		if found.Key == s.key {
			return found.File
		}
	}
	return ""
}

// appendJob adds a job at the end of a file whose jobs are the keys of its root.
func appendJob(name string, text func(job) string) func(string, job) (string, bool) {
	return func(existing string, j job) (string, bool) {
		root := mapping([]byte(existing))
		if root == nil || root.Style&yaml.FlowStyle != 0 {
			return "", false
		}
		for i := 0; i < len(root.Content); i += 2 {
			if root.Content[i].Value == name || root.Content[i].Value == "stages" {
				return "", false // a file with stages may have none named test
			}
		}
		added := "\n" + text(j)
		if !strings.HasSuffix(existing, "\n") {
			added = "\n" + added
		}
		return added, mapping([]byte(existing+added)) != nil
	}
}

// job is what is run, whichever service runs it.
type job struct {
	// language is that of the server.
	language string
	// packages are those of Debian that are needed, and prepare are the commands before the run.
	packages []string
	prepare  []string
	// run is the command.
	run string
}

// packages of Debian, by language.
var packages = map[string][]string{
	"nodejs": {"nodejs", "npm"},
	"python": {"python3", "python3-pip", "python-is-python3"},
	"ruby":   {"ruby-full", "bundler"},
	"php":    {"php-cli", "php-xml", "php-mbstring", "composer"},
	"rust":   {"cargo"},
	"elixir": {"elixir"},
	"java":   {"maven", "default-jdk"},
	"perl":   {"cpanminus"},
}

const (
	repository = "https://github.com/bailiff-dev/bailiff"
	goVersion  = "1.26"
	goImage    = "golang:" + goVersion
	// fromSource builds bailiff with the parser of API Blueprint, which needs more than go install.
	fromSource = "git clone --depth 1 " + repository + " .bailiff && make -C .bailiff build"
	goInstall  = "go install github.com/bailiff-dev/bailiff/cmd/bailiff@latest"
)

func newJob(p Project, a Answers) job {
	j := job{language: p.Stack.Language}
	j.packages = append(j.packages, packages[j.language]...)
	j.prepare = append(j.prepare, p.dependencies()...)
	if a.GoTest {
		j.run = "go test -run TestContract " + goTestFolder(p)
		return j
	}
	if l, ok := HookLanguage(a.Language); ok && a.Hooks {
		if l.Key != j.language {
			j.packages = append(j.packages, packages[l.Key]...)
		}
		if l.Install != "" {
			j.prepare = append(j.prepare, l.Install)
		}
	}
	j.run = "bailiff"
	if p.needsDrafter(a) {
		if !slices.Contains(j.packages, "npm") {
			j.packages = append(j.packages, "nodejs", "npm")
		}
		j.prepare, j.run = append(j.prepare, fromSource), ".bailiff/bin/bailiff"
	} else {
		j.prepare = append(j.prepare, goInstall)
	}
	if a.Dredd && p.Config != "" { // which would be read in place of dredd.yml
		j.run += " --config " + dreddName
	}
	return j
}

// needsDrafter reports whether one of the descriptions may be API Blueprint.
func (p Project) needsDrafter(a Answers) bool {
	for _, name := range a.Descriptions {
		known := false
		for _, d := range p.Descriptions {
			if path.Clean(name) == d.Path {
				known = true
				if d.Format == APIBlueprint {
					return true
				}
			}
		}
		if ext := path.Ext(name); !known && ext != ".yml" && ext != ".yaml" && ext != ".json" {
			return true
		}
	}
	return false
}

// goTestFolder is the package of the test, as go test takes it.
func goTestFolder(p Project) string {
	if p.Go == nil || p.Go.Dir == "." {
		return "."
	}
	return "./" + p.Go.Dir
}

// dependencies are the commands that install what the server needs.
func (p Project) dependencies() []string {
	for _, d := range []struct{ file, command string }{
		{"pnpm-lock.yaml", "npx pnpm install --frozen-lockfile"},
		{"yarn.lock", "npx yarn install --frozen-lockfile"},
		{"package-lock.json", "npm ci"},
		{"package.json", "npm install"},
		{"requirements.txt", "pip install --break-system-packages -r requirements.txt"},
		{"pyproject.toml", "pip install --break-system-packages ."},
		{"Gemfile", "bundle install"},
		{"composer.json", "composer install --no-interaction"},
		{"mix.exs", "mix deps.get"},
		{"cpanfile", "cpanm --installdeps ."},
	} {
		if p.tree.has(d.file) && languageOfManifest[d.file] == p.Stack.Language {
			return []string{d.command}
		}
	}
	return nil
}

var languageOfManifest = map[string]string{
	"pnpm-lock.yaml": "nodejs", "yarn.lock": "nodejs", "package-lock.json": "nodejs", "package.json": "nodejs",
	"requirements.txt": "python", "pyproject.toml": "python", "Gemfile": "ruby", "composer.json": "php", "mix.exs": "elixir", "cpanfile": "perl",
}

// text is the beginning of a file of the project.
func (p Project) text(name string) []byte { return p.tree.read(name) }

// commands are all that comes before the run, with a word before what needs rights.
func (j job) commands(rights string) []string {
	var list []string
	if len(j.packages) > 0 {
		list = append(list, rights+"apt-get update && "+rights+"apt-get install -y --no-install-recommends "+strings.Join(j.packages, " "))
	}
	return append(list, j.prepare...)
}

// list is the commands as a list in YAML.
func (j job) list(indent, rights string) string {
	var b strings.Builder
	for _, c := range j.commands(rights) {
		b.WriteString(indent + "- " + scalar(c) + "\n")
	}
	return b.String()
}
