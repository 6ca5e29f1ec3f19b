# What people and machines run. `make demo` and `make test` need the Rust toolchain alone; targets
# that need more install it once, and say what.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
CARGO := cargo
# Versions as in Cargo.lock, never newer.
LOCKED := --locked
RELEASE := target/release/shenbao
SAMPLES := samples
# Where `make demo` puts its outputs.
OUT := out
# Where `make deny` keeps its program; packaging/fetch.py pins which one.
TOOLS := target/tools
CARGO_DENY := 0.20.2
# What `make bench` compares with.
BENCH_TOOLS := pdfplumber==0.11.10 camelot-py==2.0.0 tabula-py==2.10.0 pymupdf==2.0

.PHONY: help setup setup-ort test-ort build demo test format lint unit golden golden-update schema deny office inspect-test \
  bench bench-scan scan-tools fuzz sweep sweep-scan samples clean

help:
	@echo 'make demo           set up, build, convert $(SAMPLES)/ into $(OUT)/'
	@echo 'make test           set up, check format and lints, run all tests and the golden check'
	@echo 'make golden-update  rewrite the workbook dumps and the scoreboard; lists what changed'
	@echo 'make schema         rewrite the committed JSON Schema'
	@echo 'make deny           check licences, sources and advisories of the dependencies'
	@echo 'make office         open every workbook with LibreOffice and compare (installs it)'
	@echo 'make inspect-test   open the page of `shenbao inspect` in Chromium (installs it)'
	@echo 'make bench          speed by stage, and as ratios to other tools (installs those)'
	@echo 'make bench-scan     what reading scans is worth, on scans made for it (installs its tools)'
	@echo 'make setup-ort      fetch ONNX Runtime, for `recognition.engine = "ort"`'
	@echo 'make test-ort       compare what it reads with what the engine that is built in reads'
	@echo 'make fuzz           a minute of random inputs for each target in fuzz/'
	@echo 'make sweep          convert documents drawn by lot: SEED=1 DOCUMENTS=100 (installs as samples)'
	@echo 'make sweep-scan     read scans of such documents, made by two simulators of scanners'
	@echo 'make samples        remake the samples from their sources (installs office, browser, fonts)'

# All that a bare Debian with Rust lacks; does nothing where nothing is missing.
setup:
	@command -v $(CARGO) >/dev/null || { \
	  echo 'Rust is missing: install it from https://rustup.rs, then open a new shell.' >&2; exit 1; }
	@command -v cc >/dev/null || { \
	  echo 'setup: installing gcc and libc6-dev, which Rust links with'; \
	  as_root=$$([ "$$(id -u)" -eq 0 ] || echo sudo); \
	  $$as_root apt-get update -qq; \
	  $$as_root apt-get install -y -qq --no-install-recommends gcc libc6-dev; }
	@wanted=$$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml); \
	  found=$$(rustc --version | cut -d' ' -f2); \
	  if [ "$$(printf '%s\n' "$$wanted" "$$found" | sort -V | head -n1)" != "$$wanted" ]; then \
	    echo "Rust $$wanted or newer is needed, this is $$found: run \`rustup update stable\`." >&2; \
	    exit 1; fi
	@if command -v python3 >/dev/null; then python3 packaging/fetch.py; \
	  else echo 'setup: no model, python3 is missing: scanned pages will be reported, not read'; fi

# For programs that are built with `--features ort`.
setup-ort: setup
	@command -v python3 >/dev/null || { echo 'setup-ort: python3 is needed' >&2; exit 1; }
	@python3 packaging/fetch.py --runtime

test-ort: setup-ort
	$(CARGO) test $(LOCKED) --features ort -- engine

build: setup
	$(CARGO) build --release $(LOCKED)

# The samples are converted as anyone's folder would be; their sources are no documents.
demo: build
	$(RELEASE) convert '$(SAMPLES)/{seed,invented,scans}/*.{pdf,txt,png,tif}' --out $(OUT)
	@echo
	@echo "Open $(OUT)/shenbao-combined.xlsx, or compare a form with its workbook:"
	@echo "  $(SAMPLES)/seed/seed-calc.pdf  $(OUT)/seed/seed-calc.xlsx  $(OUT)/seed/seed-calc.json"

test: setup format deny lint unit golden

format:
	@$(CARGO) fmt --version >/dev/null 2>&1 || rustup component add rustfmt
	$(CARGO) fmt --check

lint:
	@$(CARGO) clippy --version >/dev/null 2>&1 || rustup component add clippy
	$(CARGO) clippy --all-targets $(LOCKED) -- -D warnings

unit:
	$(CARGO) test $(LOCKED)

# With the binary of the tests: `cargo run` would build it anew, without what the tests enable.
golden:
	$(CARGO) test --quiet $(LOCKED) --no-run
	$${CARGO_TARGET_DIR:-target}/debug/shenbao golden check $(SAMPLES) \
	  --junit target/golden/junit.xml --html target/golden/report.html

# Never ends well if it changed something: read what it lists, then commit it.
golden-update: setup
	$(CARGO) run --quiet $(LOCKED) -- golden update $(SAMPLES)

schema: setup
	$(CARGO) run --quiet $(LOCKED) -- schema > target/schema.json
	mv target/schema.json schema/shenbao-1.json

# Advisories come from a database on the network: where it cannot be reached, only the rest is
# checked. It is kept for a day.
deny: setup
	@command -v python3 >/dev/null && python3 packaging/fetch.py --deny $(TOOLS) || { \
	  command -v $(TOOLS)/bin/cargo-deny >/dev/null || { \
	  echo 'deny: building cargo-deny $(CARGO_DENY), a few minutes'; \
	  $(CARGO) install --locked --root $(TOOLS) cargo-deny --version $(CARGO_DENY); \
	  ln -sf bin/cargo-deny $(TOOLS)/cargo-deny; }; }
	$(TOOLS)/cargo-deny --locked check bans licenses sources
	@if $(TOOLS)/cargo-deny fetch db >/dev/null 2>&1; then \
	  $(TOOLS)/cargo-deny --locked check advisories; \
	  else echo 'deny: advisories skipped, their database cannot be reached'; fi

office: setup
	@command -v soffice >/dev/null || { echo 'office: installing libreoffice-calc-nogui'; \
	  as_root=$$([ "$$(id -u)" -eq 0 ] || echo sudo); \
	  $$as_root apt-get update -qq; \
	  $$as_root apt-get install -y -qq --no-install-recommends libreoffice-calc-nogui \
	    fonts-noto-cjk; }
	$(CARGO) test $(LOCKED) --test it -- --ignored office

inspect-test: setup
	@for tool in chromium qpdf; do command -v $$tool >/dev/null || missing="$${missing:-} $$tool"; done; \
	  if [ -n "$${missing:-}" ]; then echo "inspect-test: installing$$missing"; \
	    as_root=$$([ "$$(id -u)" -eq 0 ] || echo sudo); \
	    $$as_root apt-get update -qq; \
	    $$as_root apt-get install -y -qq --no-install-recommends$$missing; fi
	$(CARGO) test $(LOCKED) --test it -- --ignored inspect

bench: build
	@for tool in pdftotext qpdf python3; do command -v $$tool >/dev/null || missing=1; done; \
	  python3 -c 'import venv, ensurepip' 2>/dev/null || missing=1; \
	  if [ -n "$${missing:-}" ]; then \
	    echo 'bench: installing poppler-utils, qpdf and python3-venv'; \
	    as_root=$$([ "$$(id -u)" -eq 0 ] || echo sudo); \
	    $$as_root apt-get update -qq; \
	    $$as_root apt-get install -y -qq --no-install-recommends poppler-utils qpdf python3-venv; fi
	@command -v java >/dev/null || { echo 'bench: installing openjdk-17-jre-headless, for tabula'; \
	  as_root=$$([ "$$(id -u)" -eq 0 ] || echo sudo); \
	  $$as_root apt-get update -qq; \
	  $$as_root apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless; }
	@wanted='$(BENCH_TOOLS)'; [ "$$(cat .venv/.tools 2>/dev/null)" = "$$wanted" ] || { \
	  echo "bench: setting up $$wanted in .venv"; \
	  python3 -m venv --clear .venv; .venv/bin/pip install --quiet $$wanted; \
	  echo "$$wanted" > .venv/.tools; }
	$(CARGO) bench $(LOCKED) --bench stages
	.venv/bin/python benches/compare.py $(RELEASE) $(SAMPLES)/seed --out benches/RESULTS.md
	.venv/bin/python benches/tables.py $(RELEASE) $(SAMPLES) --append benches/RESULTS.md

scan-tools:
	@for tool in pdftotext pdfinfo python3; do command -v $$tool >/dev/null || missing=1; done; \
	  python3 -c 'import venv, ensurepip' 2>/dev/null || missing=1; \
	  if [ -n "$${missing:-}" ]; then \
	    echo 'scan-tools: installing poppler-utils and python3-venv'; \
	    as_root=$$([ "$$(id -u)" -eq 0 ] || echo sudo); \
	    $$as_root apt-get update -qq; \
	    $$as_root apt-get install -y -qq --no-install-recommends poppler-utils python3-venv; fi
	@[ -x .venv-scan/bin/python ] || { echo 'scan-tools: setting up its tools in .venv-scan'; \
	  python3 -m venv .venv-scan; \
	  .venv-scan/bin/pip install --quiet -r benches/scan-requirements.txt; }

bench-scan: build scan-tools
	.venv-scan/bin/python benches/scan.py $(RELEASE) $(SAMPLES) golden --out benches/SCANS.md

# Each target for so many seconds; what fails is kept in fuzz/crashers.
SECONDS_A_TARGET := 60
fuzz: setup
	SHENBAO_FUZZ_SECONDS=$(SECONDS_A_TARGET) $(CARGO) test $(LOCKED) --test fuzz

# Documents that nobody chose, against what they were drawn from: what is wrong without a finding
# that doubts it is printed. Take a seed that was never used.
SEED := 1
DOCUMENTS := 100
# `KIND=--unruled`: tables with lines between rows, or none.
KIND :=
SWEEP = target/sweep/$(SEED)$(KIND)
sweep: build
	rm -rf $(SWEEP)
	bash $(SAMPLES)/make.sh --sweep $(SEED) $(DOCUMENTS) "$(CURDIR)/$(SWEEP)" $(KIND)
	$(RELEASE) golden check $(SWEEP) --golden $(SWEEP)/golden --accept-doubted \
	  --html $(SWEEP)/report.html

# Scans of documents that nobody chose. What is tuned against one simulator fits that one, so there are
# two, written apart.
SCANNED = target/sweep-scan/$(SEED)
sweep-scan: build scan-tools
	rm -rf $(SCANNED)
	bash $(SAMPLES)/make.sh --sweep $(SEED) $(DOCUMENTS) "$(CURDIR)/$(SCANNED)/drawn" --scanned
	for simulator in simulate copier; do \
	  .venv-scan/bin/python benches/scan.py $(RELEASE) $(SCANNED)/drawn $(SCANNED)/drawn/golden \
	    --seed $(SEED) --pages 3 --simulator $(SAMPLES)/$$simulator.py --scans $(SCANNED)/$$simulator \
	    --out $(SCANNED)/$$simulator.md || exit 1; done

samples:
	bash $(SAMPLES)/make.sh

clean:
	$(CARGO) clean
	rm -rf $(OUT)
