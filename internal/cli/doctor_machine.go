package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing/fstest"
	"time"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/internal/starter"
)

// machineChecks are those about the machine. What only some projects need is missing when this one does.
func machineChecks(p *project) []check {
	return []check{
		{"version", "bailiff", func(context.Context) checked {
			return checked{Status: healthy, Detail: fmt.Sprintf("%s, %s, %s/%s", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)}
		}},
		{"drafter", "API Blueprint", func(ctx context.Context) checked { return checkDrafter(ctx, p) }},
		{"postgres", "Postgres", checkPostgres},
		{"redis", "Redis", checkRedis},
		{"docker", "Docker", checkDocker},
		{"node", "Node.js", func(ctx context.Context) checked { return checkNode(ctx, p) }},
		{"handlers", "hook handlers", func(context.Context) checked { return checkHandlers(p) }},
		{"handler-port", "port 61321", checkHandlerPort},
		{"cache", "cache folder", func(context.Context) checked { return checkCache() }},
		{"temporary", "temporary files", func(context.Context) checked { return checkFolder(os.TempDir(), "TMPDIR") }},
		{"terminal", "terminal", func(context.Context) checked { return checkTerminal(runtime.GOOS, os.Getenv) }},
		{"user", "user", func(context.Context) checked { return checkUser(os.Geteuid()) }},
	}
}

// checkDrafter compiles a small API Blueprint.
func checkDrafter(ctx context.Context, p *project) checked {
	blueprint := fstest.MapFS{"api.apib": {Data: []byte("FORMAT: 1A\n\n# API\n\n## GET /\n\n+ Response 200\n")}}
	_, err := harness.Compile(ctx, harness.CompileConfig{Descriptions: []string{"api.apib"}, FS: blueprint, NoCache: true})
	switch {
	case err == nil:
		return checked{Status: healthy, Detail: "read by Drafter, which is built in"}
	case p.needsDrafter():
		return checked{Status: missing, Detail: "this project has API Blueprint, and this build cannot read it", Remedy: remedy(err, withDrafter)}
	}
	return checked{Status: warned, Detail: "this build reads OpenAPI only", Remedy: "for API Blueprint: " + remedy(err, withDrafter)}
}

// What users of the program can do, who have no checkout to build it in.
const (
	withDrafter  = "take a build of bailiff with Drafter in it, which needs a C compiler, or a description in OpenAPI"
	withPostgres = "name a Postgres server of yours in BAILIFF_POSTGRES_URL, or the folder of its programs in BAILIFF_POSTGRES_BINARIES"
)

// remedy is what an error says to do, unless that is for those alone who build bailiff, which others do not.
func remedy(err error, others string) string {
	module, readErr := os.ReadFile("go.mod")
	if readErr == nil && strings.HasPrefix(string(module), "module github.com/bailiff-dev/bailiff\n") || !strings.Contains(err.Error(), "make native") {
		return err.Error()
	}
	return others
}

// checkPostgres is about what the reference server and tests with a database need.
func checkPostgres(ctx context.Context) checked {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	found, err := postgres.Probe(ctx, postgres.Config{})
	switch {
	case err == nil:
		return checked{Status: healthy, Detail: fmt.Sprintf("%s: %s%s", found.Provider, found.Detail, others(found))}
	case found.Given && found.Providers[0].Err == nil, len(found.Providers) == 0:
		return checked{Status: missing, Detail: "not to be had as the environment says it", Remedy: err.Error()}
	case found.Given:
		return checked{Status: missing, Detail: "the server that BAILIFF_POSTGRES_URL names does not answer", Remedy: err.Error()}
	case errors.Is(err, postgres.ErrUnavailable):
		return checked{Status: warned, Detail: "not there; it is needed by bailiff demo, and by Go tests with a clean database for each request", Remedy: remedy(err, withPostgres)}
	}
	return checked{Status: warned, Detail: "not to be had as the environment says it", Remedy: remedy(err, withPostgres)}
}

// others tells what there is of the other providers, since the one that is taken can be chosen.
func others(found postgres.Probed) string {
	var there, absent []string
	for _, a := range found.Providers {
		switch {
		case a.Provider == found.Provider:
		case a.Err == nil:
			there = append(there, fmt.Sprintf("%s (%s)", a.Provider, a.Detail))
		default:
			why, _, _ := strings.Cut(a.Err.Error(), ": ")
			absent = append(absent, fmt.Sprintf("%s (%s)", a.Provider, why))
		}
	}
	text := ""
	if len(there) > 0 {
		text += "; BAILIFF_POSTGRES could also choose " + strings.Join(there, ", ")
	}
	if len(absent) > 0 {
		text += "; not there: " + strings.Join(absent, ", ")
	}
	return text
}

// checkDocker is for those who have Postgres in no other way.
func checkDocker(ctx context.Context) checked {
	const use = "a Postgres in a container is used where its image is there, and fetched with BAILIFF_POSTGRES=docker"
	out, err := output(ctx, "docker", "version", "--format", "{{.Server.Version}}")
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return checked{Status: healthy, Detail: "not installed, and not needed"}
	case err != nil:
		return checked{Status: healthy, Detail: "installed, but no daemon answers; it is not needed"}
	}
	return checked{Status: healthy, Detail: "daemon " + out + "; " + use}
}

// Versions of Node.js: what the worker needs, and from which on TypeScript runs as it is.
const (
	oldestNode     = 14
	typeScriptNode = "22.18"
)

func checkNode(ctx context.Context, p *project) checked {
	const install = "install it from nodejs.org, or as a package of the system: apt-get install nodejs, brew install node"
	needed := p.usesLanguage("nodejs")
	out, err := output(ctx, "node", "--version")
	switch {
	case err != nil && needed:
		return checked{Status: missing, Detail: "the hooks of this project are in JavaScript, and node is not to be had: " + err.Error(), Remedy: install}
	case errors.Is(err, exec.ErrNotFound):
		return checked{Status: warned, Detail: "not installed; only hooks in JavaScript need it", Remedy: install}
	case err != nil:
		return checked{Status: warned, Detail: "node does not work: " + err.Error(), Remedy: install}
	}
	major, minor := nodeVersion(out)
	switch {
	case major > 0 && major < oldestNode:
		status := warned
		if needed {
			status = missing
		}
		return checked{Status: status, Detail: out + " is too old for hooks in JavaScript", Remedy: install}
	case major < 22 || major == 22 && minor < 18:
		return checked{Status: healthy, Detail: fmt.Sprintf("%s (hooks in TypeScript need %s, or a compiler named with --require)", out, typeScriptNode)}
	}
	return checked{Status: healthy, Detail: out}
}

// nodeVersion reads what node --version prints; zeros when it is something else.
func nodeVersion(text string) (major, minor int) {
	parts := strings.Split(strings.TrimPrefix(text, "v"), ".")
	if len(parts) < 2 {
		return 0, 0
	}
	major, _ = strconv.Atoi(parts[0]) // zero, then
	minor, _ = strconv.Atoi(parts[1])
	return major, minor
}

// checkHandlers looks for the hook handlers of other languages.
func checkHandlers(p *project) checked {
	var found, lacking []string
	for _, l := range starter.HookLanguages() {
		if l.Program == "" {
			continue
		}
		_, err := exec.LookPath(l.Program)
		switch {
		case err == nil:
			found = append(found, l.Program)
		case p.usesLanguage(l.Key):
			return checked{Status: missing, Detail: fmt.Sprintf("the hooks of this project are in %s, and %s is not in PATH", l.Name, l.Program), Remedy: l.Install}
		default:
			lacking = append(lacking, l.Name)
		}
	}
	switch {
	case len(found) == 0:
		return checked{Status: healthy, Detail: "none is installed, and none is needed for hooks in JavaScript and Go"}
	case len(lacking) == 0:
		return checked{Status: healthy, Detail: strings.Join(found, ", ")}
	}
	return checked{Status: healthy, Detail: strings.Join(found, ", ") + "; none for " + strings.Join(lacking, ", ")}
}

// checkHandlerPort looks whether somebody has the port that Dredd's hook handlers listen at.
func checkHandlerPort(ctx context.Context) checked {
	return checkPort(ctx, "127.0.0.1:61321")
}

func checkPort(ctx context.Context, address string) checked {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return checked{
			Status: warned, Detail: "another program listens there, perhaps the hook handler of another run",
			Remedy: "end that program, or give the handler another port with --hooks-worker-handler-port",
		}
	case err != nil:
		return checked{Status: warned, Detail: err.Error(), Remedy: "give hook handlers another port with --hooks-worker-handler-port"}
	}
	_ = l.Close() // nobody connected
	return checked{Status: healthy, Detail: "free for hook handlers"}
}

// cacheFolder is where compiled descriptions are kept.
func cacheFolder() (string, error) {
	if dir := os.Getenv("BAILIFF_CACHE"); dir != "" {
		return dir, nil
	}
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "bailiff"), err
}

func checkCache() checked {
	dir, err := cacheFolder()
	if err != nil {
		return checked{Status: warned, Detail: "there is none, so that descriptions are compiled anew each time: " + err.Error(), Remedy: "name a folder in BAILIFF_CACHE"}
	}
	return checkFolder(dir, "BAILIFF_CACHE")
}

// checkFolder makes sure that a folder can be written to, or made: the folder itself stays as it was.
func checkFolder(dir, variable string) checked {
	there := dir
	for {
		info, err := os.Stat(there)
		if err == nil && !info.IsDir() {
			return checked{Status: warned, Detail: there + " is no folder", Remedy: "move it away, or name another folder in " + variable}
		}
		if err == nil || there == filepath.Dir(there) {
			break
		}
		there = filepath.Dir(there)
	}
	f, err := os.CreateTemp(there, ".bailiff-doctor-*")
	if err != nil {
		return checked{Status: warned, Detail: dir + " cannot be written to: " + err.Error(), Remedy: "mend its permissions, or name another folder in " + variable}
	}
	if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		return checked{Status: warned, Detail: err.Error(), Remedy: "mend the permissions of " + there}
	}
	return checked{Status: healthy, Detail: dir}
}

// checkTerminal is about what is shown, and how.
func checkTerminal(system string, getenv func(string) string) checked {
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG"))
	utf8 := strings.Contains(strings.ReplaceAll(strings.ToUpper(locale), "-", ""), "UTF8")
	switch {
	case system != "windows" && !utf8:
		return checked{
			Status: warned, Detail: fmt.Sprintf("the locale %q is not one of UTF-8, so that lines and accents may not show", locale),
			Remedy: "set LANG=C.UTF-8",
		}
	case getenv("TERM") == "dumb" && getenv("NO_COLOR") == "":
		return checked{Status: warned, Detail: "TERM is dumb", Remedy: "set NO_COLOR=1, or use --color never"}
	case getenv("NO_COLOR") != "":
		return checked{Status: healthy, Detail: cmp.Or(locale, system) + ", without colours (NO_COLOR)"}
	}
	return checked{Status: healthy, Detail: cmp.Or(locale, system)}
}

// checkUser is about root, which some servers refuse to be.
func checkUser(uid int) checked {
	if uid == 0 {
		return checked{Status: healthy, Detail: "root; the embedded Postgres is run as another user, and servers that refuse root have to be told so"}
	}
	return checked{Status: healthy, Detail: "not root"}
}

// output runs a program that should answer at once.
func output(ctx context.Context, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.WaitDelay = time.Second // for what it started
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return "", fmt.Errorf("%s does not answer within %s", program, probeTime)
	}
	text := strings.TrimSpace(string(out))
	if err == nil && text == "" {
		return "", fmt.Errorf("%s says nothing", program)
	}
	return strings.Join(slices.Compact(strings.Fields(text)), " "), err
}
