# Read, rerun, trust. Everything is made from a bare Python 3.11 or newer.
PYTHON ?= python3
VENV = .venv
IN_VENV = $(VENV)/bin/python

help:
	@echo "make book    read:  render the book into _build/html, rerun what is stale"
	@echo "make rerun   rerun: run every chapter, write its outputs in place"
	@echo "make test    trust: test the helpers, run every chapter and compare, test the pages"
	@echo "make reproduce  make all again under each Python, elsewhere, and as on each"
	@echo "             processor, and compare to the byte (takes an hour)"
	@echo "make pdf     print the whole book into _build/book.pdf (needs chromium)"
	@echo "make screenshots  take pictures of all pages into _build/screenshots (needs chromium)"
	@echo "make bench   time the exact tests against one sort, R, scipy and the usual loops,"
	@echo "             make itself against the plain commands (takes ten minutes),"
	@echo "             and the first load of each page"
	@echo "make format  put code into the form that make test asks for"
	@echo "make lock    renew requirements.txt from pyproject.toml (needs uv)"
	@echo "make clean   remove what make has made"

# What is ignored in _test is run by tests/study/test_wall.py, in a folder of its own.
# Each target runs alone: two at once would write into each other's files.
book rerun test pdf screenshots bench:
	@$(PYTHON) book/folder_lock.py $(MAKE) --no-print-directory _$@

_book: _environment
	@$(IN_VENV) book/rerun.py --stale --unless-edited
	@$(IN_VENV) book/readme.py
	@$(IN_VENV) book/build.py

_rerun: _environment
	@$(IN_VENV) book/rerun.py
	@$(IN_VENV) book/readme.py

_test: _environment
	$(IN_VENV) -m ruff check
	$(IN_VENV) -m ruff format --check
	$(IN_VENV) -m pytest --nbval --nbval-current-env -n 2 --dist loadfile \
	--no-loadscope-reorder --ignore=src --ignore=tests/library

_pdf: _book
	@$(IN_VENV) book/pdf.py

_screenshots: _book
	@$(IN_VENV) book/screenshots.py

_bench: _book
	@$(IN_VENV) benchmarks/bench.py
	@$(IN_VENV) benchmarks/pipeline.py
	@$(IN_VENV) benchmarks/pages.py

# What the environment was made from is written last, so that one whose making was
# interrupted, or that was moved, is made again from the start.
_environment:
	@{ pwd; cat requirements.txt; } | cmp -s - $(VENV)/made-from || { \
	echo "Installing what the lock lists into $(VENV) (about a minute):" && \
	$(PYTHON) -m venv --clear $(VENV) && \
	$(IN_VENV) -m pip install --disable-pip-version-check --require-hashes -r requirements.txt && \
	$(IN_VENV) -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e . && \
	{ pwd; cat requirements.txt; } > $(VENV)/made-from; }

reproduce:
	@$(PYTHON) book/reproduce.py

format: _environment
	$(IN_VENV) -m ruff check --fix
	$(IN_VENV) -m ruff format

lock:
	uv pip compile --universal --generate-hashes --fork-strategy fewest --python-version 3.11 \
	--all-extras --upgrade --no-annotate --custom-compile-command "make lock" \
	pyproject.toml --output-file requirements.txt

clean:
	rm -rf $(VENV) _build .make.lock src/*.egg-info

.PHONY: help book rerun test pdf screenshots bench reproduce _book _rerun _test _pdf _screenshots _bench \
_environment format lock clean
