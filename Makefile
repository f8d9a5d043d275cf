PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PYTHONS = $(BIN)/python
PIP = $(BIN)/pip --quiet --disable-pip-version-check

# What `make quick` leaves out: namespaces, packages that are built and installed, what tries inputs or faults by the hundred.
QUICK = --hypothesis-profile=quick -m 'not netns' --ignore=tests/repository --ignore=tests/backends/test_contract.py \
	--ignore=tests/fuzz --ignore=tests/faults --ignore=tests/hostile --ignore=tests/sandboxes \
	--ignore-glob='*/recorded/ifconfig/test_*.py' --ignore-glob='*/recorded/test_replay.py' \
	--ignore-glob='*/lists/test_*table*.py' --ignore-glob='*/parameters/test_postconf.py' \
	--ignore-glob='*/parameters/test_macros.py'

# These count imports, calls and instructions, coverage's as well: they run without it.
COUNTING = tests/repository/test_start_up.py tests/repository/test_linear.py tests/fuzz

LOCK = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.9 --generate-hashes \
	--custom-compile-command 'make lock'

.PHONY: help run test quick lint types fix check coverage lock bench stress fuzz faults mutants long zipapp small collection release clean
# All that builds does so in build/, and clears it away: at one time, one.
.NOTPARALLEL:

help:  ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/installed  ## Install with all backends into .venv and show this host.
	@$(BIN)/ifdiscover
	@$(BIN)/ifdiscover mynetworks --style all

test: $(VENV)/tools $(VENV)/installed  ## Run all tests that can run here.
	@echo "running all tests: ten to twenty minutes; make quick takes a few"
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

quick: $(VENV)/tools $(VENV)/installed  ## Run more than half of the tests, in a few minutes.
	$(BIN)/python -m pytest -q $(QUICK) $(PYTEST_FLAGS)

lint: $(VENV)/tools  ## Lint, format and the oldest Python that the code needs.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/vermin --quiet --no-tips --violations -t=3.9- ifdiscover backends

types: $(VENV)/tools  ## Check types, with two checkers.
	@echo "checking types with mypy and pyright: about half a minute"
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

fix: $(VENV)/tools  ## Mend what ruff can mend.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: lint types test  ## Everything that a change must pass.

coverage: $(VENV)/tools $(VENV)/installed  ## Run all tests, and show the branches that none takes.
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 $(COUNTING:%=--ignore=%) $(PYTEST_FLAGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	$(BIN)/python -m pytest $(COUNTING) $(PYTEST_FLAGS)

lock: $(BIN)/pip  ## Lock the newest tools, with their hashes, in tests/requirements*.txt.
	$(PIP) install uv
	$(LOCK) --output-file tests/requirements.txt --extra check pyproject.toml
	echo setuptools | $(LOCK) --output-file tests/requirements-build.txt -
	echo ansible-core | $(LOCK) --output-file tests/requirements-ansible.txt -
	printf '%s\n' build check-wheel-contents setuptools twine | $(LOCK) --output-file tests/requirements-release.txt -

# The zipapp is measured on these Pythons too, and has their bytecode: those of these that start here.
bench: PYTHONS = $(BIN)/python $(foreach python,python3.9 python3.13,$(shell $(python) -c '' 2>/dev/null && echo $(python)))
bench: $(VENV)/installed $(VENV)/tools  ## Measure beside the peers, as root; fails beyond a limit, writes figures and plots.
	$(PIP) install ifaddr pytricia
	@rm -f dist/ifdiscover.pyz
	@$(MAKE) --no-print-directory dist/ifdiscover.pyz PYTHONS='$(PYTHONS)'
	$(BIN)/python benchmarks/bench.py --pythons $(PYTHONS) $(BENCH_FLAGS)

stress: $(VENV)/installed  ## Read while the host changes and count wrong answers, as root.
	PYTHONPATH=benchmarks $(BIN)/python -m stress $(STRESS_FLAGS)

fuzz: $(VENV)/tools  ## Feed every decoder and parser with made-up bytes, ten seconds each, with atheris.
	$(BIN)/python tests/fuzz/run.py $(FUZZ_FLAGS)

faults: $(VENV)/tools $(VENV)/installed  ## Make each call of each command fail, and read 10,000 times, as root with cc.
	IFDISCOVER_LONG=1 $(BIN)/python -m pytest -q -n 2 tests/faults $(PYTEST_FLAGS)

mutants: $(VENV)/tools $(VENV)/installed  ## Change modules in small ways, and see whether tests notice; MODULE= names one.
	$(PIP) install cosmic-ray==8.7.0
	$(BIN)/python tests/mutants/run.py $(MUTANTS_FLAGS) $(MODULE)

# The figures that these print go into the rows of tests/reliability/, and its page.py writes docs/reliability.md from them.
long:  ## Run the long forms of fuzzing, of faults and of changes during reading, and the mutants, as root: most of a day.
	@mkdir -p dist
	$(MAKE) --no-print-directory fuzz FUZZ_FLAGS='--seconds 1800 --jobs 2 --json dist/fuzz.json'
	$(MAKE) --no-print-directory stress STRESS_FLAGS='--addresses 20000 --seconds 60'
	$(MAKE) --no-print-directory faults
	$(MAKE) --no-print-directory mutants

zipapp: dist/ifdiscover.pyz  ## Make one file, dist/ifdiscover.pyz, that any Python from 3.9 on runs; PYTHONS= names those it starts quickly with.

ifneq ($(filter zipapp,$(MAKECMDGOALS)),)
.PHONY: dist/ifdiscover.pyz  # it may have been made with other PYTHONS
endif
dist/ifdiscover.pyz: $(VENV)/installed $(wildcard one_file/*.py)
	@rm -rf build && mkdir -p build/zipapp dist
	@$(PIP) install --no-deps --no-build-isolation --no-compile --target build/zipapp .
	@rm -rf build/zipapp/bin build/zipapp/share
	@$(BIN)/python one_file/make.py build/zipapp $@ $(PYTHONS)
	@rm -rf build

small: dist/ifdiscover-small.pyz  ## Make it without bytecode, the same bytes wherever it is made: smaller, for a download, and slower to start.

dist/ifdiscover-small.pyz: $(VENV)/installed $(wildcard one_file/*.py)
	@rm -rf build && mkdir -p build/small dist
	@$(PIP) install --no-deps --no-build-isolation --no-compile --target build/small .
	@rm -rf build/small/bin build/small/share
	@$(BIN)/python one_file/make.py build/small $@
	@rm -rf build

collection: .venv-ansible/installed  ## Make the Ansible collection, a file in dist/ for ansible-galaxy.
	@mkdir -p dist
	@$(PYTHON) integrations/ansible/make_collection.py build
	@.venv-ansible/bin/ansible-galaxy collection build --force --output-path dist build/ansible_collections/ifdiscover/ifdiscover
	@rm -rf build

release: .venv-release/installed  ## Try a release, and upload nothing: build, check, install and uninstall on each Python that is here.
	@echo "trying a release: a minute, and half a minute more for each Python"
	@.venv-release/bin/python tests/release/run.py $(RELEASE_FLAGS)

clean:  ## Remove what these verbs made.
	rm -rf $(VENV) .venv-32 .venv-ansible .venv-release build dist *.egg-info .coverage .coverage.*

# The last file that venv makes: without it half an environment is left, as a Debian without python3-venv leaves it. That
# is made anew; a folder that is no environment is never cleared.
$(BIN)/pip:
	@echo "making $(VENV): about ten seconds"
	@$(PYTHON) -m venv $$(test ! -e $(VENV)/pyvenv.cfg || echo --clear) $(VENV) || { echo "no $(VENV): install what is named above, then run make again" >&2; exit 1; }
	@$(PIP) install --upgrade pip  # an old one's console scripts import re at every start

# A real installation, as users have it: an editable one slows every start. A build/ left behind by an earlier one
# would bring deleted modules back.
$(VENV)/installed: $(BIN)/pip pyproject.toml tests/requirements-build.txt $(shell find ifdiscover backends -type f -name '*.py')
	@echo "installing ifdiscover and its backends' packages into $(VENV): about twenty seconds"
	@rm -rf build
	@$(PIP) install --require-hashes --requirement tests/requirements-build.txt
	@$(PIP) install --force-reinstall --no-deps --no-build-isolation .
	@rm -rf build
	@for package in psutil pyroute2 netifaces-plus; do \
		$(PIP) install $$package >$(VENV)/$$package.log 2>&1 || \
		echo "$$package cannot be installed here, which does not matter: the other backends do without ($(VENV)/$$package.log)"; \
	done
	@touch $@

$(VENV)/tools: $(BIN)/pip tests/requirements.txt
	@echo "installing the tools of tests/requirements.txt: about half a minute"
	@$(PIP) install --require-hashes --requirement tests/requirements.txt
	@touch $@

# An environment of its own: it takes 70 MB, and which version of Ansible it gets is a matter of its Python.
.venv-ansible/installed: tests/requirements-ansible.txt
	@echo "installing ansible-core into .venv-ansible: about half a minute"
	@$(PYTHON) -m venv --clear .venv-ansible
	@.venv-ansible/bin/pip --quiet --disable-pip-version-check install --require-hashes --requirement $<
	@touch $@

# An environment of its own, since twine brings thirty packages.
.venv-release/installed: tests/requirements-release.txt
	@echo "installing build, twine and check-wheel-contents into .venv-release: about half a minute"
	@$(PYTHON) -m venv --clear .venv-release
	@.venv-release/bin/pip --quiet --disable-pip-version-check install --require-hashes --requirement $<
	@touch $@
