# Deskpulse: make help
SHELL := /bin/bash
PY := .venv/bin/python
HOME_DIR := $(or $(DESKPULSE_HOME),var)
DEMO := $(HOME_DIR)/demo-input
PORT ?= 8501
.DEFAULT_GOAL := help
# Hundreds of processes are started by tests: what they import is compiled once, not by each of them.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup lock demo run test test-fast check lint lint-python lint-sql bench bench-alerts bench-forecast bench-audit bench-strain bench-engines bench-faults bench-sources bench-fuzz bench-scale bench-load bench-limits sbom audit docs services

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/.installed: requirements.txt
	@test -x $(PY) || python3 -m venv .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check "$$(grep -i '^uv==' requirements-dev.txt)"
	@.venv/bin/uv pip install --quiet --python $(PY) -r requirements.txt
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt requirements-postgresql.txt requirements-spark.txt
	@.venv/bin/uv pip install --quiet --python $(PY) -r requirements.txt -r requirements-postgresql.txt -r requirements-spark.txt \
		-r requirements-dev.txt
	@touch $@

setup: .venv/.installed ## the environment

lock: .venv/.installed-dev ## every requirements file from its .in
	@.venv/bin/uv pip compile --quiet --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 \
		--custom-compile-command "make lock" requirements.in -o requirements.txt
	@.venv/bin/uv pip compile --quiet --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 \
		--custom-compile-command "make lock" requirements-postgresql.in -o requirements-postgresql.txt
	@.venv/bin/uv pip compile --quiet --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 \
		--custom-compile-command "make lock" requirements-spark.in -o requirements-spark.txt
	@.venv/bin/uv pip compile --quiet --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 \
		--custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

$(DEMO)/truth.json: | setup
	@$(PY) -m etl demo --out $(DEMO)

ifneq ($(SOURCE),)
demo: export DESKPULSE_HOME := $(HOME_DIR)/demo-$(SOURCE)
demo: setup
	@$(PY) -m etl status --json | grep -q '"build": "' || $(PY) -m etl.fakes $(SOURCE)
	@$(PY) -m streamlit run dashboard.py --server.port $(PORT)
else
# The dashboard opens as soon as numbers are published; forecasts follow beside it and stop with it.
demo: setup $(DEMO)/truth.json ## a simulated helpdesk and the dashboard on port 8501 (SOURCE=zendesk: through a fake Zendesk)
	@trap 'kill $$behind 2>/dev/null; wait' EXIT; \
	if $(PY) -m etl status --json | grep -q '"build": "'; then $(PY) -m forecasting run --missing & behind=$$!; \
	else $(PY) -m etl run --input $(DEMO) --name demo & behind=$$!; \
		until test -e $(HOME_DIR)/builds/current.duckdb; do kill -0 $$behind 2>/dev/null || exit 1; sleep 0.2; done; \
	fi; \
	$(PY) -m streamlit run dashboard.py --server.port $(PORT)
endif

run: setup ## the dashboard on your data
	@$(PY) -m streamlit run dashboard.py --server.port $(PORT)

services:
	@bash tests/services.sh

test: .venv/.installed-dev services lint ## everything: lint, types, unit, golden, faults, real browser
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder tests

test-fast: .venv/.installed-dev ## the inner loop: under a minute
	@$(PY) -m pytest -n 2 -m "not slow" tests

check: lint ## lint, types, SQL, architecture, docs
	@$(PY) -m pytest -q tests/unit/test_architecture.py tests/unit/test_import_format_docs.py tests/unit/test_metrics_docs.py \
		tests/unit/test_dependencies.py
	@$(MAKE) --no-print-directory sbom

sbom: .venv/.installed-dev ## what a release is made of, as CycloneDX: var/sbom.json
	@mkdir -p $(HOME_DIR)
	@.venv/bin/cyclonedx-py requirements requirements.txt --of JSON --output-reproducible -o $(HOME_DIR)/sbom.json

audit: .venv/.installed-dev ## known weaknesses of dependencies, where an advisory service can be asked
	@bash tests/audit.sh

lint: .venv/.installed-dev
	@$(MAKE) --no-print-directory --output-sync -j 2 lint-python lint-sql

lint-python:
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

lint-sql:
	@.venv/bin/sqlfluff lint --processes 2 --nocolor --disable-progress-bar sql/staging sql/marts sql/checks sql/functions/duckdb.sql
	@.venv/bin/sqlfluff lint --dialect postgres --nocolor --disable-progress-bar sql/functions/postgresql.sql
	@.venv/bin/sqlfluff lint --dialect sparksql --exclude-rules LT01 --nocolor --disable-progress-bar sql/functions/spark.sql

bench: .venv/.installed-dev ## scale and speed: one million tickets, and four
	@$(PY) -m benchmarks.scale

bench-scale: .venv/.installed-dev ## how builds and pages grow: one, two, five and ten million tickets (an hour, 60 GB of disk)
	@$(PY) -m benchmarks.scale --tickets 1000000 2000000 5000000 10000000 --pages

bench-limits: .venv/.installed-dev ## how near each question comes to what memory allows, on what is published
	@$(PY) -m benchmarks.limits

bench-alerts: .venv/.installed-dev ## alerts: what is found, how often wrongly, beside simpler rules
	@$(PY) -m benchmarks.alerts
	@$(PY) -m benchmarks.alerts_demo

bench-forecast: .venv/.installed-dev ## forecasts of volume: every member and the combination
	@$(PY) -m benchmarks.forecast

bench-audit: .venv/.installed-dev ## what was planted in twenty demos, and what the audit of topics and customers finds
	@$(PY) -m benchmarks.audit

bench-faults: .venv/.installed-dev ## 200 kills of loads of a helpdesk, and of a loader that is wrong
	@$(PY) -m benchmarks.faults

bench-fuzz: .venv/.installed-dev ## 100,000 inputs nobody meant: mappings, questions, files
	@$(PY) -m benchmarks.fuzz

bench-sources: .venv/.installed-dev ## how fast a helpdesk is read: 100,000 tickets and 600,000 events
	@$(PY) -m benchmarks.sources

bench-strain: .venv/.installed-dev ## strain: who slides is found, who only looks like it is left alone
	@$(PY) -m benchmarks.strain
	@$(PY) -m benchmarks.strain_demo

bench-engines: .venv/.installed-dev ## thirty questions of a million tickets: DuckDB, PostgreSQL, Spark, and pandas in memory
	@$(PY) -m benchmarks.engines

bench-load: .venv/.installed-dev ## thirty readers for five minutes while the pipeline publishes five times
	@$(PY) -m benchmarks.load

docs: .venv/.installed-dev ## the generated pages of docs/
	@$(PY) -m etl.sources.files.docs
	@$(PY) -m config.effort_page
	@$(PY) -m metrics.docs
