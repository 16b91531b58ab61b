# What can be done here; `make help` lists it. Needs Python >= 3.11 and make, nothing else.

PYTHON ?= python3
BIN := .venv/bin
SERVE ?= 127.0.0.1:8000
JOBS ?= 3
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run test check bench torture fuzz golden messages pictures clean

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-9s %s\n", $$1, $$2 }'

run: .venv/run ## Publish the sample newsroom, serve it on 127.0.0.1:8000 (SERVE=HOST:PORT), and watch content/
	@$(BIN)/markwire watch --serve $(SERVE) || { code=$$?; [ $$code -ne 2 ] || echo "make run SERVE=127.0.0.1:8001 serves on another port" >&2; exit $$code; }

test: .venv/test .venv/programs tests/node/node_modules ## Install what the tests need, and run them
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -n $(JOBS) --dist loadfile

check: .venv/check ## Lint, format, types, import layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/bench .venv/programs .venv/pelican/ready tests/bench/peers/eleventy/node_modules ## Time Markwire beside other tools (ARGS=--quick: two minutes)
	@PATH="$$PATH:$(CURDIR)/$(BIN)" PYTHONPATH=tests $(BIN)/python -m bench $(ARGS)

torture: .venv/test .venv/programs ## Kill, cut, fill and feed it until something breaks (ARGS=--short: minutes, not hours)
	@PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONPATH=tests $(BIN)/python -m torture $(ARGS)

fuzz: .venv/test ## Look for bytes that break a rule (ARGS="body --seconds 600 --found DIR"; tests/fuzz/README.md)
	@cd tests && ../$(BIN)/python -m fuzz $(or $(ARGS),all --seconds 60)

golden: .venv/test ## Write the golden cases anew; read the difference before you keep it
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest tests/test_golden.py --write-golden

messages: .venv/test ## Bring the catalogues of what editors are told up to the source, and compile them
	@$(BIN)/python tests/messages.py

pictures: .venv/pictures .venv/test .venv/programs ## Render the sample newsroom's pictures, and show the desk for the README
	@$(BIN)/python docs/pictures/render.py
	@PYTHONPATH=tests $(BIN)/python docs/pictures/screens.py

clean: ## Remove what can be made again: .venv, feeds, caches
	rm -rf .venv .markwire build dist tests/node/node_modules tests/bench/peers/eleventy/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find feeds -mindepth 1 ! -name .gitkeep -delete
	find . -name __pycache__ -prune -exec rm -rf {} +
	rm -rf src/*.egg-info

# Each stamp is a set of installed packages; it is made again when what it comes from changes.
.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Markwire needs Python 3.11 or newer; set PYTHON=…")'
	$(PYTHON) -m venv .venv

.venv/run: .venv/bin/python pyproject.toml constraints.txt
	$(INSTALL) --editable '.[serve]'
	@touch $@

.venv/test .venv/check .venv/bench .venv/pictures: .venv/%: .venv/run
	$(INSTALL) --editable '.[$*]'
	@touch $@

# Of the machine, where it lacks them and lets them in; what is missing all the same is said.
.venv/programs: tests/programs.py | .venv/test
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tests/programs.py
	@touch $@

# node and npm of the machine where it has them, else those that came from PyPI with the tests.
tests/node/node_modules: tests/node/package-lock.json | .venv/test
	cd tests/node && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --no-audit --no-fund --silent
	@touch $@

tests/bench/peers/eleventy/node_modules: tests/bench/peers/eleventy/package-lock.json | .venv/bench
	cd $(@D) && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --no-audit --no-fund --silent
	@touch $@

# Pelican wants an older Pygments than the tests, and brings Unidecode, which would change slugs.
.venv/pelican/ready: tests/bench/peers/pelican/requirements.txt | .venv/bin/python
	$(BIN)/python -m venv .venv/pelican
	.venv/pelican/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@
