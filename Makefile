# Short names for what one does here. ./check is every test, and needs no make.

GO ?= go
FUZZTIME ?= 10s

.PHONY: help run minimal chat arena test check race fuzz bench bench-world bench-peers web e2e outside generate api screenshots

help: ## this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## the sample game, with the dashboard
	$(GO) run ./examples/garden

minimal: ## the least that embeds the console
	$(GO) run ./examples/minimal

chat: ## a chat on wsserver and rpc alone, without the console
	$(GO) run ./examples/chat

arena: ## a world of a hundred thousand entities, with the dashboard
	$(GO) run ./examples/arena

test: ## every test there is, as CI runs them
	./check

check: ## format, vet, staticcheck, without tests
	@test -z "$$(find . -name node_modules -prune -o -name '*.go' -print0 | xargs -0 gofmt -l | tee /dev/stderr)"
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

race: ## Go's tests under the race detector
	$(GO) test -race ./...

fuzz: ## every fuzz target for FUZZTIME (10s)
	@set -e; for pkg in $$($(GO) list ./...); do \
		for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "== $$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$pkg; \
		done; \
	done

bench: ## Go's benchmarks, with allocations
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-world: ## a hundred thousand and a million entities with a client attached, one table
	$(GO) run ./examples/arena -measure 10s

bench-peers: ## Scry beside its peers, one table: some twenty minutes
	cd bench && $(GO) run .

web: ## the dashboard, built into webui/dist
	cd webui/app && npm ci && npm run build

e2e: ## the real game, in Chromium, by plain clients and in a window
	./check e2e

outside: ## the real game, by JSON-RPC clients and checkers of other people
	./check outside

generate: ## all files that are made of others: api.txt, PROTOCOL.md and the like
	$(GO) generate ./...
	$(GO) mod tidy

api: ## api.txt: the names that users can name
	$(GO) generate .

screenshots: ## the pictures of the README
	cd webui/app && npm ci && node test/e2e/screenshots.mjs
