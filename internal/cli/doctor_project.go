package cli

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook/handler"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/internal/config"
	"github.com/bailiff-dev/bailiff/internal/starter"
)

// project is what is configured in the folder, or found there.
type project struct {
	// file is the configuration file; empty when there is none.
	file     string
	settings *config.Settings
	err      error // of reading the file
	found    starter.Project
}

// readProject reads what there is.
func readProject() *project {
	p := &project{found: starter.Detect(os.DirFS("."))}
	p.file = p.found.Config
	if p.file == "" && p.found.Dredd != nil {
		p.file = p.found.Dredd.Name
	}
	if p.file == "" {
		return p
	}
	settings, err := config.Load(config.Source{Defaults: config.Defaults(), Dredd: true})
	if err != nil {
		p.err = err
		return p
	}
	p.settings = settings
	return p
}

// descriptions are those that are configured, or else those that were found.
func (p *project) descriptions() []string {
	if p.settings != nil && p.settings.Named() {
		return p.settings.Descriptions()
	}
	if len(p.found.Descriptions) > 0 {
		return []string{p.found.Descriptions[0].Path}
	}
	return nil
}

// needsDrafter reports whether one of the descriptions is API Blueprint.
func (p *project) needsDrafter() bool {
	for _, name := range p.descriptions() {
		for _, d := range p.found.Descriptions {
			if d.Format == starter.APIBlueprint && d.Path == filepath.ToSlash(filepath.Clean(name)) {
				return true
			}
		}
		if strings.HasSuffix(name, ".apib") {
			return true
		}
	}
	return false
}

// hookFiles are those that are configured, or else those that were found.
func (p *project) hookFiles() []string {
	if p.settings != nil {
		return p.settings.Hooks.Files
	}
	return p.found.Hooks.Files
}

// usesLanguage reports whether hooks of the project are in a language.
func (p *project) usesLanguage(key string) bool {
	files := p.hookFiles()
	switch {
	case len(files) == 0:
		return false
	case p.settings != nil && p.settings.Hooks.Language != "":
		return p.settings.Hooks.Language == key
	case p.settings == nil:
		return p.found.Hooks.Language == key
	}
	for _, f := range files {
		if language, err := languageOf(f); err == nil && language == key {
			return true
		}
	}
	return false
}

// projectChecks are those about the project in the folder; there are none where there is none.
func projectChecks(p *project) []check {
	var list []check
	add := func(id, name string, run func(ctx context.Context) checked) {
		list = append(list, check{id, name, func(ctx context.Context) checked {
			c := run(ctx)
			c.Project = true
			return c
		}})
	}
	if p.file == "" && len(p.descriptions()) == 0 {
		return nil
	}
	add("configuration", "configuration", func(context.Context) checked { return p.checkConfiguration() })
	if len(p.descriptions()) > 0 {
		add("descriptions", "descriptions", p.checkDescriptions)
	}
	if len(p.hookFiles()) > 0 {
		add("hook-files", "hook files", func(context.Context) checked { return p.checkHookFiles() })
	}
	if p.settings == nil {
		return list
	}
	if p.settings.Server != "" {
		add("server", "server", func(context.Context) checked { return checkServer(p.settings.Server) })
	}
	if p.settings.Endpoint != "" {
		add("endpoint", "endpoint", func(ctx context.Context) checked {
			return checkEndpoint(ctx, p.settings.Endpoint, p.settings.Server != "")
		})
	}
	return list
}

func (p *project) checkConfiguration() checked {
	switch {
	case p.err != nil:
		return checked{Status: missing, Detail: p.err.Error(), Remedy: "mend " + p.file}
	case p.file == "":
		return checked{Status: warned, Detail: "there is none; all has to be said in options", Remedy: "run bailiff init"}
	case !p.settings.Named():
		return checked{Status: warned, Detail: p.file + " names no API description", Remedy: "add blueprint: FILE to it"}
	case p.settings.Endpoint == "":
		return checked{Status: warned, Detail: p.file + " names no server", Remedy: "add endpoint: URL to it"}
	case len(p.settings.Warnings) > 0:
		return checked{Status: warned, Detail: strings.Join(p.settings.Warnings, "\n"), Remedy: "change it in " + p.file + ", or leave it: the run says so too"}
	}
	return checked{Status: healthy, Detail: p.file}
}

// checkDescriptions compiles them. URLs are left alone, since no network is used.
func (p *project) checkDescriptions(ctx context.Context) checked {
	var local, remote []string
	for _, d := range p.descriptions() {
		if strings.Contains(d, "://") {
			remote = append(remote, d)
		} else {
			local = append(local, d)
		}
	}
	aside := ""
	if len(remote) > 0 {
		aside = "; not looked at: " + strings.Join(remote, ", ")
	}
	if len(local) == 0 {
		return checked{Status: healthy, Detail: "not looked at: " + strings.Join(remote, ", ")}
	}
	compiled, err := compileWithin(ctx, harness.CompileConfig{Descriptions: local})
	if err != nil {
		return checked{Status: missing, Detail: err.Error(), Remedy: "mend the names of the descriptions"}
	}
	total, left := 0, 0
	for _, c := range compiled {
		total, left = total+len(c.Transactions), left+len(c.Omissions)
		for _, n := range c.Annotations {
			if n.Severity == transaction.SeverityError {
				return checked{Status: missing, Detail: c.Explain(n), Remedy: "mend " + c.Filename}
			}
		}
	}
	detail := fmt.Sprintf("%s in %s%s", count(total, "transaction"), count(len(compiled), "description"), aside)
	switch {
	case total == 0:
		return checked{Status: warned, Detail: detail, Remedy: "document an action with a response, or name another description"}
	case left > 0:
		return checked{Status: warned, Detail: fmt.Sprintf("%s; %s left out", detail, count(left, "documented action")), Remedy: "run bailiff compile, which says which and why"}
	}
	return checked{Status: healthy, Detail: detail}
}

func (p *project) checkHookFiles() checked {
	files, err := handler.Files("", p.hookFiles())
	if err != nil {
		return checked{Status: missing, Detail: err.Error(), Remedy: "mend hookfiles in " + cmp.Or(p.file, "the options")}
	}
	return checked{Status: healthy, Detail: count(len(files), "file")}
}

// checkServer looks for the program that starts the server.
func checkServer(command string) checked {
	words := strings.Fields(command)
	if len(words) == 0 || strings.ContainsAny(words[0], `"'\$`) {
		return checked{Status: healthy, Detail: command}
	}
	if _, err := exec.LookPath(words[0]); err != nil {
		return checked{Status: missing, Detail: fmt.Sprintf("%q cannot be run: %v", command, err), Remedy: "install " + words[0] + ", or mend server in the configuration file"}
	}
	return checked{Status: healthy, Detail: command}
}

// checkEndpoint connects to the server, and sends nothing.
func checkEndpoint(ctx context.Context, endpoint string, started bool) checked {
	text := endpoint
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return checked{Status: missing, Detail: fmt.Sprintf("%q is no URL", endpoint), Remedy: "mend endpoint, as in http://127.0.0.1:3000"}
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443"}[u.Scheme]
	}
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), cmp.Or(port, "80")))
	if err == nil {
		_ = conn.Close() // nothing was sent
	}
	switch {
	case err == nil && started:
		return checked{Status: warned, Detail: "something listens at " + endpoint + " already, and bailiff would start the server there", Remedy: "stop it, or leave server out of the configuration file"}
	case err == nil:
		return checked{Status: healthy, Detail: endpoint + " answers"}
	case started:
		return checked{Status: healthy, Detail: endpoint + ", where bailiff starts the server"}
	}
	return checked{Status: warned, Detail: "nothing listens at " + endpoint, Remedy: "start the server, or name its command as server in the configuration file"}
}
