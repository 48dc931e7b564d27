# make serve | make test | make help. Both first install what is missing into .venv, once.

PYTHON ?= python3
# The wheel file of a CPU build of PyTorch may stand here: make TORCH=/path/to/torch-….whl serve
TORCH  ?= torch==2.13.0
HOST   ?= 127.0.0.1
PORT   ?= 7860

VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
DATA   := $(or $(WENCE_HOME),.wence)
MODEL  := $(abspath $(DATA))/models/multilingual-e5-small-zh
PIP    := $(BIN)/python -m pip --disable-pip-version-check
# On a Debian machine root gets what is missing; everyone else is told.
APT    := DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends

.DEFAULT_GOAL := help
.PHONY: help install model index serve test quick lint benchmark clean chromium axe

help:
	@echo "make serve      install what is needed, prepare model and index, serve the page (HOST=, PORT=)"
	@echo "make test       install what is needed, run every check and test"
	@echo "make quick      the checks and the fast tests only"
	@echo "make lint       ruff, mypy, import-linter"
	@echo "make index      build or update the index of the bundled documents"
	@echo "make benchmark  time and memory of answering"
	@echo "make clean      remove .venv and the caches; $(DATA) stays"

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(call debian,python3-venv,make virtual environments)
	@echo "Installing into $(VENV); the first time takes about two minutes …"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "PyTorch comes first: $(TORCH) (which build, and how to give your own: README.md)"
	$(PIP) install '$(TORCH)'
	$(PIP) install -c constraints.txt setuptools
	$(PIP) install -c constraints.txt --no-build-isolation --use-pep517 -e '.[dev]'
	@touch $@

model: $(STAMP)
	@$(BIN)/wence model

index: $(STAMP)
	$(BIN)/wence index

serve: $(STAMP)
	@$(BIN)/wence serve --host $(HOST) --port $(PORT)

test: lint model chromium axe
	WENCE_TEST_MODEL='$(MODEL)' $(BIN)/python -m pytest --durations=10

quick: lint
	$(BIN)/python -m pytest -m 'not slow'

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

benchmark: model
	$(BIN)/python -m benchmarks.answering

# The tests of the page drive Debian's Chromium.
chromium:
	@test -x /usr/bin/chromium || $(call debian,chromium fonts-noto-cjk,test the page in a browser)

# Accessibility is checked where npm can fetch axe-core; without it those tests are skipped.
axe:
	@test -f node_modules/axe-core/axe.min.js || ! command -v npm >/dev/null || npm ci --silent >/dev/null 2>&1 || \
	  echo "axe-core could not be installed: the accessibility tests will be skipped"

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# $(call debian,PACKAGES,WHY)
debian = { if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && $(APT) $(1); \
  else echo "Missing: $(1) (needed to $(2)). Install with: sudo apt-get install $(1)" >&2; exit 1; fi; }
