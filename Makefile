# Read, rerun, trust. Everything is made from a bare Python 3.11 or newer.
PYTHON ?= python3
MAKEFLAGS += --no-print-directory

# A Python that the caller names is the one that the environment gets.
MAKE_IT = @command -v "$(PYTHON)" > /dev/null || { \
	echo "$(PYTHON) is not here: name a Python 3.11 or newer, as in make $@ PYTHON=python3.12" >&2; \
	exit 1; }; \
	exec "$(PYTHON)" book/make.py $@ $(if $(filter file,$(origin PYTHON)),,--this-python)

help:
	@echo "make book    read:  render the book into _build/html, rerun what is stale"
	@echo "make serve   serve the book on this machine and open it"
	@echo "make rerun   rerun: run every chapter, write its outputs in place"
	@echo "make test    trust: test the library, run every chapter and compare, test the pages"
	@echo "make reproduce  make all again under each Python, elsewhere, and as on each"
	@echo "             processor, and compare to the byte (takes an hour)"
	@echo "make pdf     print the whole book into _build/book.pdf (needs chromium)"
	@echo "make screenshots  take pictures of all pages into _build/screenshots (needs chromium)"
	@echo "make bench   time the exact tests against one sort, R, scipy and the usual loops,"
	@echo "             make itself against the plain commands (takes ten minutes),"
	@echo "             and the first load of each page"
	@echo "make format  put code into the form that make test asks for"
	@echo "make environment  make .venv and nothing else (LEVEL=pages, chapters or tests)"
	@echo "make lock    renew the locks from pyproject.toml (needs uv; UPGRADE=1: newer versions)"
	@echo "make clean   remove what make has made"

# Each runs alone: two at once would write into each other's files.
book serve rerun test format pdf screenshots bench environment lock reproduce:
	$(MAKE_IT)

clean:
	rm -rf .venv _build .make.lock src/*.egg-info

.PHONY: help book serve rerun test format pdf screenshots bench environment lock reproduce clean
