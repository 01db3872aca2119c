# Every target does the set-up that it needs. `make` alone prints this help.
.DEFAULT_GOAL := help
SHELL := bash
GO ?= go
TOOL := $(GO) tool -modfile=tools/go.mod
SHARED ?= ../shared
RUN ?= .

help: ## print this help
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: bin/bailiff ## run the reference API's documentation against the reference server
	@bin/bailiff demo

build: bin/bailiff ## build bin/bailiff

bin/bailiff: native FORCE
	@$(GO) build -o $@ ./cmd/bailiff

native: ## install and build the native parts (Drafter, Postgres) when they are not up to date
	@tools/native/install.sh

suite: # data of modules that nothing imports, so nothing else fetches them: the JSON Schema test suite, the schema of SARIF
	@$(GO) mod download -modfile=tools/go.mod github.com/kaptinlin/jsonschema github.com/securego/gosec/v2

test: native suite ## run all tests (RUN=pattern: some); they need nothing outside the repository
	@$(GO) test -run '$(RUN)' ./...
	@$(GO) test -C tools -run '$(RUN)' ./bench ./conformance ./hooksuite ./npm ./parity

race: native suite ## run all tests with the race detector
	@$(GO) test -race -run '$(RUN)' ./...

leaks: native ## run the tests of what calls C under the leak checker
	@$(GO) test -asan -count=1 ./harness/internal/apib/...

corpus: bin/bailiff ## compare with Dredd's own verdicts, in SHARED=../shared
	@BAILIFF_SHARED=$(abspath $(SHARED)) BAILIFF_REQUIRE_SHARED=1 $(GO) test -count=1 -run Corpus ./harness ./harness/internal/apib ./harness/internal/gavel ./harness/internal/openapi ./internal/cli

hooks-suite: bin/bailiff ## run JavaScript hook files under Dredd and under bailiff, and compare
	@$(GO) run -C tools ./hooksuite -bailiff $(abspath bin/bailiff)

lint: native ## vet, format, imports, size and style
	@$(GO) vet ./...
	@$(TOOL) golangci-lint run ./...

PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64

cross: ## vet and build for Linux, macOS and Windows, without cgo
	@set -e; export CGO_ENABLED=0; for p in $(PLATFORMS); do echo "$$p"; export GOOS=$${p%/*} GOARCH=$${p#*/}; \
		$(GO) vet ./...; $(GO) build -o /dev/null ./cmd/bailiff; done

fmt: ## format the code
	@$(TOOL) gofumpt -w cmd internal harness server factories hooks blueprints tools

conformance: bin/bailiff hooks-suite ## run a real Dredd with hooks in Go: its own suite for hook handlers, and the reference API
	@$(GO) run -C tools ./conformance -bailiff $(abspath bin/bailiff)

parity: bin/bailiff ## run the same command lines under Dredd and under bailiff, and compare (RUN=pattern: some)
	@$(GO) run -C tools ./parity -bailiff $(abspath bin/bailiff) -run '$(RUN)' $(PARITY)

bench: bin/bailiff ## benchmarks: a case and a list beside SQL and HTTP by hand, mutants caught, all beside Dredd (BENCH=-quick)
	@$(GO) test -run '^$$' -bench . -benchtime 500x ./internal/cli
	@$(GO) test -run '^$$' -bench EventList -benchtime 1x ./server
	@$(GO) run -C tools ./bench -bailiff $(abspath bin/bailiff) -shared $(abspath $(SHARED)) $(BENCH)

update: native ## rewrite the golden files of the tests; read the diff afterwards
	@$(GO) test ./harness/internal/... ./internal/cli -update

check: lint cross test leaks corpus conformance parity ## everything that .ci/run checks

clean: ## remove what was built and installed
	@rm -rf bin && tools/native/install.sh clean && rm -rf tools/bench/node_modules tools/conformance/node_modules

FORCE:
.PHONY: help demo build native suite test race leaks corpus conformance hooks-suite parity lint cross fmt bench update check clean FORCE
