# The few commands of a checkout. Each sets up what it needs once; a second run does no set-up work again.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTHONS ?= python3.11 python3.12 python3.13
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

RELEASE := .release/bin
COMPILE := $(RELEASE)/uv --no-config --quiet pip compile --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --strip-extras $(if $(UPGRADE),--upgrade)

.PHONY: help crawl serve explore demo cluster-demo test test-all lint check docs docs-site screenshots bench bench-scale peers quality lock dist sbom clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

crawl: $(BIN)/.run ## run the nightly job: read the posts, build site/public, say what to open
	@$(BIN)/hashtrail nightly || [ $$? -eq 2 ]

serve: $(BIN)/.run ## serve the built site on this machine
	@$(BIN)/hashtrail serve

explore: $(BIN)/.run ## serve the Datasette explorer on this machine
	@$(BIN)/hashtrail explore

demo: $(BIN)/.run ## show everything with a fictional network; needs no internet
	@$(BIN)/hashtrail demo .demo

cluster-demo: $(BIN)/.dev ## crawl a site on loopback with a cluster of two workers
	@$(BIN)/python -m bench.cluster_demo

test: $(BIN)/.dev ## run the tests
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test-all: ## run the tests with every Python of PYTHONS that is installed
	@for python in $(PYTHONS); do \
		version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) \
			|| { echo "$$python is not installed: skipped"; continue; }; \
		echo "Python $$version"; \
		$(MAKE) --no-print-directory test PYTHON=$$python VENV=.venv-$$version || exit 1; \
	done

lint: $(BIN)/.dev ## lint and type-check
	@$(BIN)/ruff check .
	@$(BIN)/mypy

check: lint ## lint, type-check and check the conventions
	@$(BIN)/python -m pytest tests/conventions tests/test_layers.py
	@$(BIN)/python -m pytest tests/docs -k "current or has"

docs: $(BIN)/.dev ## generate docs/DATABASE.md, docs/CLI.md and docs/SETTINGS.md
	@$(BIN)/python -m devtools.database_page
	@$(BIN)/python -m devtools.cli_page
	@$(BIN)/python -m devtools.settings_page
	@$(BIN)/python -m devtools.licences

docs-site: $(BIN)/.dev ## build the documentation as a site, in build/docs-site
	@$(BIN)/python -m devtools.docs_site

screenshots: $(BIN)/.dev ## take the pictures in docs/images/ from the demo
	@$(BIN)/python -m devtools.screenshots

quality: $(BIN)/.dev ## measure extraction, topics and identity; writes docs/QUALITY.md
	@$(BIN)/python -m bench.quality

bench: $(BIN)/.dev ## measure speed next to the peers of .peers, and write docs/PERFORMANCE.md
	@$(BIN)/python -m bench
	@$(BIN)/python -m devtools.performance_page

bench-scale: $(BIN)/.dev ## measure every step over a generated library; larger: ARTICLES=1000000
	@$(BIN)/python -m bench.scale --articles $(or $(ARTICLES),10000)

peers: $(BIN)/.dev ## install the peers of tests and benchmarks into .peers, and run their tests
	@$(BIN)/python -m devtools.peers .peers
	@HASHTRAIL_PEERS=$(CURDIR)/.peers $(BIN)/python -m pytest -q -rs tests/peers

# The locks of pyproject.toml: run, then what is added for the tests, then the tools of a release.
lock: $(RELEASE)/.ready $(BIN)/.dev ## resolve the locks again; with newer versions: make lock UPGRADE=1
	@$(COMPILE) pyproject.toml --group build -c requirements/constraints.txt \
		-o requirements/run.lock >/dev/null
	@$(COMPILE) pyproject.toml --group build --group dev --all-extras -c requirements/run.lock \
		-o requirements/dev.lock >/dev/null
	@$(COMPILE) --group release -o requirements/release.lock >/dev/null
	@$(BIN)/python -m devtools.licences --renew
	@git diff --stat -- requirements docs/LICENCES.md

dist: $(BIN)/.run ## build wheel, source archive and pinned requirements of the last commit into dist/
	@$(BIN)/python -m devtools.distribution

sbom: dist $(RELEASE)/.ready ## add the list of components (SBOM, CycloneDX) to dist/
	@$(BIN)/python -m devtools.components

clean: ## remove the environments and the caches; data/state remains
	rm -rf .venv .venv-* .release .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/.run: requirements/run.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Hashtrail needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) (once) ..." >&2
	@$(PIP_INSTALL) --require-hashes -r requirements/run.lock
	@$(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

$(BIN)/.dev: $(BIN)/.run requirements/dev.lock
	@echo "Setting up the tests' tools (once) ..." >&2
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.lock
	@touch $@

$(RELEASE)/.ready: requirements/release.lock
	@echo "Setting up .release, the tools of a release (once) ..." >&2
	@test -x $(RELEASE)/python || $(PYTHON) -m venv .release
	@$(RELEASE)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--require-hashes -r requirements/release.lock
	@touch $@
