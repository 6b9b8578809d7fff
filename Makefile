# Needs Python 3.11 or newer and nothing else: `make run` installs the rest into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--no-emit-index-url --generate-hashes --no-header --no-annotate
# Compiled once here, imports take half as long in every process after.
INSTALL := VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode

ACCURACY_DATA := data/accuracy

.PHONY: help run test dev lint bench scale nights fuzz accuracy sample lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "%-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.installed ## Set up and refresh everything from data/landing (the sample when it is empty)
	@$(BIN)/omnimart run

test: $(VENV)/.installed-dev ## Set up and run the tests
	@$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder

dev: $(VENV)/.installed ## Start Dagster's user interface on http://localhost:3000
	@$(BIN)/python -m orchestration.instance dagster dev

lint: $(VENV)/.installed-dev ## Check style, SQL, dbt project and Dagster definitions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint dbt_project/models
	$(BIN)/python -m orchestration.dbt_project parse --warn-error
	$(BIN)/python -m orchestration.instance dagster definitions validate

bench: $(VENV)/.installed-dev ## Run the benchmarks (docs/benchmarks.md)
	@$(BIN)/python -m pytest -q -o addopts=--import-mode=importlib -o python_files='bench_*.py' \
		tests/benchmarks --page docs/benchmarks.md

scale: $(VENV)/.installed-dev ## Resolve ten million records and a night of news within 6 GB (two hours)
	@$(BIN)/python -m pytest -q -s -o addopts=--import-mode=importlib \
		-o python_files='scale_*.py' tests/benchmarks

nights: $(VENV)/.installed-dev ## Resolve forty nights of random records, each held against a full resolve
	@OMNIMART_TEST_NIGHTS=40 $(BIN)/python -m pytest -q -n 0 tests/dbt_project/test_identity_increments.py

fuzz: $(VENV)/.installed-dev ## Inspect ten thousand damaged exports
	@OMNIMART_FUZZ_FILES=10000 $(BIN)/python -m pytest -q -n auto --dist load tests/ingestion/test_fuzz.py

lock: $(VENV)/.installed ## Choose the newest versions allowed and write the lock files
	printf 'uv\nsetuptools>=77\n' | $(COMPILE) --upgrade --output-file requirements-bootstrap.lock -
	$(COMPILE) --upgrade --output-file requirements.lock pyproject.toml
	$(COMPILE) --upgrade --extra dev --output-file requirements-dev.lock pyproject.toml

accuracy: $(VENV)/.installed-dev ## Compare marts with the truth of simulated brands, and of FEBRL (docs/accuracy*.md)
	$(call compare,default,docs/accuracy.md)
	$(BIN)/python -m tests.benchmarks.febrl_accuracy docs/accuracy.md
	$(call compare,dirty,docs/accuracy_dirty.md)

define compare
	rm -rf $(ACCURACY_DATA)
	$(BIN)/omnimart simulate --customers 10000 --days 180 --seed 7 --scenario $(1) --out $(ACCURACY_DATA)/landing
	OMNIMART_DATA_DIR=$(ACCURACY_DATA) $(BIN)/omnimart run
	OMNIMART_DATA_DIR=$(ACCURACY_DATA) $(BIN)/omnimart truth $(2)
endef

sample: $(VENV)/.installed ## Write the shipped sample anew (seeds/sample)
	rm -rf seeds/sample data/sample
	$(BIN)/omnimart simulate --scenario tiny --out data/sample
	rm -r data/sample/truth
	mv data/sample seeds/sample

clean: ## Remove what was installed and generated; the data folder stays
	rm -rf $(VENV) dbt_project/target dbt_project/logs .pytest_cache .ruff_cache *.egg-info
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(BIN)/uv: requirements-bootstrap.lock
	@echo "Creating $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.installed: $(BIN)/uv requirements.lock pyproject.toml
	@echo "Installing into $(VENV)"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	@echo "Installing the development tools into $(VENV)"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
