# Everything that is done with this checkout. Needs python3.11 or newer, make and a package registry.

PYTHON ?= python3
VENV := .venv
DATA ?= ../shared/data/papers
LABELLED ?= ../shared/data/search
TOPICS ?= ../shared/data/topics
MODEL ?= build/minilm
TASTE ?= ../shared/data/taste
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# a process that may keep its bytecode starts a third faster, and the tests start hundreds
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test cover lint bench model proof mutants package catalogues clean

run: $(VENV)/runs  ## today's papers in this terminal, and at http://127.0.0.1:8080
	@if [ -t 0 ] && [ -t 1 ]; then : $${PAPERBOY_WEB_ADDRESS=127.0.0.1:8080}; export PAPERBOY_WEB_ADDRESS; fi; \
		$(BIN)/paperboy run

test: $(VENV)/tests  ## every test but the proofs
	$(BIN)/python -m pytest -n 4 --dist worksteal

cover: $(VENV)/tests  ## the same, and what no test has run; fails below the floor in pyproject.toml; twice as slow
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term --hypothesis-profile=thorough

lint: $(VENV)/tests  ## style, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/tests  ## the figures of docs/benchmarks.md; DATA is a folder with papers.jsonl.gz
	$(BIN)/python -m tests.benchmarks.readers --data $(DATA)
	$(BIN)/python -m tests.benchmarks.trending --data $(DATA)
	$(BIN)/python -m tests.benchmarks.forecasts --data $(DATA) --topics $(TOPICS)
	for set in literature scifact-train cranfield; do $(BIN)/python -m tests.benchmarks.search --data $(LABELLED)/$$set || exit 1; done
	for set in scifact-train cranfield; do $(BIN)/python -m tests.benchmarks.search --prose --data $(LABELLED)/$$set || exit 1; done
	$(BIN)/python -m tests.benchmarks.topics --data $(TOPICS) --papers $(DATA)/papers.jsonl.gz
	$(BIN)/python -m tests.benchmarks.taste --data $(TASTE) --papers $(DATA)/papers.jsonl.gz
	$(BIN)/python -m tests.benchmarks.unvoted --data $(DATA) --topics $(TOPICS) --taste $(TASTE)
	$(BIN)/python -m tests.benchmarks.authors --papers $(DATA)/papers.jsonl.gz
	$(BIN)/python -m tests.benchmarks.search_speed --data $(LABELLED)/literature
	$(BIN)/python -m tests.benchmarks.importing --data $(DATA)
	$(BIN)/python -m tests.benchmarks.indexing --data $(DATA)
	$(BIN)/python -m tests.benchmarks.collecting
	$(BIN)/python -m tests.benchmarks.categories
	$(BIN)/python -m tests.benchmarks.million
	$(BIN)/python -m tests.benchmarks.starting
	$(BIN)/python -m tests.benchmarks.mail
	$(BIN)/python -m tests.benchmarks.ledger
	$(BIN)/python -m tests.benchmarks.telegram
	$(BIN)/python -m tests.benchmarks.discord
	$(BIN)/python -m tests.benchmarks.site --data $(DATA)

model: $(VENV)/tests  ## all-MiniLM-L6-v2 into the folder MODEL, for benchmarks by meaning; no test needs it
	$(BIN)/python -m tests.benchmarks.model $(MODEL)

proof: $(VENV)/tests  ## the tests that take minutes
	$(BIN)/python -m pytest -m proof

mutants: $(VENV)/tests  ## do the tests notice small changes to the program? PACKAGES="ledger query", see docs/proofs.md
	$(BIN)/python -m tests.mutants $(PACKAGES)

package: $(VENV)/tests  ## builds the wheel into dist/, once the installed command has run outside of the checkout
	$(BIN)/python -m pytest -m proof tests/packaging
	rm -rf build dist
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

catalogues: $(VENV)/tests  ## new messages of the source into bot/messages/locales, for translators
	$(BIN)/python -m tests.tables.catalogues

clean:
	rm -rf $(VENV) build dist *.egg-info .mutants .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Paperboy needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/runs: $(VENV)/bin/python pyproject.toml constraints.txt
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/tests: $(VENV)/bin/python pyproject.toml constraints.txt
	@$(INSTALL) --editable '.[postgres,test,dev]'
	@touch $@ $(VENV)/runs
