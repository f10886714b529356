# Xinglin 杏林. `make demo` shows it, `make test` proves it; both install what they need.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The first Python that is new enough; `make PYTHON=/path/to/python …` chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check --no-input install --quiet
LOCK := --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" --quiet
# Half of two cores is slower than both; more than four only heats.
JOBS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$(( n > 4 ? 4 : n )))

.PHONY: help install demo test check fix messages docs bench pictures lock clean browser

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## set everything up in .venv, nothing else; leaves .venv/bin/xinglin
	@:

demo: install ## play the alliance's year and serve it; DEMO_ARGS=--check plays, verifies and stops
	@$(VENV)/bin/xinglin demo $(DEMO_ARGS)

test: install $(VENV)/.installed-dev browser ## every test; TEST_ARGS="-k word" runs some
	@$(RUN) -m pytest -n $(JOBS) $(TEST_ARGS)

check: install $(VENV)/.installed-dev ## style, borders, types and the tests of the house
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@PYTHONPATH=src $(VENV)/bin/lint-imports --no-cache --quiet 2>/dev/null || PYTHONPATH=src $(VENV)/bin/lint-imports
	@if $(VENV)/bin/pyright --version >/dev/null 2>&1; then $(VENV)/bin/pyright --pythonpath $(RUN); \
		else echo "pyright cannot run here (it needs Node); types were not checked."; fi
	@if [ -d tests/house ]; then $(RUN) -m pytest -q tests/house; fi
	@$(VENV)/bin/xinglin reference --check

fix: install $(VENV)/.installed-dev ## put style right where a machine can
	@$(VENV)/bin/ruff check --fix
	@$(VENV)/bin/ruff format

messages: install ## add what is said in the code, and in no catalogue yet, to the catalogues
	@$(VENV)/bin/python -m xinglin.portal.catalogues

docs: install ## print the generated pages of the manual
	@$(VENV)/bin/xinglin reference

bench: install ## every performance claim; BENCH_ARGS="rank" one of them
	@$(VENV)/bin/xinglin bench $(BENCH_ARGS)

pictures: install $(VENV)/.installed-dev ## take the README's pictures from the running demonstration
	@$(RUN) docs/pictures.py

lock: $(VENV)/.installed-dev ## resolve the requirements again, with hashes
	@$(VENV)/bin/uv pip compile $(LOCK) requirements/build.in -o requirements/build.txt >/dev/null
	@$(VENV)/bin/uv pip compile $(LOCK) pyproject.toml -o requirements/core.txt >/dev/null
	@$(VENV)/bin/uv pip compile $(LOCK) pyproject.toml --extra spark -c requirements/core.txt -o requirements/spark.txt >/dev/null
	@$(VENV)/bin/uv pip compile $(LOCK) pyproject.toml --extra dev -c requirements/core.txt -o requirements/dev.txt >/dev/null
	@echo "requirements/*.txt are written."

clean: ## remove what make made (never var/)
	@rm -rf $(VENV) build dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis src/*.egg-info
	@find src -name '*.mo' -delete

# Where a virtual environment lies: pip's own rules for the system's Python (externally managed) do not matter here.
$(RUN):
	@[ -n "$(PYTHON)" ] || { echo "Xinglin needs Python 3.11 or later; none was found. Install it, or say: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Xinglin needs Python 3.11 or later; $(PYTHON) is older." >&2; exit 1; }
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed: requirements/build.txt requirements/core.txt pyproject.toml | $(RUN)
	@echo "Installing Xinglin's parts into $(VENV) ..."
	@$(PIP) --require-hashes -r requirements/build.txt
	@$(PIP) --require-hashes -r requirements/core.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements/dev.txt $(VENV)/.installed
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

# Browser tests use the system's Chromium. Where it can be installed it is; elsewhere they skip and say so.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
		if ! command -v apt-get >/dev/null; then echo "No Chromium here: the browser tests will skip."; \
		elif [ "$$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo -n"; else as="none"; fi; \
		if [ -n "$${as+x}" ] && [ "$${as-}" != none ]; then echo "Installing Chromium for the browser tests ..."; \
			{ $$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq --no-install-recommends \
				chromium fonts-noto-cjk; } >/dev/null 2>&1 || echo "Chromium could not be installed: the browser tests will skip."; \
		elif [ -n "$${as+x}" ]; then echo "No Chromium, and no right to install it: the browser tests will skip."; fi; }
