# Each target sets itself up in .venv; nothing here needs root or a running service.
PYTHON ?= python3
VENV := .venv
SECONDS ?= 600
PY := $(VENV)/bin/python

.PHONY: demo test check attacks fuzz bench clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    install, migrate, load the bank, start everything, print addresses and log-ins"
	@echo "make test    run the whole test suite (starts what it needs, leaves nothing running)"
	@echo "make check   ruff, mypy, import rules, missing migrations, the bank's folders"
	@echo "make attacks try every attack on the sandbox, as you and without privileges, with each bubblewrap found"
	@echo "make fuzz    feed the sandbox's decoder and protocol with strange bytes for SECONDS (600)"
	@echo "make bench   print the speed ratios, each against a baseline measured in the same run"

# One stamp for each set of packages: an edit of the pins or of the package's own list installs anew.
$(VENV)/.product: pyproject.toml constraints.txt
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(VENV)/.product $@

demo: $(VENV)/.product
	$(PY) manage.py demo

test: $(VENV)/.dev
	$(PY) -m pytest --numprocesses auto

check: $(VENV)/.dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m pytest -q tests/architecture
	SECRET_KEY=check $(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check_bank

attacks: $(VENV)/.dev
	$(PY) -m tests.attacks --everywhere

fuzz: $(VENV)/.dev
	$(PY) -m tests.grader.sandbox.fuzz $(SECONDS)

bench: $(VENV)/.dev
	$(PY) -m tests.benchmarks

clean:
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache
