# Every target is one line; ./run and ./test need no make.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test test-full check bench reset room states lock

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1|\2/p' Makefile | column -t -s '|'

run: ## set everything up and run the platform with the demo district
	@./run

test: ## set everything up, then checks and quick tests (at most 20 minutes on 2 cores)
	@./test

test-full: ## faults, fuzz and soak in full strength as well
	@./test -q -n 2 tests yinling

check: ## lint, types and architecture only
	@. tools/setup.sh && make_environment && install_locked test && .venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/python -m pytest -q tests/architecture tests/test_repository.py

bench: ## print import rows/s, determinations/s, search and page latency
	@. tools/setup.sh && make_environment && install_locked test && .venv/bin/python -m benchmarks

reset: ## throw away all data of this checkout's platform (it must not be running)
	@. tools/setup.sh && make_environment && install_locked run && .venv/bin/python -m yinling.base.runtime.reset

room: ## scaffold a room: make room NAME=…
	@. tools/setup.sh && make_environment && install_locked run && .venv/bin/python tools/room.py $(or $(NAME),$(filter-out room,$(MAKECMDGOALS))) $(CHINESE)

states: ## write docs/states.md from the tables of moves
	@. tools/setup.sh && make_environment && install_locked run && .venv/bin/python tools/states.py

lock: ## write requirements/*.txt and package-lock.json from what is declared
	@tools/lock

%: # so that `make room NAME` needs no equals sign
	@:
