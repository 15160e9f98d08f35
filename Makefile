# What ./talka test does, in pieces. Everything runs in .venv, which ./talka makes.
BIN := .venv/bin

.PHONY: check test-fast test bench lock messages wheel

check:  ## format, lint, types, boundaries, spelling
	$(BIN)/python -m deploy.cli check

test-fast:  ## what needs no server: contracts, rules, life cycles, texts, boundaries
	$(BIN)/pytest -n auto --dist worksteal -m "not server and not journey and not browser and not fault and not benchmark"

test:  ## what the continuous integration runs
	./talka test

bench:  ## measure against the limits of this machine
	$(BIN)/pytest -m benchmark -s tests/benchmarks

LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	--python-version 3.11 pyproject.toml

lock:  ## pin every dependency with its hashes; a new version waits a week first
	$(LOCK) --extra server --extra local --group dev --output-file requirements/dev.txt
	$(LOCK) --extra server --extra local --constraint requirements/dev.txt --output-file requirements/local.txt
	$(LOCK) --extra server --constraint requirements/dev.txt --output-file requirements/server.txt
	$(BIN)/python -m deploy.local.lock

messages:  ## collect the texts of pages and mails into the catalogues of all languages
	$(BIN)/python -m deploy.cli.messages

wheel:  ## build talka-contracts into dist/, for consumers in Python
	cd contracts && ../$(BIN)/python -m hatchling build -t wheel -d ../dist
