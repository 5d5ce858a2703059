# `make` alone lists what one can do.
.DEFAULT_GOAL := help
.PHONY: help build book test delivery tools bench fuzz torture same bless lint clean

READER ?= Ada Lovelace
STAGE ?= cto
# Pages of the contact sheet: cover, title, route, milestones, contents, opening, three figures, a table, glossary, index.
PAGES ?= 1,8,9,10,38,48,50,56,98,192,202,216
# How long `make fuzz` searches.
MINUTES ?= 14
PROGRAM := target/release/handbook
VENV := target/tools/venv/bin/python

help: ## this list
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 14

build: ## the program, at target/release/handbook
	cargo build --release --locked

book: build ## a book for READER and STAGE in out/, and docs/pages.png, a sheet of its pages
	$(PROGRAM) build handbook --strict --reader "$(READER)" --stage "$(STAGE)" --out out
	@bash scripts/tools/apt.sh && bash scripts/tools/python.sh
	$(VENV) scripts/contact_sheet.py "$$(ls -t out/*.pdf | head -n 1)" docs/pages.png $(PAGES)

test: ## everything: formatting, lints, tests, and the judges over real books; the last line counts
	@python3 tests/judges/run.py

delivery: build tools ## every step of the CI's jobs, and every package: made, installed into clean places, tried, removed
	@python3 tests/ci/run.py $(PROGRAM)
	@python3 tests/package/run.py $(PROGRAM)

tools: ## the judges, pinned, into target/tools (some by apt)
	@bash scripts/tools/all.sh

bench: build tools ## speed, memory, evenness and size, beside Typst in the same run
	@$(VENV) benches/run.py $(PART)

fuzz: ## searches for faults for MINUTES, with the nightly compiler; TARGETS names some, JOBS at a time, SANITIZER=address
	@bash scripts/tools/fuzz.sh
	@CARGO_FUZZ=target/tools/cargo-fuzz/bin/cargo-fuzz python3 fuzz/run.py --minutes $(MINUTES) $(if $(TARGETS),--targets $(TARGETS)) $(if $(JOBS),--jobs $(JOBS)) $(if $(SANITIZER),--sanitizer $(SANITIZER))

torture: build ## kills and failures of the disk at every call, for every command that writes
	@python3 tests/torture/run.py $(PROGRAM)

same: ## the program built in four ways and run in other surroundings makes the same bytes
	@python3 tests/judges/same.py

bless: ## accepts what the program makes now as the tests' references
	BLESS=1 cargo test --quiet
	@git status --short tests

lint: build tools ## spelling of the handbook and the documentation; links and references
	@$(VENV) scripts/spelling.py
	$(PROGRAM) check handbook --strict

clean: ## removes what was built, the judges too
	cargo clean
	rm -rf out
