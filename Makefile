# Everything a developer runs. `make` alone lists the targets.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help demo test test-all oracle oracle-fuzz protocol-fuzz codec-fuzz lint format bench bench-speed bench-synth bench-synth-one clean prerequisites

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(READY) ## a sample shop, built and served, source and double side by side
	@$(BIN)/pgdouble demo

test: $(READY) ## the tests that a change must pass
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile -rfEs

test-all: $(READY) ## the slow tests too
	$(BIN)/python -m pytest

oracle: $(READY) ## every list of statements against a real Postgres, and what that covers: make oracle SEED=1 SERVER=15
	$(BIN)/python -m tests.oracle $(SEED) $(if $(SERVER),--server $(SERVER))

oracle-fuzz: $(READY) ## random statements against a real Postgres: make oracle-fuzz SEED=1 COUNT=20000
	$(BIN)/python -m tests.oracle.fuzz $(or $(SEED),1) $(or $(COUNT),2000)

protocol-fuzz: $(READY) ## random messages to a real Postgres and to the double: make protocol-fuzz SEED=1 STEPS=10000
	$(BIN)/python -m tests.protocol $(or $(SEED),1) $(or $(STEPS),10000)

codec-fuzz: $(READY) ## wrong bytes at a running server and at the codec: make codec-fuzz SECONDS=600 SEED=1
	$(BIN)/python -m tests.codec $(or $(SECONDS),600) $(SEED)

lint: $(READY) ## style, format, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY) ## rewrite the code in the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench-speed: $(READY) ## speed beside Postgres, written to docs/benchmarks.md (TPCH=folder for TPC-H)
	$(BIN)/python -m bench.speed --write docs/benchmarks.md

bench-synth-one: $(READY) ## quality of one release: make bench-synth-one SET=adult EPSILON=1 DELTA=1e-9 SEED=1 OUT=folder (or DSN=... POLICY=...)
	@$(BIN)/python -m bench.synth.one $(if $(DSN),--dsn "$(DSN)" --policy "$(POLICY)",--set $(or $(SET),adult)) \
	    --epsilon $(or $(EPSILON),1) --delta $(or $(DELTA),1e-9) --seed $(or $(SEED),1) --out "$(or $(OUT),build/bench-synth)"

bench-synth: $(READY) ## quality of synthetic tables, all of it, written to docs/benchmarks.md
	$(BIN)/python -m bench.synth --write docs/benchmarks.md

bench: $(READY) ## quality and speed figures
	@for file in bench/*.py; do \
	    case $$file in */__init__.py) continue;; esac; \
	    echo "== $$file"; $(BIN)/python $$file || exit 1; \
	done

clean: ## remove the environment and caches
	rm -rf $(VENV) .demo build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

prerequisites:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	    echo "pgdouble needs Python 3.11 or newer, and \"$(PYTHON)\" is not there."; \
	    echo "Debian, Ubuntu: sudo apt-get install python3 python3-venv make"; \
	    echo "macOS: brew install python make"; \
	    echo "Another Python: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "pgdouble needs Python 3.11 or newer; \"$(PYTHON)\" is $$($(PYTHON) --version 2>&1)."; \
	    echo "Debian, Ubuntu: sudo apt-get install python3.11 python3.11-venv"; \
	    echo "then: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "pgdouble needs Python's venv module."; \
	    echo "Debian, Ubuntu: sudo apt-get install python3-venv"; exit 1; }

# Order-only: the check runs each time, the installation only when its inputs changed.
$(READY): pyproject.toml constraints.txt $(wildcard proxy/pgtypes/*.c) | prerequisites
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
