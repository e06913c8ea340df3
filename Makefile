# setup · run · demo · test · check · bench-plan · bench-batch · clean ...: continuous integration calls these same targets.
VENV   := .venv
PYTHON := $(VENV)/bin/python
PIP    := $(PYTHON) -m pip --disable-pip-version-check install --quiet -c constraints.txt

.PHONY: setup run demo test test-fast check bench-plan bench-check bench-agent bench-search bench-pace bench-ingest bench-code bench-page bench-batch
.PHONY: chromium tesseract clean

run: setup
	$(VENV)/bin/unspool ui

demo: setup
	$(VENV)/bin/unspool demo

setup: $(VENV)/app.ready tesseract
	@$(VENV)/bin/unspool engine install

test: $(VENV)/test.ready setup chromium check
	$(PYTHON) -m pytest

test-fast: $(VENV)/test.ready check
	$(PYTHON) -m pytest -m "not engine and not page"

check: $(VENV)/test.ready
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy

# Against what real servers logged about their memory; the rows are read from $$UNSPOOL_SHARED/planner.
bench-plan: $(VENV)/app.ready
	PYTHONPATH=. $(PYTHON) benchmarks/plan.py --write docs/benchmarks-plan.md

# How true the told reading time and progress are, on the real engine; five minutes.
bench-pace: setup
	PYTHONPATH=. $(PYTHON) -m benchmarks.pace --write docs/benchmarks-pace.md

# Statements over the samples, true and false, against the rules of docs/citations.md.
bench-check: $(VENV)/app.ready
	PYTHONPATH=. $(PYTHON) -m benchmarks.check --write docs/citations.md

# Places that answer questions, found within token budgets, beside plain BM25; fetches its documents by package name.
bench-search: setup
	PYTHONPATH=. $(PYTHON) -m benchmarks.search --write docs/benchmarks-search.md

# Beside other readers, over manuals that apt fetches; about ten minutes.
bench-ingest: $(VENV)/test.ready
	$(PYTHON) benchmarks/ingest.py --write docs/benchmarks.md

# Beside gitingest and repomix, over Python's own library; some minutes.
bench-code: $(VENV)/test.ready
	$(PYTHON) benchmarks/code.py --write docs/benchmarks.md

# How soon the page can be used with a full library, in Chromium; three minutes.
bench-page: $(VENV)/test.ready setup chromium
	PYTHONPATH=. $(PYTHON) -m benchmarks.page --write docs/benchmarks.md

# Tokens that the real engine computes for a reflected answer and three follow-ups, beside a plain LangChain loop, and a
# document that is read window after window; about fifteen minutes.
bench-agent: setup
	PYTHONPATH=. $(PYTHON) -m benchmarks.agent --pages 16 --read-pages 40 --context 16384 --write docs/benchmarks-agent.md

# Documents a second of a job beside a plain loop and vLLM's own offline run, and jobs killed at random; half an hour and more.
bench-batch: setup
	PYTHONPATH=. $(PYTHON) -m benchmarks.batch --write docs/benchmarks-batch.md
	PYTHONPATH=. $(PYTHON) -m benchmarks.batch_killed

# A stamp is written last: what was interrupted is done again by the next call, what is whole is not.
$(VENV)/app.ready: pyproject.toml constraints.txt
	@echo "Setting up $(VENV) (once, about two minutes)"
	@python3 -m venv $(VENV) 2>/dev/null || \
	  { rm -rf $(VENV); python3 -m venv --without-pip $(VENV) && python3 -m pip --python $(PYTHON) install --quiet pip; }
	$(PIP) --editable .
	@touch $@

$(VENV)/test.ready: $(VENV)/app.ready
	$(PIP) --editable '.[test]'
	@touch $@

# Scans are read by it; everything else works without it, and says what to install where it is missed.
tesseract:
	@command -v tesseract >/dev/null && tesseract --list-langs 2>/dev/null | grep -q '^chi_sim' || { \
	  echo "Installing tesseract, which reads scans"; \
	  if [ "$$(id -u)" = 0 ]; then SUDO=; else SUDO="sudo -n"; fi; \
	  $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq --no-install-recommends \
	    tesseract-ocr tesseract-ocr-eng tesseract-ocr-osd tesseract-ocr-chi-sim >/dev/null; } || \
	  echo "It could not be installed: scans are not read until you do: apt install tesseract-ocr tesseract-ocr-chi-sim"

# The page is tested in a real browser. Debian's own package; other systems: put a `chromium` on the PATH.
chromium:
	@command -v chromium >/dev/null || { \
	  echo "Installing chromium for the tests of the page"; \
	  if [ "$$(id -u)" = 0 ]; then SUDO=; else SUDO="sudo -n"; fi; \
	  $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; }

clean:
	rm -rf $(VENV) build artefacts
