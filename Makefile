# make demo   set up and run a real pipeline to its end: no account, no model, no Redis needed
# make test   set up and pass the tests
# make soak   an hour of mayhem, and all that is slow
# make explore  give the tests of properties other examples than the default run does
# make faults pass the tests of agents and plans while replies are lost, connections break, Redis refuses
# make check  lint, types, import directions, file sizes
# make bench  measure

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
BIN := .venv/bin
WORKERS ?= 3

.PHONY: demo test soak explore faults check format bench clean

demo: .venv/.runs
	@if [ -d .demo ]; then $(BIN)/tt stop --town .demo >/dev/null 2>&1; rm -rf .demo; fi
	@cp -r pipelines/quickstart .demo
	$(BIN)/tt plan --file .demo/tasks.toml
	@echo
	$(BIN)/tt run .demo/tasks.toml
	@echo
	@echo "Look at .demo/tasks.toml (each task has its status now) and .demo/.tt/logs. Next: README.md"

test: .venv/.develops
	$(BIN)/python -m pytest -n $(WORKERS)

soak: .venv/.develops
	$(BIN)/python -m pytest -n $(WORKERS) -m soak --hypothesis-profile=explore

explore: .venv/.develops
	$(BIN)/python -m pytest -n $(WORKERS) --hypothesis-profile=explore \
		$$(grep -rl --include='*.py' '@given' tests)

FAULTS ?= lost reset busy oom

faults: .venv/.develops
	for kind in $(FAULTS); do \
		TT_CLIENT_FAULTS=$$kind:0.02 $(BIN)/python -m pytest -n $(WORKERS) \
			tests/worker tests/pipelines tests/chaos || exit 1; done

check: .venv/.develops
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/loq
	$(BIN)/codespell

format: .venv/.develops
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.develops
	$(BIN)/python benchmarks/release.py
	$(BIN)/python benchmarks/idle.py
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/plan.py

clean:
	rm -rf .venv .demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# A venv by uv where it is installed, else by Python's own venv and pip.
.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Tinytown needs Python 3.11 or newer; set PYTHON=/path/to/python3" >&2; exit 1; }
	@if command -v uv >/dev/null; then uv venv --quiet --python $(PYTHON) .venv; else $(PYTHON) -m venv .venv; fi

.venv/.runs: pyproject.toml | .venv/bin/python
	@echo "Setting up .venv …"
	@if command -v uv >/dev/null; then uv pip install --quiet --python $(BIN)/python -e .; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check -e .; fi
	@touch $@

.venv/.develops: pyproject.toml requirements-dev.txt .venv/.runs
	@echo "Setting up .venv for development …"
	@if command -v uv >/dev/null; then uv pip install --quiet --python $(BIN)/python -r requirements-dev.txt; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt; fi
	@touch $@
