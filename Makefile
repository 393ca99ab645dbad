# The commands of this project. `make help` lists them.

PYTHON ?= python3
BIN := .venv/bin
# Tests wait as often as they work: two processes for each core, on up to four cores.
PROCESSES := $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$n -gt 4 ] && n=4; echo $$((n * 2)))
TESTS ?=
SCALE ?=
HOUSEHOLDS ?= 2000
COMPILE := var/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help demo test faults check fix bench rehearse lock messages environment bench-environment demo-environment

help:  ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

demo: demo-environment  ## The whole portal with made-up families on http://127.0.0.1:8000/ (PORT=… for another port)
	@exec $(BIN)/python -m dtks_portal.demo

test: export PYTHONDONTWRITEBYTECODE =  # the tests start Python some hundred times
test: environment  ## All tests on real PostgreSQL and Valkey, in parallel (TESTS=tests/… for some)
	@[ "$$CI" != true ] || [ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund --silent  # a test needs vnu
	@[ -n "$(TESTS)" ] || rm -rf var/pages  # the pages that make check validates are those of one whole run
	$(BIN)/python -m pytest -q -n $(PROCESSES) --dist loadscope --no-loadscope-reorder $(if $(TESTS),$(TESTS),-m "not long")
	@[ -n "$(TESTS)" ] || touch var/pages/whole-run

faults: export PYTHONDONTWRITEBYTECODE =
faults: environment  ## The long tests: races on a live server, whole demos, long journeys, runs while processes are killed
	$(BIN)/python -m pytest -q -n 2 --dist loadscope --no-loadscope-reorder -m long

check: environment  ## Linters, types, layers, migrations, messages, deployment settings, HTML of the rendered pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/djlint templates --lint --quiet
	PYTHONPATH=. $(BIN)/lint-imports --no-logo
	DJANGO_SETTINGS_MODULE=dtks_portal.settings.check $(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	$(BIN)/python -m dtks_portal.message_check
	$(BIN)/python -m dtks_portal.deploy_check
	$(BIN)/python -m dtks_portal.html_check var/pages
	$(BIN)/python -m tests.access.seen var/pages

fix: environment  ## Let the tools repair what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: bench-environment  ## Measure everything against its floor and its peer, in a table (SCALE=… persons; needs npm, Chromium, 20 GB)
	npm ci --ignore-scripts --no-audit --no-fund --silent
	$(BIN)/python -m bench $(if $(SCALE),--scale $(SCALE))

rehearse: environment  ## Rehearse a whole phase with HOUSEHOLDS=2000 made-up households
	$(BIN)/python manage.py rehearse --households $(HOUSEHOLDS)

messages: environment  ## Collect new texts into locale/id and compile it (needs gettext)
	DJANGO_SETTINGS_MODULE=dtks_portal.settings.check $(BIN)/python manage.py makemessages -l id --no-location --no-wrap \
		-i .venv -i node_modules -i var -i staticroot -i tests
	DJANGO_SETTINGS_MODULE=dtks_portal.settings.check $(BIN)/python manage.py compilemessages -l id

lock:  ## Resolve pyproject.toml into requirements/*.txt, with hashes and without an index address (UPGRADE=--upgrade)
	$(PYTHON) -m venv var/lock
	var/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(COMPILE) $(UPGRADE) --extra pdf -o requirements/production.txt
	$(COMPILE) $(UPGRADE) -c requirements/production.txt --extra pdf --extra embedded -o requirements/demo.txt
	$(COMPILE) $(UPGRADE) -c requirements/demo.txt --extra pdf --extra embedded --extra develop -o requirements/develop.txt
	$(COMPILE) $(UPGRADE) -c requirements/develop.txt --extra pdf --extra linkage -o requirements/linkage.txt
	$(COMPILE) $(UPGRADE) -c requirements/develop.txt -c requirements/linkage.txt --extra pdf --extra embedded \
		--extra develop --extra linkage --extra bench -o requirements/bench.txt

environment:
	@$(PYTHON) requirements/environment.py develop

bench-environment:
	@$(PYTHON) requirements/environment.py bench

demo-environment:
	@$(PYTHON) requirements/environment.py demo
