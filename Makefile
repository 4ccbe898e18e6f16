# What a developer or an operator does here; `make` alone says it.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --require-virtualenv
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url

.DEFAULT_GOAL := help
.PHONY: help install install-dev lock

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

install: $(VENV)/installed-run ## make the environment that runs Casework

install-dev: $(VENV)/installed-dev ## make the environment that also checks it

# Stamps: an environment is made anew only when its lock has changed.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed-run: requirements.txt | $(BIN)/python
	$(PIP) install --no-deps --require-hashes -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt | $(BIN)/python
	$(PIP) install --no-deps --require-hashes -r requirements-dev.txt
	@touch $(VENV)/installed-run $@

lock: install-dev ## lock the newest versions that requirements*.in allow
	$(LOCK) --upgrade requirements.in -o requirements.txt
	$(LOCK) --upgrade requirements-dev.in -o requirements-dev.txt
