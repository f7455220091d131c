# `make` builds Conductor and shows it at work; `make help` lists the rest.

export SWIFT ?= swift
# Seeds of `make sim`.
SEEDS ?= 100000
# How much of their kind `make crash`, `cuts`, `bytes`, `soak` and `history` do.
KILLS ?= 10000
CUTS ?= 2000
FLIPS ?= 1000
SECONDS ?= 3600
TASKS ?= 100000
# How long `make fuzz` gives each target, or those of TARGETS.
FUZZ_SECONDS ?= 60
TARGETS ?=
# How many rounds `make bench` measures and `make hosts` has, and how many tasks a run has, as a multiple of the usual number.
ROUNDS ?= 5
SCALE ?= 1
# With WORKSPACE=folder, `make run` leaves there what the agents made.
WORKSPACE ?=
# Where `make install` puts things.
export PREFIX ?= /usr/local
export DESTDIR ?=

IMPORT_CHECK = --explicit-target-dependency-import-check error

CRASH = .build/release/conductor-crash
BENCH = .build/release/conductor-bench
# The daemon as it is released, measured and broken: one and the same file. Tests run with the checks of exclusive access
# that it goes without.
RELEASE = -c release --static-swift-stdlib -Xswiftc -cross-module-optimization -Xswiftc -enforce-exclusivity=unchecked
# No plugin asks for its symbols.
RELEASE_CTL = $(RELEASE) -Xlinker --no-export-dynamic

# Given to `swift test`. With `--traits Bridge`, and libnats and nats-server installed, NATS is tested too.
TEST_FLAGS ?=
# So many tests at a time: where all begin together, those that talk to a process wait for their turn longer than an
# agent may be silent. Swift Testing 6.3 knows the variable, earlier versions ignore it.
TEST_WIDTH = SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=24

.PHONY: run build bridge release install uninstall deb test ci sim hosts crash cuts calls bytes soak history crash-tool \
	bench fuzz instructions check lint man-lint docs clean help dependencies

run: build ## build, then run the example workflow with its seven agents (the default)
	@scripts/run-example.sh .build/debug "$(WORKSPACE)"

build: dependencies ## build conductord, conductorctl and conductor-web for trying out
	$(SWIFT) build --product conductord
	$(SWIFT) build --product conductorctl
	$(SWIFT) build --product conductor-web

bridge: dependencies ## build conductor-bridge as `make release` does the others, into .build-bridge; needs libnats
	@scripts/install-dependencies.sh bridge
	$(SWIFT) build $(RELEASE) --traits Bridge --scratch-path .build-bridge --product conductor-bridge

release: dependencies ## build them optimized and with the Swift runtime inside, into .build/release
	$(SWIFT) build $(RELEASE) --product conductord
	$(SWIFT) build $(RELEASE_CTL) --product conductorctl
	$(SWIFT) build $(RELEASE_CTL) --product conductor-web

install: ## install what `make release` and `make bridge` built; takes DESTDIR= and PREFIX=, and enables nothing
	STRIP=yes BRIDGE=.build-bridge/release/conductor-bridge scripts/install.sh install .build/release

uninstall: ## remove it again, but for configuration and state
	scripts/install.sh uninstall .build/release

deb: release ## build a Debian package, into dist
	scripts/build-deb.sh .build/release dist

test: dependencies ## build everything and run all tests, in parallel; takes TEST_FLAGS=
	$(TEST_WIDTH) $(SWIFT) test --parallel $(TEST_FLAGS)

sim: dependencies ## run SEEDS seeds of the simulator, optimized
	$(SWIFT) run -c release conductor-sim --seeds $(SEEDS)
	$(SWIFT) run -c release conductor-sim --bridges --seeds $$(($(SEEDS) / 100 + 1))

hosts: build bridge ## three hosts in network namespaces, ROUNDS rounds of kills and cuts, and the ledger at the end; as root
	@scripts/install-dependencies.sh hosts
	Tests/hosts/hosts.py .build-bridge/release:.build/debug --rounds $(ROUNDS)

fuzz: dependencies ## look for bytes that trap or break a promise, FUZZ_SECONDS for each target, or for those of TARGETS
	scripts/fuzz.sh $(FUZZ_SECONDS) $(TARGETS)

check: lint ## what a change must pass: format, a clean build without warnings or missing imports, all tests
	rm -rf .build-check
	CONDUCTOR_STRICT=1 $(MAKE) test TEST_FLAGS="--scratch-path .build-check $(IMPORT_CHECK)"

ci: lint ## the same where nothing was built before
	CONDUCTOR_STRICT=1 $(MAKE) test TEST_FLAGS="$(IMPORT_CHECK)"

crash: crash-tool ## kill -9 under load, KILLS times, and look whether anything acknowledged is lost
	$(CRASH) kill --kills $(KILLS)

cuts: crash-tool ## cut the power CUTS times: what was not flushed is dropped, in part or out of order
	$(CRASH) cuts --cuts $(CUTS)

calls: crash-tool ## let every storage call of a session fail, once and from then on, and find the disk full
	$(CRASH) calls
	$(CRASH) full

bytes: crash-tool ## cut the log off at every byte of its tail, and flip FLIPS bits
	$(CRASH) bytes --flips $(FLIPS)

soak: crash-tool ## mixed load for SECONDS: memory and descriptors must stop growing
	$(CRASH) soak --seconds $(SECONDS)

history: crash-tool ## measure a start with TASKS in the database
	$(CRASH) history --tasks $(TASKS)

crash-tool: dependencies
	$(SWIFT) build $(RELEASE) --product conductor-crash

bench: dependencies ## measure tasks per second, latency and cost beside the floors, in ROUNDS rounds at SCALE
	$(SWIFT) build $(RELEASE) --product conductor-bench
	$(SWIFT) build $(RELEASE_CTL) --product conductorctl
	$(BENCH) --rounds $(ROUNDS) --scale $(SCALE) --json .build/bench.json
	$(BENCH) start --json .build/bench-start.json
	$(BENCH) ping --json .build/bench-ping.json
	@if [ "$$(id -u)" -eq 0 ]; then $(BENCH) flood --json .build/bench-flood.json; fi
	@if [ -x /usr/bin/valgrind ]; then $(BENCH) instructions; fi

instructions: dependencies ## count the daemon's instructions per task; fails where they are a tenth above what they were
	$(SWIFT) build $(RELEASE) --product conductor-bench
	$(BENCH) instructions

lint: man-lint ## compare the sources with .swift-format, and lint the manual pages
	$(SWIFT) format lint --strict --parallel --recursive Sources Tests examples Package.swift

man-lint: ## lint the manual pages, where mandoc is installed
	@scripts/lint-man.sh

docs: dependencies ## build the documentation of the Swift libraries, into .build/docs
	scripts/build-docs.sh .build/docs

clean: ## remove everything that was built
	rm -rf .build .build-bridge .build-check .build-fuzz dist

dependencies: ## install the Debian packages that are missing
	@scripts/install-dependencies.sh

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14
