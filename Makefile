# make demo   shows the bot at work on this machine          ARGS="--photos ~/scans"
# make test   checks everything                              ARGS="tests/domain -x"
# make quick  the checks and the fast tests
PYTHON ?= python3
ARGS ?=
# The tests start some hundred processes; where the environment forbids compiled files, each compiles the bot again.
export PYTHONDONTWRITEBYTECODE =
# Half of the tests' time is waiting, so that four processes keep two cores busy.
PYTEST = OMP_NUM_THREADS=1 .venv/bin/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder
# The tests, and mypy beside them, which takes half a minute in a fresh clone; what it finds is said at the end.
tested = @.venv/bin/mypy >.venv/mypy.txt 2>&1 & types=$$!; $(PYTEST) $(1) $(ARGS); failed=$$?; \
	wait $$types || { failed=$$?; cat .venv/mypy.txt; }; exit $$failed
PIP = .venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test quick coverage check lint lock pictures fault-matrix soak load fuzz audit sbom
.DELETE_ON_ERROR:

demo: .venv/run-ready
	@.venv/bin/colorizebot demo $(ARGS)

test: lint
	$(call tested)

quick: lint
	$(call tested,-m "not slow and not postgres and not browser and not celery")

# Takes a third longer than `test`.
coverage: lint
	$(call tested,--cov)

check: lint
	.venv/bin/mypy

lint: .venv/dev-ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports

# Pictures and figures in README and docs are made by these, never by hand.
pictures: .venv/dev-ready
	.venv/bin/python -m docs.measure.screenshots
	.venv/bin/python -m docs.measure.studio_pictures

# These write their tables into docs/reliability.md; the first takes about an hour on two cores.
fault-matrix: .venv/dev-ready
	.venv/bin/python -m tests.faults.matrix

# SEED=7 KILLS=100; ON=postgres for two processes on a PostgreSQL server of its own, ON=celery for workers of Celery's.
SEED ?= 1
KILLS ?= 2000
ON ?= sqlite
soak: .venv/dev-ready
	.venv/bin/python -m tests.faults.soak --seed $(SEED) --kills $(KILLS) --on $(ON)

# Each target for so long; 0 found is the aim: SECONDS=60
SECONDS ?= 600
fuzz: .venv/dev-ready
	$(PIP) atheris==3.0.0
	.venv/bin/python -m tests.fuzz --seconds $(SECONDS)

load: .venv/dev-ready
	.venv/bin/python -m docs.measure.load --write

# Which pinned packages have a known weakness; asks pypi.org.
audit: .venv/audit-ready
	.venv/audit/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip

# Every package that is installed, with versions and licences (CycloneDX), into sbom.json.
sbom: .venv/dev-ready .venv/audit-ready
	.venv/audit/bin/cyclonedx-py environment .venv --pyproject pyproject.toml --output-reproducible --output-file sbom.json

# Pins every package that is installed now.
lock: .venv/dev-ready
	.venv/bin/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' > constraints.txt

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run-ready: .venv/made pyproject.toml constraints.txt
	@echo "Installing into .venv; the first time takes a few minutes."
	$(PIP) torch==2.13.0 -e '.[film]'
	@touch $@

# In a place of their own: they would pin more packages than the bot has.
.venv/audit-ready: .venv/made
	.venv/bin/python -m venv .venv/audit
	.venv/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1 cyclonedx-bom==7.5.0
	@touch $@

# Debian's pip is too old for dependency groups.
.venv/dev-ready: .venv/run-ready
	$(PIP) --upgrade 'pip>=25.1'
	$(PIP) -e '.[celery,export,film,guard,onnx,postgres,train]' --group dev
	@touch $@
