# One word runs each task. Every target first sees to it that what it needs is there (deploy/setup.sh).

PYTHON := .venv/bin/python
CODE := schemas services tests bench
.DEFAULT_GOAL := help
.PHONY: help demo run unit test screens contracts nightly chaos check bench soak setup clean
SEED ?= 1
FAULTS ?= 100

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

demo: ## The whole stack with a simulated clinic day: make demo ARGS="--for 90 --speed 60"
	@deploy/setup.sh stack
	@$(PYTHON) -m services.cli demo $(ARGS)

run: ## The stack alone, empty: make run ARGS="--fresh"
	@deploy/setup.sh stack
	@$(PYTHON) -m services.cli up $(ARGS)

unit: ## The tests that need Python alone
	@deploy/setup.sh python
	@$(PYTHON) -m pytest tests/unit $(ARGS)

test: ## Every test, on real Kafka, Redis, Prometheus and a real browser
	@deploy/setup.sh tests
	@$(PYTHON) -m pytest tests -n 2 --dist loadfile -m 'not slow' $(ARGS)

screens: ## Take every screen's picture anew (docs/screens), and look for what is wrong on each
	@deploy/setup.sh tests
	@$(PYTHON) -m tests.gallery

contracts: ## The slow tests: kills, zombies and rebalances by the dozen
	@deploy/setup.sh tests
	@$(PYTHON) -m pytest tests -n 2 -m slow $(ARGS)

nightly: ## Properties of fold and codec on 10,000 examples each, drawn at random
	@deploy/setup.sh python
	@CLINICFLOW_TEST_PROFILE=nightly $(PYTHON) -m pytest tests/unit/flow tests/unit/schemas -n 2 --timeout 3600 $(ARGS)

chaos: ## Desks at work while faults happen, judged by a checker of its own: make chaos SEED=1 FAULTS=100
	@deploy/setup.sh stack
	@$(PYTHON) -m tests.chaos --seed $(SEED) --faults $(FAULTS) $(ARGS)

check: ## Lint, format, types, import rules
	@deploy/setup.sh python
	@.venv/bin/ruff check $(CODE)
	@.venv/bin/ruff format --check $(CODE)
	@.venv/bin/mypy --strict $(CODE)
	@.venv/bin/lint-imports

bench: ## Measure, beside the alternatives; see bench/README.md
	@deploy/setup.sh tests
	@$(PYTHON) -m bench.flow_throughput
	@$(PYTHON) -m bench.recovery
	@$(PYTHON) -m bench.wipe
	@$(PYTHON) -m bench.desk_console

soak: ## Whether memory stays flat through a simulated clinic day of eight hours, 60 times as fast
	@deploy/setup.sh stack
	@$(PYTHON) -m bench.soak $(ARGS)

setup: ## Everything that tests and demo need, without running anything
	@deploy/setup.sh tests

clean: ## Remove what was built and installed here (the data in .clinicflow stays)
	@rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .chaos
