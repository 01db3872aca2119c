package starter_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/internal/starter"
)

// files makes a folder; a name without a text is an empty file.
func files(pairs ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		fsys[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return fsys
}

func TestStacks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                        string
		fsys                        fstest.MapFS
		language, framework, server string
		endpoint                    string
	}{
		{"nothing", files(), "", "", "", "http://127.0.0.1:3000"},
		{"express", files("package.json", `{"scripts": {"start": "node ."}, "dependencies": {"express": "4"}}`), "nodejs", "Express", "npm start", "http://127.0.0.1:3000"},
		{"nest", files("package.json", `{"scripts": {"start": "nest start"}, "dependencies": {"express": "4", "@nestjs/core": "1"}}`), "nodejs", "NestJS", "npm start", "http://127.0.0.1:3000"},
		{"yarn", files("package.json", `{"scripts": {"start": "x"}}`, "yarn.lock", ""), "nodejs", "", "yarn start", "http://127.0.0.1:3000"},
		{"node main", files("package.json", `{"main": "./lib/index.js"}`, "lib/index.js", ""), "nodejs", "", "node lib/index.js", "http://127.0.0.1:3000"},
		{"broken package.json", files("package.json", `{`), "nodejs", "", "", "http://127.0.0.1:3000"},
		{"rails with assets", files("Gemfile", `gem "rails", "~> 8"`, "package.json", `{}`), "ruby", "Rails", "bundle exec rails server", "http://127.0.0.1:3000"},
		{"sinatra on rack", files("Gemfile", `gem 'sinatra'`, "config.ru", ""), "ruby", "Sinatra", "bundle exec rackup", "http://127.0.0.1:9292"},
		{"sinatra", files("Gemfile", `gem 'sinatra'`, "app.rb", ""), "ruby", "Sinatra", "bundle exec ruby app.rb", "http://127.0.0.1:4567"},
		{"django", files("manage.py", "", "requirements.txt", "django"), "python", "Django", "python manage.py runserver --noreload", "http://127.0.0.1:8000"},
		{"fastapi", files("requirements.txt", "FastAPI==1", "app/main.py", "app = FastAPI()"), "python", "FastAPI", "uvicorn app.main:app", "http://127.0.0.1:8000"},
		{"flask", files("pyproject.toml", "dependencies = ['flask']", "web/__init__.py", "app = Flask(__name__)"), "python", "Flask", "flask --app web run", "http://127.0.0.1:5000"},
		{"go", files("go.mod", "module x", "main.go", "package main"), "go", "", "go run .", "http://127.0.0.1:8080"},
		{"go below", files("go.mod", "module x\nrequire github.com/labstack/echo/v4 v4", "x.go", "package x", "cmd/tool/main.go", "package main", "cmd/server/main.go", "package main"), "go", "echo", "go run ./cmd/server", "http://127.0.0.1:1323"},
		{"go library", files("go.mod", "module x", "x.go", "package x"), "go", "", "", "http://127.0.0.1:8080"},
		{"rocket", files("Cargo.toml", "rocket = '0.5'"), "rust", "rocket", "cargo run", "http://127.0.0.1:8000"},
		{"laravel", files("artisan", "", "composer.json", "{}", "package.json", "{}"), "php", "Laravel", "php artisan serve", "http://127.0.0.1:8000"},
		{"php", files("composer.json", "{}", "public/index.php", ""), "php", "", "php -S 127.0.0.1:8000 -t public", "http://127.0.0.1:8000"},
		{"phoenix", files("mix.exs", "{:phoenix, \"~> 1\"}"), "elixir", "Phoenix", "mix phx.server", "http://127.0.0.1:4000"},
		{"spring", files("pom.xml", "<artifactId>spring-boot-starter</artifactId>", "mvnw", ""), "java", "Spring Boot", "./mvnw spring-boot:run", "http://127.0.0.1:8080"},
		{"dotnet", files("Shop.csproj", ""), "dotnet", "", "dotnet run", "http://127.0.0.1:5000"},
		{"perl", files("cpanfile", "", "app.psgi", ""), "perl", "", "plackup", "http://127.0.0.1:5000"},
		{"what others wrote", files("node_modules/x/Cargo.toml", "", "vendor/y/go.mod", ""), "", "", "", "http://127.0.0.1:3000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := starter.Detect(c.fsys).Stack
			assert.Equal(t, c.language, s.Language)
			assert.Equal(t, c.framework, s.Framework)
			assert.Equal(t, c.server, s.Server)
			assert.Equal(t, c.endpoint, s.Endpoint())
		})
	}
}

func TestDescriptions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		fsys fstest.MapFS
		want []starter.Description
	}{
		{"none", files("package.json", `{"dependencies": {"openapi": "3.0.1", "swagger": "2.0"}}`, "docker-compose.yml", "services:\n  openapi: 3.0.0\n"), []starter.Description{}},
		{"OpenAPI 3", files("spec.yaml", "# ours\nopenapi: 3.1.0\n"), []starter.Description{{"spec.yaml", "OpenAPI 3"}}},
		{"OpenAPI 2", files("spec.yml", "info: {}\nswagger: '2.0'\n"), []starter.Description{{"spec.yml", "OpenAPI 2"}}},
		{"JSON", files("a.json", `{"info": {"openapi": "4"}, "openapi": "3.0.3"}`), []starter.Description{{"a.json", "OpenAPI 3"}}},
		{"JSON in YAML", files("a.yaml", `{"swagger": "2.0"}`), []starter.Description{{"a.yaml", "OpenAPI 2"}}},
		{"broken JSON", files("a.json", `{"openapi": `, "b.json", `{"a": [openapi`), []starter.Description{}},
		{"another version", files("a.yml", "openapi: 4.0.0\n"), []starter.Description{}},
		{"Markdown", files("README.md", "# x", "api.md", "FORMAT: 1A\n# API"), []starter.Description{{"api.md", "API Blueprint"}}},
		{
			"blueprints first, then what is near and named so",
			files("z/api.yml", "openapi: 3.0.0", "a.yml", "openapi: 3.0.0", "openapi.yml", "openapi: 3.0.0", "docs/deep/x.apib", "FORMAT: 1A\n"),
			[]starter.Description{{"docs/deep/x.apib", "API Blueprint"}, {"openapi.yml", "OpenAPI 3"}, {"a.yml", "OpenAPI 3"}, {"z/api.yml", "OpenAPI 3"}},
		},
		{
			"what is included is no description",
			files("docs/a.apib", "# A", "docs/api.apib", "FORMAT: 1A\n<!-- include(a.apib) -->\n"),
			[]starter.Description{{"docs/api.apib", "API Blueprint"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, starter.Detect(c.fsys).Descriptions)
		})
	}
}

func TestHookFiles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		fsys     fstest.MapFS
		language string
		patterns []string
	}{
		{"of Git and React", files("hooks/pre-commit.py", "import sys", "src/hooks/useX.js", "import { useState } from 'react'"), "", nil},
		{"JavaScript", files("hooks.js", "const h = require('hooks');"), "nodejs", []string{"hooks.js"}},
		{"several", files("test/hooks/a.js", `require("hooks")`, "test/hooks/b.js", "import x from 'hooks'", "x.rb", "require 'dredd_hooks/methods'"), "nodejs", []string{"test/hooks/*.js"}},
		{"Python", files("a.py", "import dredd_hooks as hooks"), "python", []string{"a.py"}},
		{"PHP", files("a.php", `use Dredd\Hooks;`), "php", []string{"a.php"}},
		{"Perl", files("a.pl", "use Dredd::Hooks::Methods;"), "perl", []string{"a.pl"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := starter.Detect(c.fsys).Hooks
			assert.Equal(t, c.language, h.Language)
			assert.Equal(t, c.patterns, h.Patterns())
		})
	}
}

func TestServices(t *testing.T) {
	t.Parallel()
	p := starter.Detect(files(".github/workflows/test.yaml", "", ".circleci/config.yml", "", ".travis.yml", "", "Jenkinsfile", "", "appveyor.yml", "", "wercker.yml", "", ".gitlab-ci.yml", ""))
	var keys []string
	for _, s := range p.Services {
		keys = append(keys, s.Key)
	}
	assert.Equal(t, starter.ServiceKeys(), keys)
}

func TestGoModules(t *testing.T) {
	t.Parallel()
	const mod = "module x\n"
	for _, c := range []struct {
		name string
		fsys fstest.MapFS
		want starter.GoModule
	}{
		{"program", files("go.mod", mod, "main.go", "package main\nfunc main() {}"), starter.GoModule{Dir: ".", Package: "main"}},
		{"handler", files("go.mod", mod, "main.go", "package main\nfunc routes() *http.ServeMux { return nil }"), starter.GoModule{Dir: ".", Package: "main", Handler: "routes"}},
		{"likeliest handler", files("go.mod", mod, "a/a.go", "package a\nfunc Other() http.Handler { return nil }\nfunc Engine() *gin.Engine { return nil }\nfunc NewHandler() http.Handler { return nil }"), starter.GoModule{Dir: "a", Package: "a", Handler: "NewHandler"}},
		{"with parameters", files("go.mod", mod, "x.go", "package x\nfunc New(db *sql.DB) http.Handler { return nil }\nfunc (s S) Handler() http.Handler { return nil }"), starter.GoModule{Dir: ".", Package: "x"}},
		{"broken", files("go.mod", mod, "x.go", "package"), starter.GoModule{Dir: ".", Package: "main"}},
		{"there already", files("go.mod", mod+"require github.com/bailiff-dev/bailiff v1.0.0", "contract_test.go", "package x", "x.go", "package x"), starter.GoModule{Dir: ".", Package: "x", Has: true, Test: "contract_test.go"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := starter.Detect(c.fsys).Go
			require.NotNil(t, got)
			assert.Equal(t, c.want, *got)
		})
	}
	assert.Nil(t, starter.Detect(files("main.go", "package main")).Go)
}

// TestDefaults is about who wins: Dredd's file, then what was found.
func TestDefaults(t *testing.T) {
	t.Parallel()
	p := starter.Detect(files(
		"go.mod", "module x", "main.go", "package main", "z.apib", "FORMAT: 1A", "hooks.js", "require('hooks')",
		"dredd.yml", "blueprint: old.apib\npath: [more/*.apib]\nendpoint: http://localhost:1\nserver: make run\nserver-wait: 9\nhookfiles: [h/*.rb]\nlanguage: ruby\n",
	))
	a := starter.Defaults(p)
	assert.Equal(t, []string{"more/*.apib", "old.apib"}, a.Descriptions)
	assert.Equal(t, "http://localhost:1", a.Endpoint)
	assert.Equal(t, "make run", a.Server)
	assert.Equal(t, []string{"h/*.rb"}, a.HookFiles)
	assert.Equal(t, "ruby", a.Language)
	assert.True(t, a.Hooks)
	assert.False(t, a.GoTest)
	assert.Equal(t, 9, a.From.Wait)

	p = starter.Detect(files("go.mod", "module x", "a.apib", ""))
	a = starter.Defaults(p)
	assert.True(t, a.GoTest)
	assert.Equal(t, []string{"a.apib"}, a.Descriptions)
	assert.Equal(t, "bailiff.yml", starter.Detect(files("bailiff.yml", "")).Config)
	assert.Empty(t, starter.Detect(files("Bailiff.yml", "")).Config, "it is not read by itself")
	assert.Nil(t, starter.Detect(files("dredd.yaml", "")).Dredd, "nor is this")
}
