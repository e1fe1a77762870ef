# Everything a person needs to type. Needs Python 3.11 or newer, make, and nothing else.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
ROOMS := bot handlers texts forms facts storage schedules documents sandbox tests bench

.PHONY: help run test check format bench long messages dictionary lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(READY) ## set up and run the bot; without TELEGRAM_TOKEN in a Telegram of your own on this machine
	@$(PY) -m bot run

test: $(READY_DEV) ## set up and run the tests; what is skipped is said at the end
	@$(PY) -m pytest -rs -m "not long" -n 2 --dist loadfile

check: $(READY_DEV) ## formatting, lint, types, import contracts, facts, tests
	@$(VENV)/bin/ruff format --check -q . || { echo "Run: make format"; exit 1; }
	@$(VENV)/bin/ruff check -q .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-logo 2>/dev/null || $(VENV)/bin/lint-imports
	@$(PY) -m bot facts check
	@$(MAKE) --no-print-directory test

format: $(READY_DEV) ## put the code into shape
	@$(VENV)/bin/ruff format -q . && $(VENV)/bin/ruff check -q --fix .

bench: $(READY_DEV) ## measure, beside bare bots of three libraries, each look-up, incidents, reviewing, deliveries and submissions (three quarters of an hour)
	@$(PY) -m bench
	@$(PY) -m bench.lookups
	@$(PY) -m bench.incidents
	@$(PY) -m bench.reviews
	@$(PY) -m bench.deliveries
	@$(PY) -m bench.submissions

long: $(READY_DEV) ## the long campaigns: hundreds of kills, power cuts, generated inputs and texts
	@$(PY) -m pytest -rs -m long

messages: $(READY) ## bring the Khmer catalogue up to date with the sentences in the code
	@$(VENV)/bin/pybabel -q extract -k say:2 -k plain:2 --no-default-keywords --no-wrap --omit-header --add-location=file -o $(VENV)/messages.pot texts
	@$(VENV)/bin/pybabel -q update -N --ignore-obsolete --ignore-pot-creation-date --width=100 -l km -i $(VENV)/messages.pot -o texts/locales/km.po
	@echo "texts/locales/km.po is up to date; fill what is empty (docs/translating.md)."

dictionary: $(READY) ## write docs/data-dictionary.md from the code
	@$(PY) -m documents.tables > docs/data-dictionary.md

lock: $(READY_DEV) ## resolve the dependencies anew
	@$(VENV)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -q --upgrade -o requirements.lock
	@$(VENV)/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -q --upgrade -o requirements-dev.lock

clean: ## remove what was made; data and keys stay
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit("Sangket needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 run" if sys.version_info < (3, 11) else 0)'
	@echo "Setting up (once, under a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install -q --disable-pip-version-check uv

$(READY): requirements.lock | $(VENV)/bin/uv
	@$(VENV)/bin/uv pip install -q --python $(PY) --require-hashes -r requirements.lock
	@touch $@

$(READY_DEV): requirements-dev.lock | $(VENV)/bin/uv
	@$(VENV)/bin/uv pip install -q --python $(PY) --require-hashes -r requirements-dev.lock
	@touch $@ $(READY)
