# make run    set everything up on a fresh machine and open the app
# make test   set everything up and run the tests
# TORCH_ARGS  where to take torch from; elsewhere than on a CPU-only index, name one:
#             make run TORCH_ARGS="--index-url <the CPU wheels of pytorch>"
PYTHON ?= python3
VENV ?= .venv
TORCH_ARGS ?=
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CONSTRAINTS := .ci/constraints.txt
STAMP := $(VENV)/.installed
# The package in the layout it ships in (tui/ is kgrec.tui), made of links: mypy does not follow an editable install.
SHIPPED := $(VENV)/shipped

.PHONY: run test check format bench pictures clean

run: $(STAMP)
	@$(BIN)/kgrec

# The tests start kgrec some hundred times: what one process compiles, the next ones read.
test: $(STAMP)
	OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@rm -rf $(SHIPPED) && mkdir -p $(SHIPPED)/kgrec
	@ln -s $(CURDIR)/kgrec/* $(CURDIR)/tui $(CURDIR)/rules $(CURDIR)/ontology $(SHIPPED)/kgrec/
	cd $(SHIPPED) && $(abspath $(BIN))/mypy --config-file $(CURDIR)/pyproject.toml --cache-dir $(CURDIR)/.mypy_cache
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP)
	$(BIN)/python -m pytest tests/benchmarks --benchmark-only --benchmark-columns=min,median,max,rounds -p no:randomly

pictures: $(STAMP)
	$(BIN)/python tests/pictures/draw.py

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks

# torch comes first and alone: its CPU build must be chosen before anything else asks for torch.
$(STAMP): pyproject.toml $(CONSTRAINTS)
	@$(PYTHON) -c 'import sys; sys.exit("kgrec needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@echo "Setting up $(VENV): a minute or two, once." >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install $(TORCH_ARGS) "$$(grep '^torch==' $(CONSTRAINTS))"
	@$(PIP) install --constraint $(CONSTRAINTS) --editable ".[dev]"
	@touch $(STAMP)
