# Every target does the set-up that it needs. `make` alone prints this help.
.DEFAULT_GOAL := help
SHELL := bash
GO ?= go
TOOL := $(GO) tool -modfile=tools/go.mod
SHARED ?= ../shared
RUN ?= .

help: ## print this help
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: bin/bailiff ## run the reference API's documentation against the reference server
	@bin/bailiff demo

build: bin/bailiff ## build bin/bailiff

bin/bailiff: native FORCE
	@$(GO) build -o $@ ./cmd/bailiff

native: ## install and build the native parts (Drafter, Postgres) when they are not up to date
	@tools/native/install.sh

postgres-image: ## build the image bailiff-postgres from the Postgres of this machine, where none can be pulled
	@tools/images/build.sh postgres

redis-image: ## build the image bailiff-redis from the redis-server of this machine
	@tools/images/build.sh redis

suite: # data of modules that nothing imports, so nothing else fetches them: the JSON Schema test suite, the schema of SARIF
	@$(GO) mod download -modfile=tools/go.mod github.com/kaptinlin/jsonschema github.com/securego/gosec/v2

# go test vets each package that it tests; lint does so with all that go vet knows.
test: native suite ## run all tests (RUN=pattern: some); they need nothing outside the repository
	@$(GO) test -vet=off -run '$(RUN)' ./...
	@$(GO) test -C tools -vet=off -run '$(RUN)' ./bench ./conformance ./hooksuite ./npm ./page ./parity ./requirements

# What another Postgres or Redis could answer otherwise: each documented transaction, migrations, factories, and of
# the server what makes SQL or asks Redis. harness/postgres and harness/redis test all providers themselves.
SERVICED := ./factories ./hooks ./server/internal/engine ./server/migrations

test-services: native ## run the tests of what uses a database again, on what BAILIFF_POSTGRES and BAILIFF_REDIS name
	@$(GO) test -vet=off -count=1 -short -run '$(RUN)' $(SERVICED)
	@$(GO) test -vet=off -count=1 -short -run 'Queries|Filter|Patterns|Injection|Lists|Memories|Worker$$' ./server

isolation: native ## run every transaction in each order, alone, twice and beside others, under each provider and isolation
	@BAILIFF_ISOLATION_ALL=1 $(GO) test -vet=off -count=1 -timeout 2h -v ./internal/isolation

race: native suite ## run all tests with the race detector
	@$(GO) test -race -run '$(RUN)' ./...

leaks: native ## run the tests of what calls C under the leak checker
	@$(GO) test -asan -count=1 ./harness/internal/apib/...

corpus: bin/bailiff ## compare with Dredd's own verdicts, in SHARED=../shared
	@BAILIFF_SHARED=$(abspath $(SHARED)) BAILIFF_REQUIRE_SHARED=1 $(GO) test -count=1 -run Corpus ./harness ./harness/internal/apib ./harness/internal/gavel ./harness/internal/openapi ./internal/cli

hooks-suite: bin/bailiff ## run JavaScript hook files under Dredd and under bailiff, and compare
	@$(GO) run -C tools ./hooksuite -bailiff $(abspath bin/bailiff)

lint: native ## vet, format, imports, size and style
	@$(TOOL) golangci-lint run ./...

PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64

# No file is for one architecture only, so that one of each system is vetted.
cross: ## build for Linux, macOS and Windows without cgo, and vet
	@set -e; export CGO_ENABLED=0; for p in $(PLATFORMS); do echo "$$p"; export GOOS=$${p%/*} GOARCH=$${p#*/}; \
		case $$p in */amd64) $(GO) vet ./... ;; esac; $(GO) build -o /dev/null ./cmd/bailiff; done

types: ## find out in seconds whether cross would compile, tests included
	@$(GO) run -C tools ./types $(PLATFORMS)

requirements: ## list all that is required, at the pinned versions, in requirements.txt
	@$(GO) run -C tools ./requirements -write
	@cat requirements.txt

fmt: ## format the code
	@$(TOOL) gofumpt -w cmd internal harness server factories hooks blueprints tools

# The one mostly waits, for Dredd's pauses, and the other computes.
conformance: bin/bailiff ## run a real Dredd with hooks: its own suite for hook handlers, the reference API, and JavaScript
	@$(MAKE) --no-print-directory -j2 -O hooks-suite hooks-go

hooks-go: bin/bailiff
	@$(GO) run -C tools ./conformance -bailiff $(abspath bin/bailiff)

parity: bin/bailiff ## run the same command lines under Dredd and under bailiff, and compare (RUN=pattern: some)
	@$(GO) run -C tools ./parity -bailiff $(abspath bin/bailiff) -run '$(RUN)' $(PARITY)

bench: bin/bailiff ## benchmarks: start-up, a case and a list beside SQL and HTTP by hand, mutants caught, all beside Dredd (BENCH=-quick)
	@$(GO) test -run '^$$' -bench Open -benchtime 5x ./internal/isolation
	@$(GO) test -run '^$$' -bench 'Case|Redis' -benchtime 40x ./internal/isolation
	@$(GO) test -run '^$$' -bench . -benchtime 500x ./internal/cli
	@$(GO) test -run '^$$' -bench EventList -benchtime 1x ./server
	@$(GO) run -C tools ./bench -bailiff $(abspath bin/bailiff) -shared $(abspath $(SHARED)) $(BENCH)

health: native ## start a server, break each service it stands on in turn, and write down in docs/health.md what it says
	@$(GO) test -count=1 -run TestHealthPage ./internal/cli -update

update: native ## rewrite the golden files of the tests; read the diff afterwards
	@$(GO) test ./harness/internal/... ./internal/cli -update

check: lint types cross test test-services leaks corpus conformance parity ## everything that .ci/run checks

clean: ## remove what was built and installed
	@rm -rf bin && tools/native/install.sh clean && rm -rf tools/bench/node_modules tools/conformance/node_modules tools/page/node_modules

FORCE:
.PHONY: help demo build native postgres-image redis-image suite test test-services isolation race leaks corpus conformance hooks-go hooks-suite parity lint cross types fmt bench health requirements update check clean FORCE
