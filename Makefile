# What a developer or an operator does here; `make` alone says it.
# HOST, PORT and WEB_WORKERS change where and how it is served: make run PORT=8001
PYTHON ?= $(or $(shell command -v python3.11),python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --require-virtualenv
LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url
CODE := $(wildcard casework scripts tests bench/*.py wsgi.py)
# How many test processes; the browser tests have one server and one browser each.
JOBS ?= auto
BENCH_CASES ?= 100000
BENCH_DATABASE ?= $(or $(DATABASE_URL),sqlite)
# What else the bench is told: BENCH_OPTIONS="--against 100000 --no-sweep"
BENCH_OPTIONS ?= --peer
PEER := bench/.peer

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test lint format units browser faults bench bench-peer lock-peer catalogues compile revision lock

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

install: $(VENV)/installed-run ## make the environment that runs Casework

install-dev: $(VENV)/installed-dev ## make the environment that also checks it

run: install compile ## serve at http://127.0.0.1:8000, with the worker, until Ctrl-C
	@$(BIN)/python scripts/serve.py

test: lint units browser ## check everything

lint: install-dev ## check style, types, layers and catalogues
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports --no-logo
	$(BIN)/python scripts/catalogues.py check

units: install-dev compile ## test all that needs no browser; rules and services to the last branch
	$(BIN)/pytest -m "counted and not browser" -n $(JOBS) --cov --cov-report=
	$(BIN)/coverage report --include='casework/domain/*,casework/services/*' --fail-under=100
	$(BIN)/pytest -m "not counted and not browser" -n $(JOBS)

browser: install-dev compile ## test in a real Chromium, found or installed
	CHROMIUM="$$(scripts/find-browser)" && export CHROMIUM && $(BIN)/pytest -m browser -n $(JOBS)

faults: install-dev compile ## try long what make test tries short: bad input, forged history, deleted cases
	CHROMIUM="$$(scripts/find-browser)" && export CHROMIUM && \
		FAULTS=long $(BIN)/pytest -m faults -n $(JOBS) -rP

bench: install-dev compile bench-peer ## measure with many cases, the peer beside: BENCH_CASES=100000 BENCH_DATABASE=sqlite, postgres or an address
	$(BIN)/python -m bench.run --cases $(BENCH_CASES) --database "$(BENCH_DATABASE)" $(BENCH_OPTIONS)

bench-peer: $(PEER)/installed ## make the environment of the peer that the bench measures beside ours

format: install-dev ## lay out the code, and mend what can be mended by machine
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

catalogues: install-dev ## bring the catalogues up to date with the texts in code, templates, data
	$(BIN)/python scripts/catalogues.py update

# The code too: a service that may not write into its own folder would do it at each start.
compile: install ## compile the catalogues and the code that have changed
	@$(BIN)/python scripts/catalogues.py compile
	@$(BIN)/python -m compileall -q casework scripts wsgi.py

revision: install-dev ## write a new revision of the tables from what the models say: NAME=tasks
	$(BIN)/python scripts/revision.py "$(NAME)"

lock: install-dev ## lock the newest versions that requirements*.in allow
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt

lock-peer: install-dev ## lock the peer anew, of the version that bench/peer/requirements.in names
	$(LOCK) bench/peer/requirements.in -o bench/peer/requirements.txt

# An environment is made once, and filled anew only when its lock has changed. One that could not
# be made whole is taken away: Debian without python3-venv leaves half of one.
$(BIN)/python:
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(PEER)/installed: bench/peer/requirements.txt
	@$(PYTHON) -m venv $(PEER) || { rm -rf $(PEER); exit 1; }
	$(PEER)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes \
		-r bench/peer/requirements.txt
	@touch $@

$(VENV)/installed-run: requirements.txt | $(BIN)/python
	$(PIP) install --no-deps --require-hashes -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt | $(BIN)/python
	$(PIP) install --no-deps --require-hashes -r requirements-dev.txt
	@touch $(VENV)/installed-run $@
