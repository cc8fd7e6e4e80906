# `make` says what there is. Every step works without a question, from a checkout at any path.
.DEFAULT_GOAL := help
.PHONY: help run test check bench docs lock messages format FORCE
BIN := .venv/bin

# A checkout that was moved or copied has a virtual environment that points to where it was: made anew.
ifneq ($(file <.venv/.checkout),$(CURDIR))
MOVED := FORCE
endif

help: ## What there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.run ## Install what is missing, migrate, load the demo, serve on PORT (8000); Ctrl-C ends all of it
	@exec $(BIN)/lms run

test: .venv/.dev ## Every test, on SQLite and on PostgreSQL, with browser and workers; ARGS="-k quiz" for some
	@$(BIN)/pytest -n auto --dist worksteal $(ARGS)

check: .venv/.dev ## Lint, format, types, import contracts, OpenAPI, migrations, links in the docs
	@tools/check

bench: .venv/.dev ## Queries and CPU time a request, then the real server with 1,000 and 20,000 learners; writes docs/speed.md
	@$(BIN)/python -m bench.requests
	@$(BIN)/python -m bench.load --report docs

docs: .venv/.dev ## Write docs/openapi.json and docs/reasons.md anew from the code
	@$(BIN)/lms openapi
	@$(BIN)/python -m tools.reasons

messages: .venv/.dev ## Collect every text for translators, and bring the translations that there are up to date
	@$(BIN)/python -m tools.messages

format: .venv/.dev ## Put the code in its form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

lock: .venv/.dev ## Lock the newest allowed versions of what stands in requirements*.in, with hashes
	@tools/lock

.venv/.run: requirements.lock pyproject.toml tools/install $(MOVED)
	@tools/install run

.venv/.dev: requirements-dev.lock pyproject.toml tools/install $(MOVED)
	@tools/install dev

FORCE:
