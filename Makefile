# `make` alone lists the targets. Everything runs in .venv, which demo.sh makes.
BIN := .venv/bin
# Twice the cores: many tests wait for the processes that they started.
WORKERS := $(shell expr 2 '*' $$(nproc))
TRUST := edgekit/wire/*,edgekit/signing/*,edgekit/consent/*,edgekit/privacy/*,edgekit/ledger/*,edgekit/confine/*

.DEFAULT_GOAL := help
.PHONY: help demo install check lint types imports test trust prove schemas arm64 systemd bench firmware faults fuzz fuzztrust mutants curves clean

help:  ## list the targets
	@sed -n 's/^\([a-z0-9]*\):.*## /  make \1	/p' Makefile | expand -t 18

demo:  ## make .venv once, then run a whole node on a rendered plaza (ARGS="--source 0" for a camera)
	@sh demo.sh $(ARGS)

install:  ## make .venv with the tools of `make check`
	@sh demo.sh --install-check

check: lint types imports test trust  ## format, lint, types, import contracts, tests, coverage

lint: install  ## formatting and style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: install  ## types, strictly
	$(BIN)/mypy

imports: install  ## who may import whom
	$(BIN)/lint-imports

# What fails beside others on a busy machine is run once more, alone; failing there, it fails.
test: install  ## the tests, with branch coverage
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --cov --cov-report= || \
		$(BIN)/pytest --last-failed --last-failed-no-failures none -n 0 --cov --cov-append --cov-report=

trust: test  ## every branch of the rooms that trust rests on has a test
	$(BIN)/coverage report --show-missing --skip-covered --fail-under=100 --include='$(TRUST)'

prove: install  ## the long proofs: every byte tampered with, every step of the disk failing, a thousand kills
	$(BIN)/pytest -m long -rA -p no:cacheprovider

schemas: install  ## write docs/schemas and the vectors of the documents anew, from the code
	$(BIN)/python tests/vectors/documents.py

arm64: install  ## attack the walls and run a node on an emulated arm64 kernel (apt, cpio, qemu-system-arm)
	@sh tests/arm64/run.sh

systemd:  ## run the service units under systemd in a container (needs root and systemd-container)
	@sh tests/systemd/run.sh

bench: install  ## measure every claim, a minute each
	@for script in benchmarks/[a-z]*.py benchmarks/systems/[a-z]*.py; do $(BIN)/python "$$script" --quick || exit 1; done

firmware:  ## build the firmware, its emulator and the native core (Debian: see .ci/run)
	@$(MAKE) -s -C firmware_bridge

faults: install firmware  ## the long fault suite on the emulated firmware, 10^6 packets at the codec
	$(BIN)/python benchmarks/faults.py
	$(BIN)/python benchmarks/mishaps.py
	$(BIN)/python benchmarks/cable.py

fuzz: install firmware  ## the wire against any bytes for 10 minutes a side (needs clang; atheris if there)
	$(MAKE) -s -C firmware_bridge build/fuzz
	mkdir -p firmware_bridge/build/corpus
	firmware_bridge/build/fuzz -max_total_time=600 firmware_bridge/build/corpus
	$(BIN)/python tests/fuzz/both_sides.py

fuzztrust: install  ## atheris on every parser of signing/ and ledger/, SECONDS each (60)
	$(BIN)/python -m pip install --quiet atheris
	$(BIN)/python tests/fuzz/hunt.py $(or $(SECONDS),60)

mutants: install  ## alter consent/ and privacy/ function by function: do their tests notice? (hours)
	$(BIN)/python -c 'import tomllib; \
	print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["mutants"], sep="\n")' \
		>.venv/mutants.txt
	$(BIN)/python -m pip install --quiet --requirement .venv/mutants.txt
	$(BIN)/python tests/mutants/hunt.py consent
	$(BIN)/python tests/mutants/hunt.py privacy

curves: install  ## measure and draw the error curves of docs/accuracy.md again; takes a while
	$(BIN)/python -c 'import matplotlib' 2>/dev/null || $(BIN)/python -m pip install -q 'matplotlib>=3.9'
	$(BIN)/python benchmarks/crowd.py --jobs $$(nproc) --draw docs/pictures/crowd.svg --page docs/accuracy.md
	$(BIN)/python benchmarks/quality.py --jobs $$(nproc) --page docs/accuracy.md

clean:  ## remove .venv, caches and reports
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov
	rm -f .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
