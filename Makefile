# Every habit of the project. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
# What pages speak besides English, in which they are written.
PAGE_LANGUAGES := es
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locales/*/LC_MESSAGES/messages.po))

# More for pytest: make test ARGS="-k outbox -x"
ARGS ?=
# Beyond four, servers starting side by side cost more than they save.
PARALLEL ?= --numprocesses=auto --maxprocesses=4

.PHONY: help setup browser demo run worker fallback test check format lint types imports soak bench kannel \
	messages lock clean

help: ## list what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/:[^#]*## /\t/' \
		| while IFS=$$'\t' read -r name what; do printf '  make %-10s %s\n' "$$name" "$$what"; done

setup: $(INSTALLED) $(CATALOGUES) browser ## make .venv, install what is pinned, compile catalogues, see to Chromium

$(INSTALLED): requirements/development.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Rimay needs Python 3.11 or newer; PYTHON=/path/to/it make … chooses one." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || .ci/apt-install python3-venv
	@echo "setup: making .venv with $$($(PYTHON) --version)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "setup: installing $$(grep -cE '^[a-z0-9].*==' $<) pinned packages, hashes checked; a few minutes the first time"
	@PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --require-hashes --requirement $< \
		| sed -nE 's/^Collecting ([^ ;]+).*/setup:   \1/p; s/^(Installing) .*/setup: installing …/p'
	@touch $@
	@echo "setup: .venv is ready"

%.mo: %.po $(INSTALLED)
	@echo "setup: compiling $<"
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

# The tests say so themselves where there is no Chromium; nothing else needs it.
browser:
	@test -x /usr/bin/chromium || .ci/apt-install chromium \
		|| echo "setup: going on without Chromium; the tests that drive it will fail until then" >&2

demo: $(INSTALLED) $(CATALOGUES) ## start everything with the Junín programme, a simulated carrier and demo staff
	@exec $(BIN)/python -m app.demo

run: $(INSTALLED) $(CATALOGUES) ## serve the web as in production (and a Valkey where REDIS_URL is unset)
	@exec $(BIN)/python -m app.run

worker: $(INSTALLED) $(CATALOGUES) ## run jobs, schedule and sweep
	@exec $(BIN)/flask worker

fallback: $(INSTALLED) ## serve the second address, which apologises while the first one is away
	@exec $(BIN)/python -m app.fallback

test: setup ## run all tests
	@echo "test: on SQLite, PostgreSQL and Valkey, all started here"
	@$(BIN)/pytest $(PARALLEL) $(ARGS)

check: format lint types imports test ## what must hold before anything is merged: all of these, and the tests

format: $(INSTALLED) ## see that every file is formatted
	@echo "check: format"
	@$(BIN)/ruff format --check --diff .

lint: $(INSTALLED) ## see to likely mistakes
	@echo "check: lint"
	@$(BIN)/ruff check .

types: $(INSTALLED) ## check every type
	@echo "check: types"
	@$(BIN)/mypy

imports: $(INSTALLED) ## see that arrows between packages go down only
	@echo "check: imports"
	@$(BIN)/lint-imports

soak: setup ## run the tests with their long simulations and faults at full size
	@RIMAY_SIZE=full $(BIN)/pytest $(PARALLEL) $(ARGS)

# Exact versions, and none of its packages among ours: the message centre is there for this alone.
kannel: setup ## have texts go through a real Kannel and back (installs it, and a message centre)
	@test -x /usr/sbin/smsbox || .ci/apt-install kannel
	@command -v node >/dev/null || .ci/apt-install nodejs
	@command -v npm >/dev/null || .ci/apt-install npm
	@test -d var/kannel/node_modules/smpp || { mkdir -p var/kannel && npm install --silent \
		--no-package-lock --no-save --no-audit --no-fund --prefix var/kannel smpp@0.5.1; }
	@echo "kannel: texts through Kannel to phones behind a message centre, and back"
	@$(BIN)/pytest --numprocesses=0 tests/kannel/round_trip.py $(ARGS)

bench: $(INSTALLED) ## measure a turn, sending, a broadcast to 50,000, a file of 1,000,000 rows, the work view of 100,000 cases, each beside a bare loop
	@failed=0; for each in bench bench.outbox bench.broadcast bench.results bench.cases; do \
		$(BIN)/python -m $$each || failed=1; done; exit $$failed

messages: $(INSTALLED) ## gather the texts of pages into their catalogues, for translators
	@$(BIN)/python -m locales.gathering $(PAGE_LANGUAGES)

lock: $(INSTALLED) ## renew requirements/ from pyproject.toml (ARGS=--upgrade for newer versions)
	@for set in production development; do \
		group=; test $$set = production || group="--group=dev --constraints=requirements/production.txt"; \
		UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile pyproject.toml $$group --quiet --universal \
			--generate-hashes --no-emit-index-url --output-file=requirements/$$set.txt $(ARGS); \
	done

clean: ## remove what setup and the tools made; what a Rimay kept (var/) stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f $(CATALOGUES)
