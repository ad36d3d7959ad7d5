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
# What pytest is told besides: two processes, since importing many small stores is most of the work.
PYTEST ?= -n 2
# The first one that runs; 3.11 first, since the pinned versions were tested on it.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$name; break; }; done)
PIP := $(RUN) -m pip install --disable-pip-version-check --constraint requirements.lock

.DEFAULT_GOAL := help
.PHONY: help demo test lint format store bench page train serve wheel lock clean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.installed  ## install, fetch model and data, plan a campaign on the demo store
	$(BIN)/marketwright demo

test: lint store  ## install and prepare what the tests need, then run ruff, mypy and all tests
	MARKETWRIGHT_PREPARED=1 $(RUN) -m pytest $(PYTEST)

lint: $(VENV)/.dev  ## run ruff and mypy --strict
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

format: $(VENV)/.dev  ## lay the code out and sort imports
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

store: $(VENV)/.installed  ## fetch model, encoder and demo data; import and index the demo store; build the model
	$(BIN)/marketwright demo --prepare

# A suite below its floor ends with 1, which is a finding and not a failure to measure.
bench: store  ## measure what BENCHMARKS.md reports
	-$(RUN) -m evals tool_choice
	-$(RUN) -m evals tool_choice --model rules
	-$(RUN) -m evals tool_choice --model base
	-$(RUN) -m evals campaign
	-$(RUN) -m evals campaign --model rules

page:  ## rebuild the chat page from web/ into agent/server/page (needs Node)
	cd web && npm ci && npm run build

train: $(VENV)/.installed  ## write the examples and train the adapter (hours)
	$(RUN) -m finetune.data.generate --out runs/data
	$(RUN) -m finetune.train --config finetune/configs/smollm2-135m.yaml --data runs/data/train.jsonl --out runs/adapter

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
