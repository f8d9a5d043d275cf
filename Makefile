PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: help run test lint types check bench stress zipapp clean
# All that builds does so in build/, and clears it away: at one time, one.
.NOTPARALLEL:

help:  ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/installed  ## Install with all backends into .venv and show this host.
	@$(BIN)/ifdiscover
	@$(BIN)/ifdiscover mynetworks --style all

test: $(VENV)/test  ## Install what the tests need and run them.
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

lint: $(VENV)/check  ## Lint, format and the oldest Python that the code needs.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/vermin --quiet --no-tips --violations -t=3.9- ifdiscover backends

types: $(VENV)/check  ## Check types.
	$(BIN)/mypy

check: lint types test  ## Everything that a change must pass.

bench: dist/ifdiscover.pyz  ## Measure beside the peers, as root; fails beyond a limit, writes figures and plots.
	$(BIN)/pip install --quiet ifaddr matplotlib pytricia
	$(BIN)/python benchmarks/bench.py $(BENCH_FLAGS)

stress: $(VENV)/installed  ## Read while addresses change and count wrong answers, as root.
	$(BIN)/python benchmarks/stress.py $(STRESS_FLAGS)

zipapp: dist/ifdiscover.pyz  ## Make one file, dist/ifdiscover.pyz, that any Python from 3.9 on runs.

# Beside the source the bytecode, which other versions of Python pass over: with it, it starts in two thirds of the time.
dist/ifdiscover.pyz: $(VENV)/installed
	@rm -rf build && mkdir -p build/zipapp dist
	@$(BIN)/pip install --quiet --no-deps --no-compile --target build/zipapp .
	@rm -rf build/zipapp/bin
	@printf '%s\n' 'import sys' 'if sys.version_info < (3, 9):' '    sys.exit("ifdiscover: error: Python 3.9 or later is needed")' \
		'from ifdiscover.cli import main' 'sys.exit(main())' > build/zipapp/__main__.py
	@$(BIN)/python -m compileall -q -b -s build/zipapp --invalidation-mode unchecked-hash build/zipapp
	@$(BIN)/python -m zipapp --python '/usr/bin/env python3' --output $@ build/zipapp
	@chmod +x $@
	@rm -rf build
	@echo made $@

clean:  ## Remove what these verbs made.
	rm -rf $(VENV) .venv-32 build dist *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --upgrade pip  # an old one's console scripts import re at every start

# A real installation, as users have it: an editable one slows every start. A build/ left behind by an earlier one
# would bring deleted modules back. Where netifaces-plus has no wheel and does not compile, the rest still installs.
$(VENV)/installed: $(VENV)/bin/python pyproject.toml $(shell find ifdiscover backends -type f -name '*.py')
	@rm -rf build
	@$(BIN)/pip install --quiet --force-reinstall --no-deps .
	@$(BIN)/pip install --quiet '.[all]' || $(BIN)/pip install --quiet .
	@rm -rf build
	@touch $@

$(VENV)/test: $(VENV)/installed pyproject.toml
	$(BIN)/pip install --quiet '.[test]'
	@rm -rf build
	@touch $@

$(VENV)/check: $(VENV)/test pyproject.toml
	$(BIN)/pip install --quiet '.[check]'
	@rm -rf build
	@touch $@
