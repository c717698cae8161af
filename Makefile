# Everything runs in .venv, made from the hash-pinned lock file; only Python 3.11+, make and pip are needed.
PYTHON ?= python3
STAMP := .venv/.complete

.PHONY: setup demo test check bench lock clean

setup: $(STAMP)

$(STAMP): deploy/requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Reservpost needs Python 3.11 or later; say make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r deploy/requirements.lock
	.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: setup
	.venv/bin/reservpost demo

test: setup check
	.venv/bin/python -m pytest -n auto --dist loadfile

check: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

# Needs Dovecot; writes tests/bench/results/.
bench: setup
	.venv/bin/python -m tests.bench.bench_mailbox
	.venv/bin/python -m tests.bench.screening > tests/bench/results/screening.md
	.venv/bin/python -m tests.bench.names > tests/bench/results/names.txt

# Renews the pins; needs pip-tools outside the project's own environment.
COMPILE := pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-emit-index-url \
	--no-emit-find-links --no-emit-trusted-host --unsafe-package pip

lock:
	$(COMPILE) --upgrade --extra build --extra demo --extra test --output-file deploy/requirements.lock pyproject.toml
	$(COMPILE) --extra build --constraint deploy/requirements.lock --output-file deploy/runtime.lock pyproject.toml

clean:
	rm -rf .venv
