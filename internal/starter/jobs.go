package starter

import "strings"

// setups are the steps of GitHub Actions for the languages; others are installed as packages.
var setups = map[string]string{
	"nodejs": "      - uses: actions/setup-node@v4\n        with: {node-version: lts/*}\n",
	"python": "      - uses: actions/setup-python@v5\n        with: {python-version: \"3.x\"}\n",
	"ruby":   "      - uses: ruby/setup-ruby@v1\n        with: {ruby-version: ruby}\n",
}

func gitHub(j job) string {
	var b strings.Builder
	b.WriteString(`name: API contract
on: [push, pull_request]
permissions:
  contents: read
jobs:
  bailiff:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-go@v5
        with: {go-version: "` + goVersion + `"}
` + setups[j.language])
	for _, c := range j.onGitHub() {
		b.WriteString("      - run: " + scalar(c) + "\n")
	}
	b.WriteString("      - run: " + j.run + "\n")
	return b.String()
}

// onGitHub leaves out the packages that runners have: Node.js, PHP, Java, Rust and what a setup brings.
func (j job) onGitHub() []string {
	rest := job{prepare: j.prepare}
	for _, p := range j.packages {
		if p == "elixir" || p == "cpanminus" {
			rest.packages = append(rest.packages, p)
		}
	}
	commands := rest.commands("sudo ")
	for i, c := range commands { // where Python is not that of the system
		commands[i] = strings.Replace(c, "--break-system-packages ", "", 1)
	}
	return commands
}

func gitLab(j job) string {
	return "bailiff:\n  image: " + goImage + "\n  script:\n" + j.list("    ", "") + "    - " + j.run + "\n"
}

func circleCI(j job) string {
	return "version: 2.1\n" + circleJob(j)
}

func circleJob(j job) string {
	var b strings.Builder
	b.WriteString("jobs:\n  bailiff:\n    docker:\n      - image: " + goImage + "\n    steps:\n      - checkout\n")
	for _, c := range append(j.commands(""), j.run) {
		b.WriteString("      - run: " + scalar(c) + "\n")
	}
	b.WriteString("workflows:\n  contract:\n    jobs:\n      - bailiff\n")
	return b.String()
}

func travis(j job) string {
	return "language: go\ngo: \"" + goVersion + ".x\"\nbefore_install:\n" + j.list("  ", "sudo ") + "install: true\nscript:\n  - " + j.run + "\n"
}

func appVeyor(j job) string {
	return "image: Ubuntu\nstack: go " + goVersion + "\ninstall:\n" + j.list("  ", "sudo ") + "build: false\ntest_script:\n  - " + j.run + "\n"
}

func wercker(j job) string { return "box: " + goImage + "\nbuild:\n  steps:\n" + werckerSteps(j) }

func werckerSteps(j job) string {
	var b strings.Builder
	b.WriteString("    - script:\n        name: bailiff\n        code: |\n")
	for _, c := range append(j.commands(""), j.run) {
		b.WriteString("          " + c + "\n")
	}
	return b.String()
}

func jenkins(j job) string {
	return "pipeline {\n  agent { docker { image '" + goImage + "'; args '-u root' } }\n  stages {\n" + jenkinsStage(j) + "  }\n}\n"
}

func jenkinsStage(j job) string {
	var b strings.Builder
	b.WriteString("    stage('API contract') {\n      steps {\n")
	for _, c := range append(j.commands(""), j.run) {
		b.WriteString("        sh " + single(c) + "\n")
	}
	b.WriteString("      }\n    }\n")
	return b.String()
}
