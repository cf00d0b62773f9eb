# Two commands do everything: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
export PYTHONPATH := $(CURDIR):$(CURDIR)/plugins
RUNTIME := $(BIN)/python -W ignore -m cvplus.runtime
WORKERS ?= 2
PYTEST := $(BIN)/pytest --numprocesses $(WORKERS) --durations 20
DATA_OPTION := $(if $(DATA),--data "$(DATA)")
ROLE_OPTION := $(if $(ROLE),--role "$(ROLE)")

.DEFAULT_GOAL := help
.PHONY: help run up down check status env login psql backfill quarantine champion archive docs test test-fast test-slow lint types bench clean lock images new-source source-pages fault-matrix read evaluate fuzz snapshot licences

help: ## List these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Without its mark, an environment is what an installation left that was cut off: no one knows what it lacks.
$(INSTALLED): requirements.txt requirements-bootstrap.txt
	@case "$$PWD" in *%*) echo "MLflow cannot work below a folder with % in its name: $$PWD. Move the checkout."; exit 1;; esac
	@test -e $@ || rm -rf $(VENV)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; set PYTHON=<path to it>."; exit 1; }
	@echo "installing the environment (once) …"
	@test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet \
		--disable-pip-version-check --require-hashes -r requirements-bootstrap.txt; }
	@rm -f $@
	@UV_COMPILE_BYTECODE=1 UV_CONCURRENT_INSTALLS=2 $(BIN)/uv pip sync --quiet --require-hashes \
		--python $(BIN)/python requirements.txt
	@touch $@

run: $(INSTALLED) ## Run the whole chain once, from extraction to marts [DATA=resume_names|<folder>]
	@$(RUNTIME) run $(DATA_OPTION)

up: $(INSTALLED) ## Start the services
	@$(RUNTIME) up $(DATA_OPTION)

down: $(INSTALLED) ## Stop the services, keeping the data
	@$(RUNTIME) down

check: $(INSTALLED) ## Connect to everything that the settings name, and say what is missing
	@$(RUNTIME) check $(DATA_OPTION)

status: $(INSTALLED) ## What runs, what waits and for what, the last runs, how old the data are [DAG=<id>: why it has not run]
	@$(RUNTIME) status $(or $(DAG),$(ARGS)) $(DATA_OPTION)

env: $(INSTALLED) ## Print what other tools need, as shell exports [ROLE=analyst|engineer|bi|…]
	@$(RUNTIME) env $(DATA_OPTION) $(ROLE_OPTION)

login: $(INSTALLED) ## Print how Airflow's admin logs in
	@$(RUNTIME) login $(DATA_OPTION)

psql: $(INSTALLED) ## A shell on the warehouse; reads SQL from standard input too [ROLE=engineer|analyst|…]
	@$(RUNTIME) psql $(DATA_OPTION) $(ROLE_OPTION)

backfill: $(INSTALLED) ## Run past windows again: FROM=<date> TO=<date> [DAG=<id>] [REASON=<text>] [DRY_RUN=1]
	@test -n "$(FROM)" -a -n "$(TO)" || { echo "Say FROM=<date> TO=<date>."; exit 1; }
	@$(RUNTIME) backfill --from $(FROM) --to $(TO) $(if $(DAG),--dag $(DAG)) $(DATA_OPTION) \
		$(if $(REASON),--reason "$(REASON)") $(if $(DRY_RUN),--dry-run)

quarantine: $(INSTALLED) ## Batches held back: ARGS="list|show BATCH|release BATCH --reason …|replay BATCH --reason …"
	@$(BIN)/python -W ignore -m cvplus.quality.quarantine_commands $(or $(ARGS),list)

champion: $(INSTALLED) ## Which model version serves: ARGS="list|set VERSION --reason …"
	@$(BIN)/python -W ignore -m cvplus.operations.champion_commands $(or $(ARGS),list)

archive: $(INSTALLED) ## Apply the lake's lifecycle (config/lifecycle.yaml) now [DRY_RUN=1]
	@$(BIN)/python -W ignore -m cvplus.operations.archiving_commands $(if $(DRY_RUN),--dry-run)

docs: $(INSTALLED) ## dbt docs, Data Docs and the manual as one local site
	@$(RUNTIME) docs $(DATA_OPTION)

lint: $(INSTALLED) ## Format and lint checks
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/sqlfluff lint --processes 2 dbt_project/models

types: $(INSTALLED) ## Type checks
	@$(BIN)/mypy plugins/cvplus ml sandbox

test: lint types ## Lint, types and every test that needs no more than this machine [WORKERS=2]
	@$(PYTEST) -m "not slow"

test-fast: $(INSTALLED) ## The unit tests alone: no server, no network, a minute or two [WORKERS=2]
	@$(PYTEST) -m "not slow" tests/unit

test-slow: $(INSTALLED) ## The slow tests [WORKERS=2]
	@$(PYTEST) -m slow

bench: $(INSTALLED) ## Benchmarks, as ratios beside their baselines, into var/bench/
	@mkdir -p var/bench
	@missed=0; for file in tests/benchmarks/bench_*.py; do \
		$(BIN)/python -W ignore $$file | tee var/bench/$$(basename $$file .py).txt || missed=1; done; exit $$missed

images: ## Build the image of docker/Dockerfile with Docker, Podman or Buildah [BASE=<image>] [TARGET=test] [BUILDER=…] [ARGS=…]
	@BASE="$(BASE)" TARGET="$(TARGET)" BUILDER="$(BUILDER)" docker/build.sh $(ARGS)

new-source: $(INSTALLED) ## Write the skeleton of a source: NAME=<source> [KIND=posting|pay|company|skill] [DOMAIN=…] [RESOURCE=…] [AUTH=none] [PAGING=cursor|offset|none]
	@test -n "$(NAME)" || { echo "Say NAME=<source>."; exit 1; }
	@$(BIN)/python -m cvplus.sources.scaffold $(NAME) $(if $(KIND),--kind $(KIND)) $(if $(DOMAIN),--domain $(DOMAIN)) \
		$(if $(RESOURCE),--resource $(RESOURCE)) $(if $(AUTH),--auth $(AUTH)) $(if $(PAGING),--paging $(PAGING))

source-pages: $(INSTALLED) ## Write the manual's pages of sources from their declarations
	@$(BIN)/python -m cvplus.sources.pages

fault-matrix: $(INSTALLED) ## Run every provider against every fault, and write the manual's page of what came of it
	@UPDATE_FAULT_MATRIX=1 $(BIN)/pytest -m slow tests/faults/test_fault_matrix.py

read: $(INSTALLED) ## What the readers make of texts, a line in, a line out: KIND=pay|place|title|skills|… (texts on standard input)
	@test -n "$(KIND)" || { echo "Say KIND=<kind>, and give the texts on standard input, a line each."; exit 1; }
	@$(BIN)/python -m cvplus.enrich.readers.commands $(KIND)

evaluate: $(INSTALLED) ## How good readers, linkers and predictions are: every figure with its data, size and interval, into var/evaluation and docs/evaluation.md [GROUP=skills|titles|linking|…]
	@$(BIN)/python -W ignore -m cvplus.evaluation.commands $(if $(GROUP),--group $(GROUP))

fuzz: $(INSTALLED) ## Land drops and answers that somebody broke, at random [N=10000] [SEED=7]: what must not happen, into var/fuzz
	@PYTHONPATH=$(PYTHONPATH):tests:tests/fuzz $(BIN)/python -W ignore tests/fuzz/run_fuzz.py \
		--count $(or $(N),10000) --seed $(or $(SEED),7)

snapshot: $(INSTALLED) ## Write the snapshot of DAGs, tasks, assets and schedules again
	@UPDATE_SNAPSHOT=1 $(BIN)/pytest -q tests/integration/test_dag_snapshot.py

LOCK := --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header --quiet

lock: $(INSTALLED) ## Compile requirements.in with hashes: requirements.txt, and docker/requirements.txt without tools and checks
	@$(BIN)/uv pip compile requirements.in -o requirements.txt $(LOCK)
	@sed '/^# not in an image/,$$d' requirements.in | \
		$(BIN)/uv pip compile - --constraint requirements.txt -o docker/requirements.txt $(LOCK)

clean: ## Remove var/ and the environment
	@test ! -d var || test ! -x $(BIN)/python || $(RUNTIME) down
	@rm -rf var $(VENV)

licences: $(INSTALLED) ## Write docs/licences.md from what is installed
	@{ cat docs/licences.head; $(BIN)/pip-licenses --format=markdown --order=license; } > docs/licences.md
