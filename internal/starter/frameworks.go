package starter

import (
	"cmp"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Stack is what the server is written with, as far as it can be told.
type Stack struct {
	// Language is "nodejs", "go", "python" and so on; empty when nothing tells.
	Language string
	// Framework is its name; empty when none is known.
	Framework string
	// Server is the command that starts the server; empty when it is not known.
	Server string
	// Port is where the framework listens when nobody says otherwise; zero means 3000.
	Port int
	// Slow says that the command compiles first.
	Slow bool
}

// Endpoint is the URL that the server usually has.
func (s Stack) Endpoint() string { return "http://127.0.0.1:" + strconv.Itoa(cmp.Or(s.Port, 3000)) }

// HookLanguage is what hooks are best written in: the server's own language if it can be.
func (s Stack) HookLanguage() string {
	if _, known := HookLanguage(s.Language); known {
		return s.Language
	}
	return "nodejs"
}

// languages are tried in this order. Node.js is the last one, since many projects of other languages have
// a package.json for what their pages need.
var languages = []func(*tree) (Stack, bool){rust, golang, php, elixir, java, dotnet, python, ruby, node, perl}

func (t *tree) stack() Stack {
	for _, look := range languages {
		if s, ok := look(t); ok {
			return s
		}
	}
	return Stack{}
}

func rust(t *tree) (Stack, bool) {
	if !t.has("Cargo.toml") {
		return Stack{}, false
	}
	s := Stack{Language: "rust", Server: "cargo run", Port: 8080, Slow: true}
	for _, f := range []struct {
		name string
		port int
	}{{"rocket", 8000}, {"axum", 3000}, {"warp", 3030}, {"actix-web", 8080}} {
		if t.mentions([]string{"Cargo.toml"}, f.name) {
			s.Framework, s.Port = f.name, f.port
			break
		}
	}
	return s, true
}

func golang(t *tree) (Stack, bool) {
	if !t.has("go.mod") {
		return Stack{}, false
	}
	s := Stack{Language: "go", Port: 8080, Slow: true}
	for _, f := range []struct {
		name, module string
		port         int
	}{
		{"gin", "github.com/gin-gonic/gin", 8080},
		{"echo", "github.com/labstack/echo", 1323},
		{"fiber", "github.com/gofiber/fiber", 3000},
		{"chi", "github.com/go-chi/chi", 8080},
	} {
		if t.mentions([]string{"go.mod"}, f.module) {
			s.Framework, s.Port = f.name, f.port
			break
		}
	}
	if dir := t.mainPackage(); dir != "" {
		s.Server = "go run " + dir
	}
	return s, true
}

var mainClause = regexp.MustCompile(`(?m)^package main\b`)

// mainPackage is the folder of the program, as go run takes it: the root, or the likeliest below it.
func (t *tree) mainPackage() string {
	var dirs []string
	for _, name := range t.files {
		if path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") && depth(name) <= 3 && mainClause.Match(t.head(name, maxHead)) {
			dirs = append(dirs, path.Dir(name))
		}
	}
	dirs = slices.Compact(dirs)
	slices.SortStableFunc(dirs, func(a, b string) int {
		return cmp.Or(
			compareBool(a != ".", b != "."),
			compareBool(!serves(a), !serves(b)),
			cmp.Compare(depth(a), depth(b)),
		)
	})
	switch {
	case len(dirs) == 0:
		return ""
	case dirs[0] == ".":
		return "."
	}
	return "./" + dirs[0]
}

// serves reports whether a program has the name of a server.
func serves(dir string) bool {
	return slices.ContainsFunc([]string{"server", "api", "web", "http"}, func(w string) bool { return strings.Contains(path.Base(dir), w) })
}

func php(t *tree) (Stack, bool) {
	s := Stack{Language: "php", Port: 8000}
	switch {
	case t.has("artisan"):
		s.Framework, s.Server = "Laravel", "php artisan serve"
	case !t.has("composer.json"):
		return Stack{}, false
	case t.mentions([]string{"composer.json"}, "symfony/framework-bundle"):
		s.Framework, s.Server = "Symfony", "php -S 127.0.0.1:8000 -t public"
	case t.has("public/index.php"):
		s.Server = "php -S 127.0.0.1:8000 -t public"
	default:
		s.Server = "php -S 127.0.0.1:8000"
	}
	return s, true
}

func elixir(t *tree) (Stack, bool) {
	switch {
	case !t.has("mix.exs"):
		return Stack{}, false
	case t.mentions([]string{"mix.exs"}, ":phoenix"):
		return Stack{Language: "elixir", Framework: "Phoenix", Server: "mix phx.server", Port: 4000, Slow: true}, true
	}
	return Stack{Language: "elixir", Server: "mix run --no-halt", Port: 4000, Slow: true}, true
}

func java(t *tree) (Stack, bool) {
	spring := func(build string) bool { return t.mentions([]string{build}, "spring-boot", "springframework.boot") }
	for _, b := range []struct{ file, wrapper, own, program, task string }{
		{"pom.xml", "mvnw", "./mvnw", "mvn", "spring-boot:run"},
		{"build.gradle", "gradlew", "./gradlew", "gradle", "bootRun"},
		{"build.gradle.kts", "gradlew", "./gradlew", "gradle", "bootRun"},
	} {
		if !t.has(b.file) {
			continue
		}
		s := Stack{Language: "java", Port: 8080, Slow: true}
		if spring(b.file) {
			program := b.program
			if t.has(b.wrapper) {
				program = b.own
			}
			s.Framework, s.Server = "Spring Boot", program+" "+b.task
		}
		return s, true
	}
	return Stack{}, false
}

func dotnet(t *tree) (Stack, bool) {
	if len(t.match("*.csproj"))+len(t.match("*.sln")) == 0 {
		return Stack{}, false
	}
	return Stack{Language: "dotnet", Server: "dotnet run", Port: 5000, Slow: true}, true
}

func python(t *tree) (Stack, bool) {
	manifests := append(t.match("requirements*.txt"), t.match("requirements/*.txt")...)
	for _, name := range []string{"pyproject.toml", "Pipfile", "setup.py", "setup.cfg", "MANIFEST.in", "environment.yml"} {
		if found := t.find(name); found != "" {
			manifests = append(manifests, found)
		}
	}
	s := Stack{Language: "python", Port: 8000}
	switch {
	case t.has("manage.py"):
		s.Framework, s.Server = "Django", "python manage.py runserver --noreload"
	case len(manifests) == 0:
		return Stack{}, false
	case t.mentions(manifests, "fastapi"):
		s.Framework, s.Server = "FastAPI", "uvicorn "+t.pythonModule("FastAPI(", "main")+":app"
	case t.mentions(manifests, "flask"):
		s.Framework, s.Server, s.Port = "Flask", "flask --app "+t.pythonModule("Flask(", "app")+" run", 5000
	}
	return s, true
}

// pythonModule is the module that makes the application.
func (t *tree) pythonModule(call, otherwise string) string {
	for _, name := range t.files {
		if path.Ext(name) == ".py" && depth(name) < 3 && strings.Contains(string(t.head(name, maxHead)), "app = "+call) {
			module := strings.ReplaceAll(strings.TrimSuffix(name, ".py"), "/", ".")
			return strings.TrimSuffix(module, ".__init__")
		}
	}
	return otherwise
}

func ruby(t *tree) (Stack, bool) {
	gems := []string{"Gemfile", "Gemfile.lock"}
	if !t.has(gems[0]) && !t.has(gems[1]) && len(t.match("*.gemspec")) == 0 {
		return Stack{}, false
	}
	s := Stack{Language: "ruby", Port: 3000}
	switch {
	case t.has("bin/rails") || t.mentions(gems, `"rails"`, `'rails'`, " rails ("):
		s.Framework, s.Server = "Rails", "bundle exec rails server"
	case t.has("config.ru"):
		s.Server, s.Port = "bundle exec rackup", 9292
		if t.mentions(gems, "sinatra") {
			s.Framework = "Sinatra"
		}
	case t.mentions(gems, "sinatra"):
		s.Framework, s.Port = "Sinatra", 4567
		for _, name := range []string{"app.rb", "server.rb", "main.rb"} {
			if s.Server == "" && t.has(name) {
				s.Server = "bundle exec ruby " + name
			}
		}
	}
	return s, true
}

// nodeFrameworks are those of Node.js, the ones that build on others first.
var nodeFrameworks = []struct {
	module, name string
	port         int
}{
	{"@nestjs/core", "NestJS", 3000},
	{"next", "Next.js", 3000},
	{"@adonisjs/core", "AdonisJS", 3333},
	{"@strapi/strapi", "Strapi", 1337},
	{"sails", "Sails", 1337},
	{"@feathersjs/feathers", "Feathers", 3030},
	{"fastify", "Fastify", 3000},
	{"@hapi/hapi", "hapi", 3000},
	{"koa", "Koa", 3000},
	{"restify", "Restify", 8080},
	{"express", "Express", 3000},
}

func node(t *tree) (Stack, bool) {
	if !t.has("package.json") {
		return Stack{}, false
	}
	s := Stack{Language: "nodejs", Port: 3000}
	var manifest struct {
		Main         string
		Scripts      map[string]string
		Dependencies map[string]any
	}
	if json.Unmarshal(t.read("package.json"), &manifest) != nil {
		return s, true
	}
	for _, f := range nodeFrameworks {
		if _, there := manifest.Dependencies[f.module]; there {
			s.Framework, s.Port = f.name, f.port
			break
		}
	}
	program := "npm"
	for lock, name := range map[string]string{"yarn.lock": "yarn", "pnpm-lock.yaml": "pnpm"} {
		if t.has(lock) {
			program = name
		}
	}
	switch {
	case manifest.Scripts["start"] != "":
		s.Server = program + " start"
	case manifest.Scripts["serve"] != "":
		s.Server = program + " run serve"
	case manifest.Main != "" && t.has(path.Clean(manifest.Main)):
		s.Server = "node " + path.Clean(manifest.Main)
	case t.has("server.js"): // what npm start runs without a script
		s.Server = "node server.js"
	}
	return s, true
}

func perl(t *tree) (Stack, bool) {
	for _, name := range []string{"cpanfile", "minil.toml", "Makefile.PL", "Build.PL"} {
		if t.has(name) {
			s := Stack{Language: "perl", Port: 5000}
			if t.has("app.psgi") {
				s.Server = "plackup"
			}
			return s, true
		}
	}
	return Stack{}, false
}

// modules reports whether files named .js are modules of ECMAScript.
func (t *tree) modules() bool {
	var manifest struct{ Type string }
	return json.Unmarshal(t.read("package.json"), &manifest) == nil && manifest.Type == "module"
}
